using System.Collections.Immutable;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Orders;
using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>Has the accused sign what all outputs of his run were, finds the first that is not ours, and proves that his record contradicts it or that it does not follow.</summary>
public sealed class ValueDispute
{
    private readonly BoundProgram _program;
    private readonly RunRequest _request;
    private readonly WorkerPool _pool;
    private readonly IDisputedLog _log;
    private readonly Accused _his;
    private readonly ulong _first;
    private ClaimedOutputs? _claimed;

    private ValueDispute(BoundProgram program, RunRequest request, WorkerPool pool, IDisputedLog log, ulong first, Accused his) =>
        (_program, _request, _pool, _log, _first, _his) = (program, request, pool, log, first, his);

    /// <summary>Tries to prove that a record, or what led to it, is wrong.</summary>
    /// <param name="program">The program with its weights.</param>
    /// <param name="request">What the run was given.</param>
    /// <param name="pool">Threads to execute it again with.</param>
    /// <param name="log">The accused's log.</param>
    /// <param name="first">Log index of the run's opening record.</param>
    /// <param name="index">Log index of the first record that is not ours.</param>
    /// <param name="key">The accused's key.</param>
    /// <param name="ask">Asks the accused; null or no bytes where he doesn't answer.</param>
    public static ValueOutcome Prove(
        BoundProgram program, RunRequest request, WorkerPool pool, IDisputedLog log, ulong first, ulong index, VerifierKey key, Func<byte[], byte[]?> ask) =>
        Prove(program, request, pool, log, first, index, key, ask, byCells: false, asksOurs: false);

    /// <summary>The same, where small elements can be settled by the accused's cells, too, and who has our record is asked for what led to it.</summary>
    internal static ValueOutcome Prove(
        BoundProgram program, RunRequest request, WorkerPool pool, IDisputedLog log, ulong first, ulong index, VerifierKey key, Func<byte[], byte[]?> ask, bool byCells, bool asksOurs = true)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(log);
        var dispute = new ValueDispute(program, request, pool, log, first, new Accused(key, ask));
        try
        {
            return dispute.Prove(index, byCells, asksOurs);
        }
        catch (ForfeitsException e)
        {
            return dispute.Nothing(e.Message) with { Forfeits = true };
        }
        catch (Exception e) when (e is NotBroughtException or TrapsException or OverflowException)
        {
            return dispute.Nothing(e.Message);
        }
    }

    private ValueOutcome Prove(ulong index, bool byCells, bool asksOurs)
    {
        byte[] opening = _log.Entry(_first);
        var ours = OutputsTree.Of(_program, _request, _pool, index - _first + 1);
        if (ours.Leaves != index - _first + 1)
        {
            return Nothing("our own run has no such record");
        }

        if (!asksOurs && Record.TryDecode(_log.Entry(index), out Record his, out _) && HasOurRows(his) && OutputsLeaf.TryParse(his, ours.Leaf(index - _first), out OutputsLeaf? honest) && honest.AgreesWith(his))
        {
            return Nothing("its record is ours");
        }

        _claimed = ClaimedOutputs.Ask(ours, _his, Digest.Of(opening), index);
        ulong at = _first + _claimed.Sequence;
        var records = new ProvenRecords(at == _first ? [(at, opening)] : [(_first, opening), (at, _log.Entry(at))]);
        if (!records.TryRecord(at, out Record record) || !OutputsLeaf.TryParse(record, _claimed.Leaf, out OutputsLeaf? claimed) || !claimed.AgreesWith(record))
        {
            return Proven(FaultKind.Claim, at, _claimed.Open([]).ToBody(), records, "it is not what its maker says that the run put out there");
        }

        RunTrace trace = Follow(ref records, at);
        if (trace.IsContradiction)
        {
            return Proven(trace.Fault!.Kind, trace.Fault.Index, Hidden(records) is { Length: > 0 } hidden ? _claimed.Open(hidden).ToBody() : [], records, trace.Fault.What);
        }

        if (trace.Flow is not { } flow || !flow.TryPlace(at, out RecordPlace? place))
        {
            return Nothing("which way its run went takes too many records to show");
        }

        if (!_claimed.Differs || !OutputsLeaf.TryParse(record, ours.Leaf(_claimed.Sequence), out OutputsLeaf? our))
        {
            return Nothing("its outputs are ours, and so is its record");
        }

        var subject = new Subject(_program.Module, place, at) { Sampling = _request.Sampling };
        if (!DerivationTable.Has(subject.Row))
        {
            return Nothing($"{subject.Row.Mnemonic} has no value of its own");
        }

        var sources = new Sources(_program.Module, flow);
        var values = CapturedValues.Of(_program, _request, _pool, _first, ValueNeeds.Of(subject, sources));
        var element = new ElementDispute(_program, _request, subject, sources, values, new AccusedAnswers(_his, subject, claimed, our, values), Hidden(records), _first, _claimed);
        ElementProof? proof = element.Prove(byCells, out string what);
        return proof is null
            ? Nothing(what) with { Row = element.Row, Block = element.Block }
            : Proven(FaultKind.Value, at, proof.Body, records, what) with { Row = element.Row, Block = element.Block };
    }

    /// <summary>Of an <c>input</c>, whether its record says as many rows as we were given: its leaf doesn't.</summary>
    private bool HasOurRows(Record record)
    {
        ImmutableArray<Function> functions = _program.Module.Functions;
        if (record is not Retire { Head: var head, Symbols: [var said] } || head.Function >= functions.Length || head.Offset >= functions[head.Function].Body.Length
            || functions[head.Function].Body[(int)head.Offset] is not { Row.Code: Opcode.Input } input)
        {
            return true;
        }

        return said.Value == (_request.Inputs.IsEmpty ? _request.Prompt.Length : _request.Inputs[input.Operands[1].Index].Shape[0]);
    }

    /// <summary>Follows the run; what is under salt is told by leaves, and what an instruction popped by the record that tells it.</summary>
    private RunTrace Follow(ref ProvenRecords records, ulong at)
    {
        while (true)
        {
            records = Hidden(records) is { Length: > 0 } hidden ? _claimed!.Open(hidden).Tell(records, _first) : records;
            int known = records.Count;
            RunTrace trace = OrderProof.Follow(_log, _program.Verified, _first, at, Digest.Of(_log.Entry(_first)), ref records, untilOne: true);
            if (records.Count == known && trace.Flow is { } flow && flow.TryPlace(at, out RecordPlace? place) && place is { Popped: null, PoppedFrom: { } from } && !records.TryEntry(from, out _))
            {
                records = records.With([(from, _log.Entry(from))]);
            }

            if (records.Count == known)
            {
                return trace;
            }
        }
    }

    /// <summary>Sequences of the records shown whose scalars, or response, are under salt.</summary>
    private ulong[] Hidden(ProvenRecords records)
    {
        ulong last = _claimed!.Sequence;
        return [.. Enumerable.Range(0, records.Count).Where(i => Record.TryDecode(records.EntryAt(i), out Record record, out _) && record is Retire { SaltsScalars: true } or RunClose { IsPrivate: true })
            .Select(i => records.IndexAt(i) - _first).Where(s => s <= last)];
    }

    private ValueOutcome Proven(FaultKind kind, ulong index, byte[] body, ProvenRecords records, string text) =>
        new(kind, index, body, records, false, _his.Questions, _claimed!.Rounds, text);

    private ValueOutcome Nothing(string why) => new(FaultKind.None, 0, default, null, false, _his.Questions, _claimed?.Rounds ?? 0, why);
}
