using System.Collections.Immutable;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>A run, one record of it, and a machine that lies about that record's output.</summary>
internal sealed class ValueCase : IDisposable
{
    private readonly WorkerPool _pool = new(1);
    private readonly LogKey _key = LogKey.Create("example.org/liar");
    private readonly byte[][] _entries;

    public ValueCase(BoundProgram program, RunRequest request, string opcode)
    {
        (Program, Request) = (program, request);
        _entries = LoggedRun.Of(program, request);
        Flow = FlowOf(_entries);
        Index = (ulong)Array.FindLastIndex(_entries, e => Read(e) is Retire retire && InstructionAt(retire) == opcode);
        Record = (Retire)Read(_entries[Index]);
        Assert.True(Flow.TryPlace(Index, out RecordPlace? place));
        Subject = new Subject(program.Module, place, Index) { Sampling = request.Sampling };
        Sources = new Sources(program.Module, Flow);
        Values = CapturedValues.Of(program, request, _pool, 0, ValueNeeds.Of(Subject, Sources));
    }

    public BoundProgram Program { get; }

    public RunRequest Request { get; }

    public IRunFlow Flow { get; }

    public ulong Index { get; }

    public Retire Record { get; }

    public Subject Subject { get; }

    public Sources Sources { get; }

    public CapturedValues Values { get; }

    public byte[] Bytes(int output)
    {
        Assert.True(Values.TryBytes(Index, output, out ReadOnlyMemory<byte> bytes));
        return bytes.ToArray();
    }

    /// <summary>The record of a machine whose output has other bytes.</summary>
    public Retire Lie(int output, byte[] bytes)
    {
        TensorForm form = Subject.Form(output);
        return Record with { Commitments = Record.Commitments.SetItem(output, Commitment.OfRoot(form.DType, form.Dimensions, BlockRanges.OfRows(form, bytes).Root)) };
    }

    /// <summary>Leads the dispute about a lie.</summary>
    /// <param name="lie">The record.</param>
    /// <param name="bytes">What the liar's output has.</param>
    /// <param name="cell">What becomes of the liar's cells; null: they are as they follow.</param>
    public ValueOutcome Dispute(Retire lie, int output, byte[] bytes, Func<long, ulong, ulong>? cell = null, bool byCells = false)
    {
        var party = new ValueParty(Program, Request, 0, _ => Flow, _key, _pool)
        {
            Capture = _ => new LyingValues(Values, Index, output, bytes),
            Cell = cell ?? (static (_, value) => value),
        };
        return ValueDispute.Prove(Program, Request, _pool, Flow, 0, Index, lie, _key.Verifier, q => party.Answer(q), byCells);
    }

    /// <summary>Checks a body against the liar's log, of which only pinned records are shown.</summary>
    public bool Check(Retire record, ValueOutcome outcome, ReadOnlySpan<byte> body, out string what)
    {
        byte[][] entries = [.. _entries];
        entries[Index] = LoggedRun.Encode(record);
        var shown = new ProvenRecords([.. outcome.Pins.Select(i => (i, entries[i]))]);
        return ValueProof.TryCheck(Program.Verified, Flow, Index, shown, _key.Verifier, body, out what);
    }

    public void Dispose()
    {
        _key.Dispose();
        _pool.Dispose();
    }

    private static Record Read(byte[] entry)
    {
        Assert.True(PomIsa.Evidence.Records.Record.TryDecode(entry, out Record record, out _));
        return record;
    }

    private string InstructionAt(Retire retire) => Program.Module.Functions[retire.Head.Function].Body[(int)retire.Head.Offset].Row.Mnemonic;

    private IRunFlow FlowOf(byte[][] entries)
    {
        var trace = RunTrace.Follow(Program.Verified, new ProvenRecords([.. entries.Select(static (e, i) => ((ulong)i, e))]), 0, (ulong)entries.Length - 1, Digest.Of(entries[0]));
        Assert.True(trace.Flow is not null, trace.Fault?.What);
        return trace.Flow;
    }

    private sealed class LyingValues(IRunValues truth, ulong index, int output, byte[] bytes) : IRunValues
    {
        public bool TryBytes(ulong at, int which, out ReadOnlyMemory<byte> found)
        {
            if (at == index && which == output)
            {
                found = bytes;
                return true;
            }

            return truth.TryBytes(at, which, out found);
        }
    }
}
