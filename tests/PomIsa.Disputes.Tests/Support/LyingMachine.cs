using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Support;

/// <summary>A run, an honest machine that executes it, and one that errs or lies in it, signs that, and stands to it whenever it is asked.</summary>
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

    public byte[] Module => _program.Module.Encode();

    /// <summary>The honest machine: it executes what it doesn't believe.</summary>
    public Party Honest() => LoggedRun.Signed("honest", Run, _program) with { Runs = _ => new OwnRun(_program, _request) };

    /// <summary>What opcode a record is of.</summary>
    public OpcodeRow RowAt(int at) => Record.TryDecode(Run[at], out Record record, out _) && record is Retire retire && InstructionTable.TryFind((byte)retire.Head.Opcode, out OpcodeRow? row)
        ? row : throw new InvalidOperationException("No retire.");

    /// <summary>The records of an opcode.</summary>
    public int[] Places(string mnemonic) => [.. Enumerable.Range(1, Run.Length - 2).Where(i => RowAt(i).Mnemonic == mnemonic)];

    /// <summary>One in which a fault happens at a record, and that goes on with it; null where its run traps.</summary>
    public Party? Erring(int at, Action<OpContext> fault)
    {
        RunRequest planted = Planted(at, fault);
        return LoggedRun.TryOf(_program, planted) is { } entries ? Answering(entries, _program, planted) : null;
    }

    /// <summary>The first record that is not the honest machine's; -1 where all are.</summary>
    public int FirstDifference(Party party)
    {
        ulong shared = Math.Min((ulong)Run.Length, party.Log.Checkpoint.Size);
        for (int i = 0; i < (int)shared; i++)
        {
            if (!Run[i].AsSpan().SequenceEqual(party.Log.Entry((ulong)i)))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>One that has another's records, and claims what an honest machine puts out.</summary>
    public Party Denying(Party erring) => Answering([.. Enumerable.Range(0, (int)erring.Log.Checkpoint.Size).Select(i => erring.Log.Entry((ulong)i))], _program, _request);

    /// <summary>One that signs records, and answers with what comes of executing something.</summary>
    public Party Answering(byte[][] entries, BoundProgram program, RunRequest request)
    {
        var checkpoint = new Checkpoint(_key.Name, (ulong)entries.Length, Merkle.Root([.. entries.Select(static e => Merkle.LeafHash(e))]));
        var log = new MemoryLog(entries, checkpoint, checkpoint.Sign(_key));
        var answers = new RunAnswers(log, [new AnsweredRun(0, (ulong)entries.Length, new OwnRun(program, request))], _key, _pool);
        return new Party("liar", log, _key.Verifier) { Ask = question => answers.Answer(question) };
    }

    public void Dispose()
    {
        _key.Dispose();
        _pool.Dispose();
    }

    private RunRequest Planted(int at, Action<OpContext> fault) => _request with { Planted = inner => new Plant(inner, (ulong)at, fault) };
}
