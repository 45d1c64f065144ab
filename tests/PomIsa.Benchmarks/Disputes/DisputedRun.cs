using PomIsa.Cli.Runs;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Benchmarks.Disputes;

/// <summary>A run, an honest machine that has only its replay, and machines that err in it and sign what comes of that.</summary>
internal sealed class DisputedRun : IDisposable
{
    private readonly BoundProgram _program;
    private readonly RunRequest _request;
    private readonly WorkerPool _pool;
    private readonly LogKey _key = LogKey.Create("example.org/liar");
    private readonly byte[][] _run;
    private readonly Party _honest;

    public DisputedRun(BoundProgram program, RunRequest request, WorkerPool pool)
    {
        (_program, _request, _pool) = (program, request, pool);
        _run = [.. Salvage.Execute(program, request, pool)];
        _honest = new Party("replay", new MemoryLog(_run), null) { Programs = [program.Module.Encode()], Runs = _ => new OwnRun(program, request) };
    }

    /// <summary>How many records there are.</summary>
    public int Records => _run.Length;

    /// <summary>The opcode of a retire's record.</summary>
    public OpcodeRow RowAt(int at) => Record.TryDecode(_run[at], out Record record, out _) && record is Retire retire && InstructionTable.TryFind((byte)retire.Head.Opcode, out OpcodeRow? row)
        ? row : throw new InvalidOperationException("That is no retire.");

    /// <summary>The last record of an opcode.</summary>
    public int? Last(string mnemonic, int before = int.MaxValue) => Enumerable.Range(1, Math.Min(before, _run.Length - 1) - 1).Where(at => RowAt(at).Mnemonic == mnemonic).Select(static at => (int?)at).LastOrDefault();

    /// <summary>Settles the fault of a machine that goes on with it; null where no record tells of it.</summary>
    public SettledLie? Lie(int at, Action<OpContext> fault)
    {
        RunRequest planted = _request with { Planted = inner => new Plant(inner, (ulong)at, fault) };
        return Settle([.. Salvage.Execute(_program, planted, _pool)], planted);
    }

    /// <summary>The same of one that claims what an honest machine puts out.</summary>
    public SettledLie? Deny(int at, Action<OpContext> fault) => Settle([.. Salvage.Execute(_program, _request with { Planted = inner => new Plant(inner, (ulong)at, fault) }, _pool)], _request);

    public void Dispose() => _key.Dispose();

    private SettledLie? Settle(byte[][] entries, RunRequest answers)
    {
        if (entries.Zip(_run).All(static pair => pair.First.AsSpan().SequenceEqual(pair.Second)))
        {
            return null;
        }

        var checkpoint = new Checkpoint(_key.Name, (ulong)entries.Length, Merkle.Root([.. entries.Select(static e => Merkle.LeafHash(e))]));
        var log = new MemoryLog(entries, checkpoint, checkpoint.Sign(_key));
        var liar = new RunAnswers(log, [new AnsweredRun(0, (ulong)entries.Length, new OwnRun(_program, answers))], _key, _pool);
        return SettledLie.Of(new Party("liar", log, _key.Verifier) { Ask = question => liar.Answer(question) }, _honest, _pool);
    }
}
