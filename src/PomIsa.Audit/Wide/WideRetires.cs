using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;

namespace PomIsa.Audit.Wide;

/// <summary>Makes a run's records while only its driver executes: those of steps from what the wide pass computed, those of the driver as they retire.</summary>
internal sealed class WideRetires(Digest run, Module module, int step, IReadOnlyList<StepCall> calls, WideOutputs wide, CompareSink sink, bool[]? only) : IRetireObserver, IStepResults
{
    private readonly byte[] _entry = new byte[Record.MaxEntryBytes];
    private readonly List<SymbolChange> _changes = [];
    private readonly List<Digest> _commitments = [];
    private int _call;

    /// <summary>Sequence number of the last record.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>Whether the driver gave other arguments than the wide pass was given: then its results say nothing.</summary>
    public bool WentAstray { get; private set; }

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        Line line = context.Line;
        RetireHead head = Head(place, line.Row);
        if (line.Scalars > 0)
        {
            long[] scalars = line.Emits ? [context.Emitted, .. context.Top(line.Row.Pushes)] : [.. context.Top(line.Row.Pushes)];
            return sink.TryTake(_entry.AsSpan(0, RecordWriter.WriteRetire(_entry, head, Named(changes), scalars)), out refusal);
        }

        _commitments.Clear();
        foreach (int operand in line.Written)
        {
            TensorView view = context.View(operand);
            var dimensions = new int[view.Rank];
            view.CopyDimensions(dimensions);
            _commitments.Add(Commitment.Of((byte)view.Element, dimensions, view.Raw));
        }

        return sink.TryTake(_entry.AsSpan(0, RecordWriter.WriteRetire(_entry, head, Named(changes), [.. _commitments])), out refusal);
    }

    public bool TryTake(RetirePlace place, ReadOnlySpan<TensorView> arguments, ReadOnlySpan<TensorView> results, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        refusal = "the driver calls another step than the log says";
        WentAstray = place.Function != step || _call == calls.Count || !Same(arguments, calls[_call]);
        if (WentAstray)
        {
            return false;
        }

        ReadOnlySpan<Instruction> body = module.Functions[step].Body.AsSpan();
        SymbolChange[] named = Named(changes);
        for (int at = 0; at < body.Length; at++)
        {
            RetireHead head = Head(place with { Instruction = at }, body[at].Row);
            bool taken = only?[at] == false
                ? sink.TrySkip(head, out refusal)
                : sink.TryTake(_entry.AsSpan(0, RecordWriter.WriteRetire(_entry, head, at == 0 ? named : [], wide.Commitments(at, _call))), out refusal);
            if (!taken)
            {
                return false;
            }
        }

        for (int i = 0; i < results.Length; i++)
        {
            wide.Results[_call][i].Span.CopyTo(results[i].Raw);
        }

        _call++;
        return true;
    }

    private static bool Same(ReadOnlySpan<TensorView> arguments, StepCall call)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].Raw.SequenceEqual(call.Arguments[i]))
            {
                return false;
            }
        }

        return true;
    }

    private RetireHead Head(RetirePlace place, OpcodeRow row) =>
        new(run, ++Sequence, place.Step, (ushort)place.Function, (uint)place.Instruction, row.Code);

    private SymbolChange[] Named(ReadOnlySpan<SymbolValue> changes)
    {
        _changes.Clear();
        foreach (SymbolValue change in changes)
        {
            _changes.Add(new SymbolChange((byte)change.Symbol, (uint)change.Value));
        }

        return [.. _changes];
    }
}
