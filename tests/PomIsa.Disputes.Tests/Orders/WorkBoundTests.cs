using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Records;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Disputes.Tests.Orders;

/// <summary>Following a program that a liar has chosen takes bounded time and memory: what costs more than an instruction counts for more.</summary>
public sealed class WorkBoundTests
{
    [Fact]
    public void A_checker_gives_up_behind_as_much_work_as_the_spec_says()
    {
        int turns = 1;
        while (HeavyProgram.Work(turns + 1) <= 1 << 22)
        {
            turns++;
        }

        using LogKey key = LogKey.Create("example.org/liar");
        FaultProof within = HeavyProgram.Lie(turns, key, out _), beyond = HeavyProgram.Lie(turns + 1, key, out _);
        Assert.Equal((FaultVerdict.Proven, FaultKind.Close), (FaultCheck.Check(within.ToBytes()).Verdict, FaultCheck.Check(within.ToBytes()).Finding!.Kind));
        Assert.Equal(FaultVerdict.NotProven, FaultCheck.Check(beyond.ToBytes()).Verdict);
    }

    [Fact]
    public void What_a_liar_signs_of_the_heavy_program_has_the_places_of_its_run()
    {
        using BoundProgram program = Programs.Bind(HeavyProgram.Source(3));
        using LogKey key = LogKey.Create("example.org/liar");
        Assert.Equal((ulong)LoggedRun.Of(program, new RunRequest()).Length - 1, HeavyProgram.Lie(3, key, out _).Index);
    }

    /// <summary>A reset, and a step that stores nothing, cost the same whatever the module's states are.</summary>
    [Theory]
    [InlineData("reset s0")]
    [InlineData("call nothing, x -> x")]
    [InlineData("call one, x -> x")]
    public void Changing_a_state_takes_memory_for_that_state_alone(string instruction)
    {
        const int turns = 4000;
        using BoundProgram program = Programs.Bind($"""
            .symbol S max 8
            .symbol R max 8
            {string.Join('\n', Enumerable.Range(0, 4000).Select(static i => $".state s{i} f32[S, 1] max 8"))}
            .state other f32[R, 1] max 8
            .step nothing(a: f32[1, 1]) -> (b: f32[1, 1])
                vadd b, a, a
                ret
            .end
            .step one(a: f32[1, 1]) -> (b: f32[1, 1])
                vadd b, a, a
                write other, b
                ret
            .end
            .driver main
                zeros x: f32[1, 1]
                push {turns}
                loop {turns}
                    {instruction}
                end
                halt
            .end
            .entry main
            """);
        byte[][] run = LoggedRun.Of(program, new RunRequest());
        var records = new ProvenRecords([(0, run[0]), ((ulong)run.Length - 1, run[^1])]);
        Digest id = Digest.Of(run[0]);
        RunTrace.Follow(program.Verified, records, 0, (ulong)run.Length - 1, id);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RunTrace trace = RunTrace.Follow(program.Verified, records, 0, (ulong)run.Length - 1, id);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Single(trace.Left);
        Assert.True(bytes < turns * 1024L, $"{bytes} bytes for {turns} turns");
    }

    /// <summary>What a file of a few KiB can make a checker take, as far as it goes: instructions, calls, ways that wait, each with as much as a program may have of it.</summary>
    [Theory]
    [InlineData("zeros w: f32[1, 1]")]
    [InlineData("push 1\ntoken t")]
    [InlineData("reset s0")]
    [InlineData("call inner")]
    [InlineData("call wide, {x} -> {y}")]
    [InlineData("call wider, {x} -> {y}")]
    [InlineData("argmax x\nif\nend")]
    public void A_small_file_takes_bounded_memory(string turn)
    {
        const int wide = 60;
        string[] registers = [.. Enumerable.Range(0, wide).Select(static i => $"x{i}")];
        string given = string.Join(", ", registers.Select(static (r, i) => $"{r}: f32[S{i}, 1]")), made = string.Join(", ", registers.Select(static (_, i) => $"y{i}: f32[1, 1]"));
        string body = string.Join('\n', registers.Select(static (r, i) => $"tail y{i}, {r}, 1"));
        string source = $"""
            {string.Join('\n', Enumerable.Range(0, wide + 1).Select(static i => $".symbol S{i} max 8"))}
            {string.Join('\n', Enumerable.Range(0, 4000).Select(static i => $".state s{i} f32[S60, 1] max 8"))}
            .step wide({given}) -> ({made})
            {body}
                ret
            .end
            .driver wider({given}) -> ({made})
            {body}
                ret
            .end
            .driver inner
                push 0
                if
            {string.Join('\n', Enumerable.Range(0, 8000).Select(static i => $"zeros z{i}: f32[1, 1]"))}
                end
                ret
            .end
            .driver main
                push 0
                if
            {string.Join('\n', Enumerable.Range(0, 8000).Select(static i => $"zeros z{i}: f32[1, 1]"))}
                end
                zeros x: f32[1, 1]
            {string.Join('\n', registers.Select(static r => $"zeros {r}: f32[1, 1]"))}
                push 100000000
                loop 100000000
                    {turn.Replace("{x}", string.Join(", ", registers), StringComparison.Ordinal).Replace("{y}", string.Join(", ", registers.Select(static (_, i) => $"y{i}")), StringComparison.Ordinal)}
                end
                halt
            .end
            .entry main
            """;
        using BoundProgram program = Programs.Bind(source);
        RunOpen open = new RunRequest().Opening(program);
        var close = new RunClose(open.RunId, 1UL << 40, default, 0, (1UL << 40) - 1, RunStatus.Finished);
        using LogKey key = LogKey.Create("example.org/liar");
        byte[] file = HeavyProgram.Sign(key, FaultKind.Close, 1UL << 40, [(0, LoggedRun.Encode(open)), (1UL << 40, LoggedRun.Encode(close))], Dispute.Bare(program.Module)).ToBytes();
        Assert.InRange(file.Length, 1, FaultProof.MaxBytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(FaultVerdict.NotProven, FaultCheck.Check(file).Verdict);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(bytes < 3L << 29, $"{bytes >> 20} MiB");
    }
}
