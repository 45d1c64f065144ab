using System.Collections.Immutable;
using System.Diagnostics;
using PomIsa.Debugging.Tensors;
using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Debugging.Tracing;

/// <summary>Makes a <see cref="TracedRetire"/> of each retire.</summary>
internal sealed class Tracer(ProgramMap map, ITraceSink sink) : IStepObserver
{
    private readonly Dictionary<(int, int), IReadOnlyList<string>> _texts = [];
    private readonly CommitmentBatch _batch = new();
    private ulong _sequence;
    private long _spent;
    private long _since;

    public bool WantsSums => true;

    public bool TryBegin(RetirePlace place, Frame frame, OpContext context, out string refusal)
    {
        refusal = "";
        _since = Stopwatch.GetTimestamp();
        return true;
    }

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        long took = Nanoseconds(Stopwatch.GetTimestamp() - _since);
        refusal = "";
        Line line = context.Line;
        IReadOnlyList<string> texts = Texts(place);
        var symbols = ImmutableArray.CreateBuilder<KeyValuePair<string, long>>();
        foreach (SymbolValue change in changes)
        {
            symbols.Add(new(map.Module.SymbolName(change.Symbol), change.Value));
        }

        sink.Take(new TracedRetire
        {
            Sequence = ++_sequence,
            Step = place.Step,
            Function = place.Function,
            Instruction = place.Instruction,
            Row = line.Row,
            Operands = [.. texts.Select((text, i) => new TracedOperand(text, Type(context, i)))],
            Outputs = [.. Outputs(context, texts)],
            Recorded = Recorded(context),
            Scalars = line.Scalars == 0 ? [] : line.Emits ? [context.Emitted] : [.. context.Top(line.Row.Pushes)],
            Symbols = symbols.ToImmutable(),
            Start = _spent,
            Duration = took,
        });
        _spent += took;
        return true;
    }

    private IReadOnlyList<string> Texts(RetirePlace place)
    {
        if (!_texts.TryGetValue((place.Function, place.Instruction), out IReadOnlyList<string>? texts))
        {
            _texts[(place.Function, place.Instruction)] = texts = map.Operands(place.Function, place.Instruction);
        }

        return texts;
    }

    private string Type(OpContext context, int operand) => context.Line.Row.KindAt(operand) switch
    {
        OperandKind.Register => TensorText.Type(context.View(operand)),
        OperandKind.Weight when map.Module.Weights[context.Operand(operand).Index] is var weight => TensorText.Type(weight.Element, weight.Shape.AsSpan()),
        OperandKind.State when map.Module.States[context.Operand(operand).Index] is var state =>
            TensorText.Type(state.Element, [context.States[context.Operand(operand).Index].Rows, .. state.Row]),
        _ => "",
    };

    private List<TracedOutput> Outputs(OpContext context, IReadOnlyList<string> texts)
    {
        var outputs = new List<TracedOutput>();
        OutputCommitments.Add(context, _batch);
        var digests = new Digest[_batch.Count];
        _batch.Flush(digests);
        foreach (int operand in context.Line.Written)
        {
            TensorView view = context.View(operand);
            outputs.Add(new TracedOutput(texts[operand], view.Element, [.. TensorText.Dimensions(view)], digests[outputs.Count]));
        }

        return outputs;
    }

    private Digest? Recorded(OpContext context)
    {
        if (context.Line.Committed < 0)
        {
            return null;
        }

        OutputCommitments.AddRecorded(context, _batch);
        var digest = new Digest[1];
        _batch.Flush(digest);
        return digest[0];
    }

    private static long Nanoseconds(long ticks) => (long)(ticks * (1e9 / Stopwatch.Frequency));
}
