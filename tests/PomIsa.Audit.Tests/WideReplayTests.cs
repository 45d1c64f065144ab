using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Audit.Tests;

/// <summary>Many steps through one: the same report as step by step, whatever the log holds.</summary>
public sealed class WideReplayTests : IDisposable
{
    private static readonly RunRequest Request = new() { Prompt = [3, 17, 5, 60, 22], Trigger = Digest.Of([1]) };

    private readonly WorkerPool _pool = new(2);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 6)]
    [InlineData(true, 6)]
    public void A_run_is_accepted_wide_as_it_is_narrow(bool quantized, int tokens)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(tokens));
        byte[][] run = Run(program);
        ReplayReport? wide = Wide(program, run);
        Assert.NotNull(wide);
        Assert.Equal(Replay.Verify(program, Request, run, _pool, narrow: true), wide);
        Assert.Equal(Verdict.Accept, wide.Verdict);
    }

    [Fact]
    public void Whatever_is_changed_the_report_is_that_of_the_narrow_replay()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(4));
        byte[][] run = Run(program);
        var random = new Random(7);
        int wides = 0;
        for (int round = 0; round < 300; round++)
        {
            byte[][] changed = [.. run.Select(static e => e.ToArray())];
            int at = random.Next(1, run.Length);
            switch (random.Next(4))
            {
                case 0:
                    changed = [.. changed.Where((_, i) => i != at)];
                    break;
                case 1:
                    (changed[at], changed[^1]) = (changed[^1], changed[at]);
                    break;
                case 2:
                    changed[at] = [.. changed[at], 1];
                    break;
                default:
                    changed[at][random.Next(changed[at].Length)] ^= (byte)(1 << random.Next(8));
                    break;
            }

            ReplayReport narrow = Replay.Verify(program, Request, changed, _pool, narrow: true);
            Assert.Equal(narrow, Replay.Verify(program, Request, changed, _pool));
            wides += Wide(program, changed) is not null ? 1 : 0;
        }

        Assert.InRange(wides, 100, 300);
    }

    [Fact]
    public void A_token_that_the_log_made_up_is_found_though_the_wide_pass_believed_it()
    {
        using var decoder = new TinyDecoder(quantized: false);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(4));
        byte[][] run = Run(program);
        int at = Array.FindIndex(run, static e => Record.TryDecode(e, out Record r, out _) && r is Retire { Head.Opcode: 0x40 });
        run[at][^8] ^= 1; // the scalar's low bit: another token
        ReplayReport report = Replay.Verify(program, Request, run, _pool);
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal((ulong)at, report.First!.Sequence);
        Assert.Equal("argmax", report.First.Opcode);
    }

    [Fact]
    public void Rows_that_do_not_fit_into_one_call_go_through_several()
    {
        using BoundProgram program = Doubling(room: 4, tokens: 9);
        RunRequest request = Request with { Prompt = [3, 17, 5] };
        byte[][] run = Run(program, request);
        ReplayReport? wide = WidePass.TryVerify(program, request, request, run, _pool);
        Assert.Equal((Verdict.Accept, (ulong)run.Length), (wide?.Verdict, wide!.Compared));
    }

    [Fact]
    public void Several_wide_steps_are_about_as_long_as_each_other()
    {
        using BoundProgram program = Doubling(room: 8, tokens: 16);
        RunRequest request = Request with { Prompt = [3] };
        byte[][] run = Run(program, request);
        using var entries = EntryList.Of(run);
        Assert.Equal([0..6, 6..12, 12..17], WidePlan.TryMake(program.Module, request, entries)!.Program.Parts.ToArray());
        Assert.Equal(Verdict.Accept, WidePass.TryVerify(program, request, request, run, _pool)?.Verdict);

        // Where a call of several rows would make more parts of it, each has as many as there is room for.
        request = Request with { Prompt = [3, 17, 5, 1, 2, 9, 4] };
        using var more = EntryList.Of(Run(program, request));
        Assert.Equal([0..2, 2..10, 10..17], WidePlan.TryMake(program.Module, request, more)!.Program.Parts.ToArray());
    }

    /// <summary>A step that doubles tokens, up to <paramref name="room"/> at a time, called once for the prompt and then for each token.</summary>
    private static BoundProgram Doubling(int room, int tokens) => Programs.Bind($"""
        .symbol T max {room}
        .input p i32[T]
        .step double(ids: i32[T]) -> (y: i64[T])
            cast y, ids, i64
            vadd y, y, y
            ret
        .end
        .driver main
            .local n
            input a, p
            call double, a -> b
            push 3
            set n
            push {tokens}
            loop {tokens}
                get n
                token w
                call double, w -> c
                item c
                dup
                set n
                emit
            end
            halt
        .end
        .entry main
        """);

    [Fact]
    public void What_a_driver_writes_over_a_result_changes_no_other_calls()
    {
        using BoundProgram program = Programs.Bind("""
            .symbol T max 16
            .input p i32[T]
            .step double(ids: i32[T]) -> (y: i64[T], s: i32[1])
                cast y, ids, i64
                vadd y, y, y
                zeros s
                ret
            .end
            .driver main
                .local n
                input a, p
                push 3
                set n
                push 9
                loop 9
                    get n
                    token w
                    call double, w -> c, s
                    item c
                    dup
                    set n
                    emit
                    item s
                    emit
                    push 5
                    token s
                end
                halt
            .end
            .entry main
            """);
        RunRequest request = Request with { Prompt = [3] };
        byte[][] run = Run(program, request);
        ReplayReport? wide = WidePass.TryVerify(program, request, request, run, _pool);
        Assert.Equal((Verdict.Accept, (ulong)run.Length), (wide?.Verdict, wide!.Compared));
    }

    [Theory]
    [InlineData("(z: f32[T, 1])", "softmax y, x", "sum z, y", true)]
    [InlineData("(z: f32[4, 1])", "transpose y, x, [1, 0]", "sum z, y", false)] // over the rows
    public void Only_a_step_that_keeps_rows_apart_is_widened(string results, string first, string second, bool apart)
    {
        string source = $"""
            .symbol T max 8
            .input x f32[T, 4]
            .step f(x: f32[T, 4]) -> {results}
                {first}
                {second}
                ret
            .end
            .driver main
                input a, x
                call f, a -> b
                halt
            .end
            .entry main
            """;
        Assembly.AssemblyResult result = Assembly.Assembler.Assemble(source, "t.pisa", null, new Assembly.AssemblerOptions());
        Assert.Empty(result.Diagnostics);
        Assert.Equal(apart, RowRules.TryClassify(result.Module!.Functions.First(static f => f.Kind == FunctionKind.Step), out _, out _));
    }

    public void Dispose() => _pool.Dispose();

    private byte[][] Run(BoundProgram program, RunRequest? request = null)
    {
        using var folder = new TempFolder();
        using RecordLog log = RecordLog.Open(folder["log"]);
        Assert.True(AttestedRun.TryExecute(program, request ?? Request, log, _pool, out _, out MachineFault fault), fault.Detail);
        return [.. log.ReadAll()];
    }

    private ReplayReport? Wide(BoundProgram program, byte[][] run) => WidePass.TryVerify(program, Request, Request, run, _pool);
}
