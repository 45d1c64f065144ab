using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;

namespace PomIsa.Audit.Wide;

/// <summary>Makes a run's records while only its driver executes: those of steps from what the wide pass computed, those of the driver as they retire.</summary>
internal sealed class WideRetires(
    Digest run, Module module, int step, IReadOnlyList<StepCall> calls, WideOutputs wide, CompareSink sink, bool[]? only, PrivateRecords? hidden, bool[] salts, WideComparison? compared)
    : IRetireObserver, IStepResults
{
    private readonly byte[] _entry = new byte[Record.MaxEntryBytes];
    private readonly List<SymbolChange> _changes = [];
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
            return sink.TryTake(_entry.AsSpan(0, hidden is null ? RecordWriter.WriteRetire(_entry, head, Named(changes), scalars) : Hide(head, Named(changes), scalars, line.Emits)), out refusal);
        }

        Digest[] commitments = [];
        bool hides = false;
        if (line.Committed >= 0)
        {
            TensorView view = context.View(line.Committed);
            var dimensions = new int[view.Rank];
            view.CopyDimensions(dimensions);
            commitments = [Commitment.Of((byte)view.Element, dimensions, view.Raw)];
            hides = hidden is not null && PrivateRecords.Salts(hidden.Mode, line.Row, view.Element);
        }

        return sink.TryTake(
            _entry.AsSpan(0, hidden is null ? RecordWriter.WriteRetire(_entry, head, Named(changes), commitments) : Hide(head, Named(changes), commitments, hides)), out refusal);
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
        bool known = compared is not null && compared.Covers(_call, calls[_call], Sequence, place.Step);
        int written = known ? 1 : body.Length;
        HideCall(written);
        for (int at = 0; at < written; at++)
        {
            RetireHead head = Head(place with { Instruction = at }, body[at].Row);
            bool taken = only?[at] == false
                ? sink.TrySkip(head, out refusal)
                : sink.TryTake(_entry.AsSpan(0, Write(head, at, at == 0 ? named : [])), out refusal);
            if (!taken)
            {
                return false;
            }
        }

        if (known)
        {
            sink.Pass(body.Length - 1);
            Sequence += (ulong)(body.Length - 1);
        }

        for (int i = 0; i < results.Length; i++)
        {
            wide.Result(_call, i).CopyTo(results[i].Raw);
        }

        _call++;
        return true;
    }

    // By instruction, whether what it commits to goes under salt.
    internal static bool[] Salting(PrivacyMode mode, Function function) => mode == PrivacyMode.None ? []
        : [.. function.Body.Select(i => i.Row.CommittedOperand is >= 0 and var at && PrivateRecords.Salts(mode, i.Row, function.Registers[i.Operands[at].Index].Element))];

    // A record of the step, of the call at hand; a private run's after HideCall.
    private int Write(in RetireHead head, int at, SymbolChange[] named)
    {
        ReadOnlySpan<Digest> commitments = wide.Commitments(at, _call);
        return hidden is null
            ? RecordWriter.WriteRetire(_entry, head, named, commitments)
            : hidden.Write(_entry, head, named, commitments, salts[at] ? commitments.Length : 0, areScalars: false, emits: false);
    }

    // All commitments of a call go under salt together, as many records of it as are written.
    private void HideCall(int records)
    {
        if (hidden is null)
        {
            return;
        }

        for (int at = 0; at < records; at++)
        {
            if (salts[at])
            {
                hidden.Add(Sequence + 1 + (ulong)at, wide.Commitments(at, _call));
            }
        }

        hidden.Salt(between: null);
    }

    private int Hide(in RetireHead head, SymbolChange[] named, long[] scalars, bool emits)
    {
        hidden!.Add(head.Sequence, scalars);
        hidden.Salt(between: null);
        return hidden.Write(_entry, head, named, [], scalars.Length, areScalars: true, emits);
    }

    private int Hide(in RetireHead head, SymbolChange[] named, Digest[] commitments, bool hides)
    {
        hidden!.Add(head.Sequence, hides ? commitments : []);
        hidden.Salt(between: null);
        return hidden.Write(_entry, head, named, commitments, hides ? commitments.Length : 0, areScalars: false, emits: false);
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
