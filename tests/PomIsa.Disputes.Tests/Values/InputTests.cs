using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Tests.Support;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Disputes.Tests.Values;

/// <summary>What the host gave lies in the prompt, wherever and in whatever order a program takes it; and has as many rows as the prompt says.</summary>
public sealed class InputTests
{
    [Theory]
    [InlineData("input a: i32[P], left\ninput b: i32[S, 3], right\ninput c: i32[2], whole\nhalt")]
    [InlineData("input c: i32[2], whole\ninput a: i32[P], left\ninput b: i32[S, 3], right\nhalt")]
    [InlineData("input a: i32[P], left\ninput c: i32[2], whole\ninput b: i32[S, 3], right\nhalt")]
    [InlineData("call inner\ninput a: i32[P], left\nhalt")]
    public void An_element_is_where_the_prompt_has_it(string body)
    {
        using BoundProgram program = InputPrograms.Program(body);
        using var one = new ValueCase(program, InputPrograms.Given(4, 2), "input");
        DerivationTests.Compare(one, body);
    }

    /// <summary>How many rows lie before it no record has told: nothing can be said of it, above all not that it is wrong.</summary>
    [Theory]
    [InlineData("input b: i32[S, 3], right\ninput a: i32[P], left\ncall inner\nhalt", 1)]
    [InlineData("input b: i32[S, 3], right\nhalt", 1)]
    public void An_element_behind_rows_that_no_record_tells_is_not_wrong(string body, ulong index)
    {
        using BoundProgram program = InputPrograms.Program(body);
        byte[][] run = LoggedRun.Of(program, InputPrograms.Given(4, 2));
        var records = new ProvenRecords([.. run[..((int)index + 1)].Select(static (e, i) => ((ulong)i, e))]);
        var trace = RunTrace.Follow(program.Verified, records, 0, index, Digest.Of(run[0]));
        Assert.True(trace.Flow!.TryPlace(index, out RecordPlace? place));
        var subject = new Subject(program.Module, place, index);
        using var pool = new WorkerPool(1);
        var sources = new Sources(program.Module, trace.Flow);
        CapturedValues values = CapturedValues.Of(program, InputPrograms.Given(4, 2), pool, 0, ValueNeeds.Of(subject, sources));
        using var reader = new ElementReader(subject, sources, new CapturedBlocks(program, InputPrograms.Given(4, 2), values) { Index = index });
        Assert.Throws<NotBroughtException>(() => DerivationTable.Of(subject, 0, 0).Evaluate(0, reader));
    }

    /// <summary>Who reads a part of the prompt, or more than it has, and signs that it was all, is proven wrong where he reads it.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void An_input_has_the_rows_that_the_prompt_has(int rows)
    {
        using BoundProgram program = Programs.Bind(InputPrograms.Counting);
        using var machine = new LyingMachine(program, InputPrograms.Words(5));
        DisputeResult result = Dispute.Settle(machine.Honest(), InputPrograms.Other(machine, program, rows), Bisection.Sixteen);
        FaultReport report = FaultCheck.Check(result.Proof.Span, null, machine.Module);
        Assert.True(report is { Verdict: FaultVerdict.Proven, Finding: { Kind: FaultKind.Value, Index: 1 } }, $"{result.Text} {report.Text}");
    }

    /// <summary>Two inputs of one symbol have as many rows in one driver; who records others is proven wrong by his records alone.</summary>
    [Fact]
    public void Inputs_of_a_symbol_have_the_same_rows()
    {
        using BoundProgram program = Programs.Bind("""
            .symbol P max 8
            .input left i32[P]
            .input right i32[P]
            .driver main
                input a: i32[P], left
                input b: i32[P], right
                halt
            .end
            .entry main
            """);
        byte[][] run = LoggedRun.Of(program, new RunRequest { Prompt = [4, 5] });
        foreach ((int index, uint rows) in ((int, uint)[])[(2, 3), (1, 9), (1, 0)])
        {
            byte[][] lie = LoggedRun.With(run, index, r => (Retire)r with { Symbols = [new SymbolChange(0, rows)] });
            var trace = RunTrace.Follow(program.Verified, new ProvenRecords([.. lie[..(index + 1)].Select(static (e, i) => ((ulong)i, e))]), 0, (ulong)index, Digest.Of(lie[0]));
            Assert.Equal((true, FaultKind.Trap, (ulong)index), (trace.IsContradiction, trace.Fault?.Kind, trace.Fault?.Index));
        }
    }
}
