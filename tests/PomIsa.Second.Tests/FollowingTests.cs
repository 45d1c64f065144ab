using System.Globalization;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Records;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Second.Tests;

/// <summary>Where the verifier of <c>spec/second</c> and ours could follow a program otherwise: when they give up, what an input's symbol is, which states must agree.</summary>
public sealed class FollowingTests : IDisposable
{
    private const string Two = """
        .symbol P max 8
        .input left i32[P]
        .input right i32[P]
        .driver main
            input a: i32[P], left
            input b: i32[P], right
            rows b
            emit
            halt
        .end
        .entry main
        """;

    private const string Disagreeing = """
        .symbol S max 8
        .state a f32[S, 1] max 8
        .state b f32[S, 1] max 8
        .step both(x: f32[1, 1]) -> (y: f32[1, 1])
            append a, x
            append b, x
            vadd y, x, x
            ret
        .end
        .step second(x: f32[1, 1]) -> (z: f32[1, 1])
            read y, b
            tail z, y, 1
            ret
        .end
        .driver main
            zeros x: f32[1, 1]
            call both, x -> x
            call both, x -> x
            reset a
            call second, x -> x
            halt
        .end
        .entry main
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("pomisa-second-").FullName;
    private readonly LogKey _key = LogKey.Create("example.org/liar");
    private readonly List<string> _expected = [];

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _key.Dispose();
    }

    [NodeFact]
    public void Both_give_up_behind_the_same_work()
    {
        int turns = 1;
        while (HeavyProgram.Work(turns + 1) <= 1 << 22)
        {
            turns++;
        }

        Add(HeavyProgram.Lie(turns, _key, out _), isProven: true);
        Add(HeavyProgram.Lie(turns + 1, _key, out _), isProven: false);
        Same();
    }

    /// <summary>The record of an input alone tells its symbol: that of another input of the same symbol does not.</summary>
    [NodeFact]
    public void Both_know_an_inputs_symbol_from_its_record_alone()
    {
        using BoundProgram program = Programs.Bind(Two);
        byte[][] run = LoggedRun.Of(program, new RunRequest { Prompt = [4, 5] });
        byte[][] lie = LoggedRun.With(run, 3, static r => (Retire)r with { Scalars = [3] });
        byte[] module = Dispute.Bare(program.Module);
        foreach ((int[] shown, bool isProven) in ((int[], bool)[])[([0, 1, 2, 3], true), ([0, 2, 3], true), ([0, 1, 3], false), ([0, 3], false)])
        {
            Add(HeavyProgram.Sign(_key, FaultKind.Scalars, 3, [.. shown.Select(i => ((ulong)i, lie[i]))], module), isProven);
        }

        Same();
    }

    [NodeFact]
    public void Both_leave_a_loop_of_unknown_rounds_behind_any_of_them()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.UnknownRounds);
        byte[][] three = LoggedRun.Of(program, new RunRequest { Prompt = [3] });
        byte[][] two = LoggedRun.Renumbered([.. three[..11], .. three[14..]]);
        foreach ((int[] shown, bool isProven) in ((int[], bool)[])[([0, 3, 11], true), ([0, 11], false), ([0, 8, 11], false)])
        {
            Add(HeavyProgram.Sign(_key, FaultKind.Place, 11, [.. shown.Select(i => ((ulong)i, two[i]))], Dispute.Bare(program.Module)), isProven);
            Add(HeavyProgram.Sign(_key, FaultKind.Close, 11, [.. shown.Select(i => ((ulong)i, two[i]))], Dispute.Bare(program.Module)), isProven: false);
        }

        Same();
    }

    /// <summary>Where one way has ended before a record and another one traps before it, it is told of the trap.</summary>
    [NodeFact]
    public void Both_tell_of_a_trap_before_an_end()
    {
        using BoundProgram program = Programs.Bind(DriverPrograms.EndsOrTraps);
        RunOpen open = new RunRequest().Opening(program);
        byte[] behind = LoggedRun.Encode(new Retire(new RetireHead(open.RunId, 6, 0, 0, 0, 0x20), [], [], []));
        foreach ((FaultKind kind, bool isProven) in ((FaultKind, bool)[])[(FaultKind.Trap, true), (FaultKind.Close, false)])
        {
            Add(HeavyProgram.Sign(_key, kind, 6, [(0, LoggedRun.Encode(open)), (6, behind)], Dispute.Bare(program.Module)), isProven);
        }

        Same();
    }

    /// <summary>A step that names one of a symbol's states traps where another one has other rows: what a liar records behind the call can't be there.</summary>
    [NodeFact]
    public void Both_look_at_all_states_of_a_symbol()
    {
        using BoundProgram program = Programs.Bind(Disagreeing);
        Assert.Null(LoggedRun.TryOf(program, new RunRequest()));
        RunOpen open = new RunRequest().Opening(program);
        Assert.Equal("read", program.Module.Functions[1].Body[0].Row.Mnemonic);
        var behind = new Retire(new RetireHead(open.RunId, 14, 3, 1, 0, program.Module.Functions[1].Body[0].Row.Code), [new SymbolChange(0, 2)], [], []);
        Add(HeavyProgram.Sign(_key, FaultKind.Trap, 14, [(0, LoggedRun.Encode(open)), (14, LoggedRun.Encode(behind))], Dispute.Bare(program.Module)), isProven: true);
        Same();
    }

    private void Add(FaultProof proof, bool isProven)
    {
        byte[] file = proof.ToBytes();
        Assert.Equal(isProven ? FaultVerdict.Proven : FaultVerdict.NotProven, FaultCheck.Check(file).Verdict);
        string name = _expected.Count.ToString("D5", CultureInfo.InvariantCulture);
        File.WriteAllBytes(Path.Combine(_folder, name), file);
        _expected.Add(isProven ? string.Create(CultureInfo.InvariantCulture, $"{name}: proven: record {proof.Index} of example.org/liar, kind {(int)proof.Kind}") : $"{name}: refused");
    }

    private void Same()
    {
        var (exit, said) = Node.Run("node", "spec/second/verifier.js", "faults", _folder);
        Assert.True(exit == 0, said);
        Assert.Equal(_expected, said.TrimEnd('\n').Split('\n').Select(static line => string.Join(':', line.Split(':').Take(line.Contains(": proven", StringComparison.Ordinal) ? 3 : 2))));
    }
}
