using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Audit.Tests;

/// <summary>Values that are only chosen from need not be there; whoever reads more of them finds them.</summary>
public sealed class ChosenResultsTests : IDisposable
{
    private static readonly SamplingParameters Drawn = new(SamplingKind.Drawn, 42, 0x3f800000, 0x3f800000, 4);

    private readonly WorkerPool _pool = new(2);

    [Theory]
    [InlineData("argmax logits", "", false, true)]
    [InlineData("push 0\nsample logits", "", false, true)]
    [InlineData("push 0\nsample logits", "", true, false)]
    [InlineData("argmax logits", "output logits, 0", false, false)]
    [InlineData("argmax logits", "tail row, logits, 1\noutput row, 0", false, false)]
    [InlineData("argmax logits", "call other, logits", false, false)]
    public void A_run_is_accepted_wide_as_it_is_narrow(string choose, string behind, bool drawn, bool chosen)
    {
        using var decoder = new TinyDecoder(quantized: true);
        string source = decoder.Source(
            $"""
                    call forward, words -> logits
                    push 5
                    loop 5
                        {choose}
                        dup
                        emit
                        token word
                        call forward, word -> logits
                    end
                    {behind}
            """).Replace(".driver main", """
            .driver other(x: f32[1, 64])
                output x, 0
                ret
            .end
            .driver main
            """, StringComparison.Ordinal);
        Assert.True(BoundProgram.TryBind(Programs.Verify(source, decoder), decoder.LoadWeights(), out BoundProgram? program, out MachineFault unbound), unbound.Detail);
        using (program)
        {
            Module module = program.Module;
            int step = Enumerable.Range(0, module.Functions.Length).Single(f => module.Functions[f].Kind == FunctionKind.Step);
            RunRequest request = new() { Prompt = [3, 17, 5, 60, 22], Sampling = drawn ? Drawn : SamplingParameters.Greedy };
            Assert.True(RowRules.TryClassify(module.Functions[step], out _, out RowClass[] classes));
            bool[] found = ChosenResults.Of(module, step, classes, request.Sampling);
            Assert.Equal(chosen ? [Array.FindLastIndex([.. module.Functions[step].Body], static i => i.Row.RecordsProduct)] : [], Enumerable.Range(0, found.Length).Where(i => found[i]));

            using var folder = new TempFolder();
            using RecordLog log = RecordLog.Open(folder["log"]);
            Assert.True(AttestedRun.TryExecute(program, request, log, _pool, out _, out MachineFault fault), fault.Detail);
            byte[][] run = [.. log.ReadAll()];
            ReplayReport narrow = Replay.Verify(program, request, run, _pool, narrow: true);
            Assert.Equal(Verdict.Accept, narrow.Verdict);
            Assert.Equal(behind.Contains("other", StringComparison.Ordinal) ? null : narrow, WidePass.TryVerify(program, request, request, run, _pool));
            Assert.Equal(narrow, Replay.Verify(program, request, run, _pool));
        }
    }

    [Fact]
    public void Each_part_of_a_run_that_goes_through_several_wide_steps_has_choices_of_its_own()
    {
        var weights = new DrawnWeights("w8");
        weights.Matrix("table", 32, 64);
        weights.Matrix("out", 32, 64);
        const string source = """
            .symbol T max 4
            .input prompt i32[T]
            .weight table w8[32, 64] panels
            .weight out w8[32, 64] panels
            .step next(ids: i32[T]) -> (logits: f32[1, 64])
                embed x, ids, table
                tail last, x, 1
                linear.w8 logits, last, out
                ret
            .end
            .driver main
                input words, prompt
                call next, words -> logits
                push 11
                loop 11
                    argmax logits
                    dup
                    emit
                    token word
                    call next, word -> logits
                end
                halt
            .end
            .entry main
            """;
        Assert.True(BoundProgram.TryBind(Programs.Verify(source, weights), [weights["table"], weights["out"]], out BoundProgram? program, out MachineFault unbound), unbound.Detail);
        using (program)
        {
            RunRequest request = new() { Prompt = [3, 17, 5] };
            using var folder = new TempFolder();
            using RecordLog log = RecordLog.Open(folder["log"]);
            Assert.True(AttestedRun.TryExecute(program, request, log, _pool, out RunOutcome? outcome, out MachineFault fault), fault.Detail);
            Assert.InRange(outcome.Tokens.Distinct().Count(), 3, 11);
            byte[][] run = [.. log.ReadAll()];
            ReplayReport? wide = WidePass.TryVerify(program, request, request, run, _pool);
            Assert.Equal((Verdict.Accept, (ulong)run.Length), (wide?.Verdict, wide!.Compared));
        }
    }

    public void Dispose() => _pool.Dispose();
}
