using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Orders;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Support;

/// <summary>A machine that executes a run and lies about one value of it, in its record and whenever it is asked.</summary>
internal sealed class LyingMachine : IDisposable
{
    private readonly BoundProgram _program;
    private readonly RunRequest _request;
    private readonly WorkerPool _pool = new(1);
    private readonly LogKey _key = LogKey.Create("example.org/liar");

    public LyingMachine(BoundProgram program, RunRequest request)
    {
        (_program, _request) = (program, request);
        Run = LoggedRun.Of(program, request);
    }

    /// <summary>The honest records.</summary>
    public byte[][] Run { get; }

    public Party Honest() => LoggedRun.Signed("honest", Run, _program) with { Runs = _ => new OwnRun(_program, _request) };

    /// <summary>What opcode a record is of.</summary>
    public OpcodeRow RowAt(int at) => Record.TryDecode(Run[at], out Record record, out _) && record is Retire retire && InstructionTable.TryFind((byte)retire.Head.Opcode, out OpcodeRow? row)
        ? row : throw new InvalidOperationException("No retire.");

    /// <summary>Lies about the bytes of one output.</summary>
    public Party Lie(int at, int output, Action<byte[]> change)
    {
        ProvenRecords records = new([(0, Run[0]), ((ulong)at, Run[at])]);
        IRunFlow flow = OrderProof.Follow(new MemoryLog(Run), _program.Verified, 0, (ulong)at, Digest.Of(Run[0]), ref records, untilOne: true).Flow!;
        Assert.True(flow.TryPlace((ulong)at, out RecordPlace? place));
        TensorForm form = new Subject(_program.Module, place, (ulong)at).Form(output);
        Assert.True(CapturedValues.Of(_program, _request, _pool, 0, [(ulong)at]).TryBytes((ulong)at, output, out ReadOnlyMemory<byte> honest));
        byte[] lie = honest.ToArray();
        change(lie);
        Digest commitment = Commitment.OfRoot(form.DType, form.Dimensions, BlockRanges.OfRows(form, lie).Root);
        byte[][] entries = LoggedRun.With(Run, at, r => (Retire)r with { Commitments = ((Retire)r).Commitments.SetItem(output, commitment) });
        return Serving(entries, indices => new Changed(CapturedValues.Of(_program, _request, _pool, 0, indices), (ulong)at, output, lie));
    }

    /// <summary>Signs records, and answers from values.</summary>
    public Party Serving(byte[][] entries, Func<IReadOnlyCollection<ulong>, IRunValues> capture)
    {
        var checkpoint = new Checkpoint(_key.Name, (ulong)entries.Length, Merkle.Root([.. entries.Select(static e => Merkle.LeafHash(e))]));
        var log = new MemoryLog(entries, checkpoint, checkpoint.Sign(_key));
        var answers = new ValueParty(_program, _request, 0, index =>
        {
            ProvenRecords records = new([(0, entries[0]), (index, entries[index])]);
            return OrderProof.Follow(log, _program.Verified, 0, index, Digest.Of(entries[0]), ref records, untilOne: true).Flow;
        }, _key, _pool)
        {
            Capture = capture,
        };
        return new Party("liar", log, _key.Verifier) { Ask = question => answers.Answer(question) };
    }

    public void Dispose()
    {
        _key.Dispose();
        _pool.Dispose();
    }

    private sealed class Changed(IRunValues honest, ulong at, int output, byte[] lie) : IRunValues
    {
        public bool TryBytes(ulong index, int which, out ReadOnlyMemory<byte> bytes)
        {
            bytes = lie;
            return (index == at && which == output) || honest.TryBytes(index, which, out bytes);
        }
    }
}
