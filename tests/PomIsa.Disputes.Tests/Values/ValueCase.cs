using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>A run, one record of it, and a machine that lies about what that record's instruction put out.</summary>
internal sealed class ValueCase : IDisposable
{
    private readonly WorkerPool _pool = new(1);
    private readonly LogKey _key = LogKey.Create("example.org/liar");

    public ValueCase(BoundProgram program, RunRequest request, string opcode)
    {
        (Program, Request) = (program, request);
        Entries = LoggedRun.Of(program, request);
        Flow = FlowOf(Entries);
        Index = (ulong)Array.FindLastIndex(Entries, e => Read(e) is Retire retire && InstructionAt(retire) == opcode);
        Record = (Retire)Read(Entries[Index]);
        Assert.True(Flow.TryPlace(Index, out RecordPlace? place));
        Subject = new Subject(program.Module, place, Index) { Sampling = request.Sampling };
        Sources = new Sources(program.Module, Flow);
        Values = CapturedValues.Of(program, request, _pool, 0, ValueNeeds.Of(Subject, Sources));
        Outputs = OutputsTree.Of(program, request, _pool, Index + 1);
    }

    public BoundProgram Program { get; }

    public RunRequest Request { get; }

    /// <summary>The honest records.</summary>
    public byte[][] Entries { get; }

    public IRunFlow Flow { get; }

    public ulong Index { get; }

    public Retire Record { get; }

    public Subject Subject { get; }

    public Sources Sources { get; }

    public CapturedValues Values { get; }

    /// <summary>What the honest run put out, up to the record.</summary>
    public OutputsTree Outputs { get; }

    public byte[] Bytes(int output)
    {
        Assert.True(Values.TryBytes(Index, output, out ReadOnlyMemory<byte> bytes));
        return bytes.ToArray();
    }

    /// <summary>An element among bytes as an output has them.</summary>
    public ulong Element(int output, byte[] bytes, long element)
    {
        TensorForm form = Subject.Form(output);
        (long row, long block, int at, int size) = form.Find(element);
        ulong value = 0;
        for (int i = size - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[(row * form.RowBytes) + (block * Commitment.BlockBytes) + at + i];
        }

        return value;
    }

    /// <summary>The element that a byte of an output belongs to.</summary>
    public long ElementOf(int output, int at) => Subject.Form(output).ElementAt(at / Subject.Form(output).RowBytes, at % Subject.Form(output).RowBytes);

    /// <summary>The record of a machine one of whose outputs has other bytes: only what is recorded changes it.</summary>
    public Retire Lie(int output, byte[] bytes)
    {
        TensorForm form = Subject.Form(output);
        Digest commitment = Commitment.OfRoot(form.DType, form.Dimensions, BlockRanges.OfRows(form, bytes).Root);
        return output != Subject.Recorded || (Record.Commitments.IsEmpty && Record.Salted.IsEmpty) ? Record
            : Record.Salted.IsEmpty ? Record with { Commitments = [commitment] }
            : Record with { Salted = [Salted.Of(Request.Privacy!.Secret.Salt(Record.Head.Sequence, 0), commitment)] };
    }

    /// <summary>A machine one of whose outputs has other bytes, or whose scalar is another; it signs and answers.</summary>
    /// <param name="lie">Its record.</param>
    /// <param name="bytes">The bytes; null: it is as the honest one.</param>
    /// <param name="cell">What becomes of its cells; null: they are as they follow.</param>
    /// <param name="leaf">What it claims of its outputs instead; null: it claims what it did.</param>
    public Func<byte[], byte[]?> Liar(Retire lie, int output, byte[]? bytes, Func<long, ulong, ulong>? cell = null, Func<ulong, byte[], byte[]>? leaf = null)
    {
        void Change(OpContext context)
        {
            if (lie.Scalars is [var scalar])
            {
                context.Stack[context.Depth - 1] = scalar;
            }
            else if (bytes is not null)
            {
                Plant.Write(context, output, bytes);
            }
        }

        return Liar(Request with { Planted = inner => new Plant(inner, Index, Change) }, cell, leaf);
    }

    /// <summary>A machine that executes something else; it signs and answers.</summary>
    public Func<byte[], byte[]?> Liar(RunRequest request, Func<long, ulong, ulong>? cell = null, Func<ulong, byte[], byte[]>? leaf = null)
    {
        var party = new ValueParty(Program, request, Digest.Of(Entries[0]), 0, (ulong)Entries.Length, _ => Flow, _key, _pool)
        {
            Cell = cell ?? (static (_, value) => value),
            Leaf = leaf,
        };
        return question => party.Answer(question);
    }

    /// <summary>Leads the dispute about a lie.</summary>
    public ValueOutcome Dispute(Retire lie, int output, byte[]? bytes, Func<long, ulong, ulong>? cell = null, bool byCells = false) => Dispute(lie, Liar(lie, output, bytes, cell), byCells);

    /// <summary>Leads the dispute about a lie with whoever answers for it.</summary>
    public ValueOutcome Dispute(Retire lie, Func<byte[], byte[]?> ask, bool byCells = false) => ValueDispute.Prove(Program, Request, _pool, Log(lie), 0, Index, _key.Verifier, ask, byCells);

    /// <summary>The file that an outcome makes.</summary>
    public byte[] File(Retire lie, ValueOutcome outcome) => File(lie, outcome, outcome.Body.Span);

    /// <summary>Checks a body against the log of who signs this record.</summary>
    public bool Check(Retire record, ValueOutcome outcome, ReadOnlySpan<byte> body, out string what)
    {
        FaultReport report = FaultCheck.Check(File(record, outcome, body), _key.Verifier, Program.Module.Encode());
        what = report.Text;
        return report.Verdict == FaultVerdict.Proven;
    }

    /// <summary>What an honest machine signs that it put out, some leaves opened.</summary>
    public OpenedOutputs Honest(ulong[] sequences) => new(
        OutputsNote.Sign(_key, Digest.Of(Entries[0]), Outputs.Leaves, Outputs.Root), sequences, [.. sequences.Select(s => Outputs.Leaf(s).ToArray())], Multiproof.Build(Outputs, Outputs.Leaves, sequences));

    public void Dispose()
    {
        _key.Dispose();
        _pool.Dispose();
    }

    private byte[] File(Retire record, ValueOutcome outcome, ReadOnlySpan<byte> body)
    {
        MemoryLog log = Log(record);
        ulong[] indices = [.. Enumerable.Range(0, outcome.Records!.Count).Select(outcome.Records.IndexAt)];
        var shown = new ProvenRecords([.. indices.Select(i => (i, log.Entry(i)))]);
        return new FaultProof(outcome.Kind, outcome.Index, _key.Verifier, log.Note, default, shown, Multiproof.Build(log, log.Checkpoint.Size, indices), body.ToArray()).ToBytes();
    }

    private MemoryLog Log(Retire record)
    {
        byte[][] entries = [.. Entries];
        entries[Index] = LoggedRun.Encode(record);
        var checkpoint = new Checkpoint(_key.Name, (ulong)entries.Length, Merkle.Root([.. entries.Select(static e => Merkle.LeafHash(e))]));
        return new MemoryLog(entries, checkpoint, checkpoint.Sign(_key));
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
}
