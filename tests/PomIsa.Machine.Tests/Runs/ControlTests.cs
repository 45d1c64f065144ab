using PomIsa.Kernels;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

public sealed class ControlTests
{
    [Theory]
    [InlineData("push 3\nloop 9\nget n\nemit\nget n\npush 1\nadd\nset n\nend", "0 1 2")]
    [InlineData("push 0\nloop 9\npush 1\nemit\nend\npush 2\nemit", "2")]
    [InlineData("push 9\nloop 9\nget n\npush 2\neq\nbrk_if\nget n\nemit\nget n\npush 1\nadd\nset n\nend", "0 1")]
    [InlineData("push 2\nloop 2\npush 9\nloop 9\nget n\nemit\nget n\npush 1\nadd\nset n\nget n\npush 2\nge\nif\nbrk\nend\nend\nend", "0 1 2")]
    [InlineData("push 1\nif\npush 4\nemit\nelse\npush 5\nemit\nend", "4")]
    [InlineData("push 0\nif\npush 4\nemit\nelse\npush 5\nemit\nend", "5")]
    [InlineData("push 0\nif\npush 4\nemit\nend\npush 6\nemit", "6")]
    [InlineData("push 7\npush 3\nsub\nemit", "4")]
    [InlineData("push 7\npush 3\nswap\nsub\npush -1\nmul\nemit", "4")]
    [InlineData("push 7\npush 3\nmin\nemit\npush 7\npush 3\nmax\nemit", "3 7")]
    public void Programs_emit_what_they_say(string body, string emitted)
    {
        using BoundProgram program = Programs.Bind($".driver main\n.local n\n{body}\nhalt\n.end\n.entry main");
        using var pool = new WorkerPool(1);
        Assert.True(MachineRun.TryExecutePlain(program, new RunRequest { Prompt = [] }, pool, out RunOutcome? outcome, out MachineFault fault), fault.Describe(program.Module));
        Assert.Equal(emitted, string.Join(' ', outcome.Tokens));
        Assert.True(outcome.Retired <= program.Verified.Bounds.Retires);
    }

    /// <summary>The example of spec/runs.md.</summary>
    [Fact]
    public void A_driver_that_emits_seven_mints_five_records()
    {
        using BoundProgram program = Programs.Bind(".driver main\npush 7\nemit\nhalt\n.end\n.entry main");
        using var pool = new WorkerPool(1);
        using var folder = new TempFolder();
        using Evidence.Log.RecordLog log = Evidence.Log.RecordLog.Open(folder["log"]);
        Assert.True(AttestedRun.TryExecute(program, new RunRequest { Prompt = [] }, log, pool, out _, out MachineFault fault), fault.Detail);
        Evidence.Records.Record[] records =
            [.. log.ReadAll().Select(e => Evidence.Records.Record.TryDecode(e, out Evidence.Records.Record r, out _) ? r : throw new InvalidDataException())];
        Assert.Equal(5, records.Length);
        var open = Assert.IsType<Evidence.Records.RunOpen>(records[0]);
        Assert.Equal((program.ProgramDigest, default, 1u), (open.Program, open.Weights, open.Numerics));
        Assert.Equal("7", string.Join(' ', Assert.IsType<Evidence.Records.Retire>(records[1]).Scalars));
        Assert.Equal("7", string.Join(' ', Assert.IsType<Evidence.Records.Retire>(records[2]).Scalars));
        Assert.True(records[3] is Evidence.Records.Retire { Scalars.IsEmpty: true, Commitments.IsEmpty: true });
        var close = Assert.IsType<Evidence.Records.RunClose>(records[4]);
        Assert.Equal((Digest.Of([7, 0, 0, 0]), 1u, 3ul), (close.Response, close.Tokens, close.Retired));
    }

    [Fact]
    public void A_driver_calls_another_and_goes_on_behind_it()
    {
        using BoundProgram program = Programs.Bind("""
            .driver inner
                .local n
                push 8
                set n
                get n
                emit
                ret
            .end
            .driver main
                .local n
                push 1
                set n
                call inner
                get n
                emit
                halt
            .end
            .entry main
            """);
        using var pool = new WorkerPool(1);
        Assert.True(MachineRun.TryExecutePlain(program, new RunRequest { Prompt = [] }, pool, out RunOutcome? outcome, out _));
        Assert.Equal("8 1", string.Join(' ', outcome.Tokens));
    }
}
