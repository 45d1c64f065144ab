using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Assembly;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>What goes between registers and the host: outputs, states that are written, items; and that their records are as long as the verifier says.</summary>
public sealed class HostTests
{
    private const string States = """
        .symbol S max 4
        .symbol T max 4
        .state s f32[S, 2] max 3
        .weight a f32[3, 2] = 1, 2, 3, 4, 5, 6
        .weight b f32[1, 2] = 10, 20
        .weight c f32[4, 2] = 1, 1, 1, 1, 1, 1, 1, 1
        .step three() -> ()
            load x, a
            write s, x
            ret
        .end
        .step one() -> (y: f32[1, 2])
            load y, b
            write s, y
            ret
        .end
        .step four() -> ()
            load x, c
            write s, x
            ret
        .end
        .step bump(x: f32[1, 2]) -> (y: f32[1, 2])
            read h, s
            vadd h, h, x
            write s, h
            attention.cross y, x, h, h, 2, 1.0
            ret
        .end

        """;

    [Fact]
    public void A_written_state_has_the_new_rows_at_the_next_call_and_no_others()
    {
        RunOutcome outcome = Run(States + """
            .driver main
                call three
                state.len s
                emit
                call one -> x
                state.len s
                emit
                call bump, x -> y
                output y, 2
                call bump, x -> y
                output y, 0
                halt
            .end
            .entry main
            """);
        Assert.Equal([3, 1], outcome.Tokens.ToArray());
        Assert.Equal(3, outcome.Outputs.Length);
        Assert.Null(outcome.Outputs[1]);
        Assert.Equal([30f, 60f], Floats(outcome.Outputs[0]!));
        Assert.Equal([20f, 40f], Floats(outcome.Outputs[2]!));
        Assert.Equal("f32[1,2]", outcome.Outputs[0]!.ToString());
    }

    [Fact]
    public void More_rows_than_a_state_holds_are_exhausted()
    {
        using BoundProgram program = Programs.Bind(States + ".driver main\ncall four\nhalt\n.end\n.entry main\n");
        using var pool = new WorkerPool(1);
        Assert.False(MachineRun.TryExecutePlain(program, new RunRequest(), pool, out _, out MachineFault fault));
        Assert.Equal((FaultCode.StateFull, 2, 1), (fault.Code, fault.Function, fault.Instruction));
    }

    [Fact]
    public void The_last_output_of_a_number_counts_and_may_have_another_shape()
    {
        RunOutcome outcome = Run("""
            .driver main
            .reg empty: f32[0, 3]
            .reg ids: i64[2]
                zeros ids
                output ids, 1
                zeros empty
                output empty, 1
                push 7
                token t
                output t, 0
                halt
            .end
            .entry main
            """);
        Assert.Equal(["i32[1]", "f32[0,3]"], outcome.Outputs.Select(static o => o!.ToString()));
        Assert.Empty(outcome.Outputs[1]!.Bytes);
        Assert.Equal([7, 0, 0, 0], outcome.Outputs[0]!.Bytes.ToArray());
    }

    [Fact]
    public void An_index_of_a_step_decides_what_the_driver_does()
    {
        RunOutcome outcome = Run("""
            .weight w f32[1, 4] = 1, 4, 4, 3
            .weight yes bool[1] = 1
            .weight no i32[1, 1] = -5
            .step best() -> (i: i64[1, 1], t: bool[1], n: i32[1, 1])
                load x, w
                vargmax i, x
                load t, yes
                load n, no
                ret
            .end
            .driver main
                call best -> i, t, n
                item i
                emit
                item t
                emit
                push 0
                item n
                sub
                emit
                halt
            .end
            .entry main
            """);
        Assert.Equal([1, 1, 5], outcome.Tokens.ToArray());
    }

    [Fact]
    public void Two_results_make_two_commitments_and_a_straight_run_meets_its_bounds()
    {
        const string Source = """
            .weight w f32[2, 32] = 0.25
            .weight row f32[1, 2] = 1
            .symbol S max 4
            .state s f32[S, 2] max 3
            .step f() -> (v: f32[2, 3], ids: i64[2, 3])
                load x, w
                topk v, ids, x, 3
                quantize b, d, x
                iota p: i64[4], S
                load r, row
                write s, r
                ret
            .end
            .driver main
            .reg l: f32[1, 5]
                call f -> v, ids
                output ids, 0
                zeros l
                push 3
                sample l
                emit
                halt
            .end
            .entry main
            """;
        using BoundProgram program = Programs.Bind(Source);
        using var pool = new WorkerPool(2);
        var sink = new Sizes();
        Assert.True(MachineRun.TryExecute(program, new RunRequest(), default, sink, pool, out RunOutcome? outcome, out MachineFault fault), fault.ToString());
        Assert.Equal(program.Verified.Bounds.Retires, outcome.Retired);
        Assert.Equal(program.Verified.Bounds.EvidenceBytes, (ulong)sink.Retires);
        Assert.Equal((ulong)outcome.StateBytes, program.Verified.Bounds.StateBytes);
    }

    [Theory]
    [InlineData("write s, x\n    write s, x", FaultCode.PartialAppend)]
    [InlineData("append s, x\n    write r, x", FaultCode.PartialAppend)]
    [InlineData("write s, x", FaultCode.PartialAppend)]
    [InlineData("write s, x\n    read h, s\n    write r, x", FaultCode.PartialAppend)]
    [InlineData("write s, x\n    write r, x\n    attention y, x, s, r, 2, 1.0", FaultCode.AttentionBeforeAppend)]
    [InlineData("read h, s\n    write s, x\n    read g, r\n    write r, x", FaultCode.None)]
    [InlineData("append s, x\n    append r, x\n    read h, s\n    attention.softcap y, x, s, r, 2, 1.0, 0, 5.0", FaultCode.None)]
    public void A_step_changes_the_states_of_a_symbol_in_one_way(string body, FaultCode expected)
    {
        string source = $".symbol S max 4\n.state s f32[S, 2] max 4\n.state r f32[S, 2] max 4\n.step f(x: f32[1, 2]) -> ()\n    {body}\n    ret\n.end\n.driver main\nhalt\n.end\n.entry main\n";
        Module? module = Assembler.Assemble(source, "test.pisa", options: new AssemblerOptions { Verify = false }).Module;
        Assert.NotNull(module);
        bool valid = Verifier.TryVerify(module, out _, out ImmutableArray<Fault> faults);
        Assert.Equal(expected == FaultCode.None, valid);
        Assert.All(faults, f => Assert.Equal(expected, f.Code));
    }

    private static RunOutcome Run(string source)
    {
        using BoundProgram program = Programs.Bind(source);
        using var pool = new WorkerPool(1);
        Assert.True(MachineRun.TryExecutePlain(program, new RunRequest(), pool, out RunOutcome? outcome, out MachineFault fault), fault.ToString());
        return outcome;
    }

    private static float[] Floats(OutputTensor tensor) => [.. MemoryMarshal.Cast<byte, float>(tensor.Bytes.AsSpan())];

    /// <summary>Bytes of the records of retires.</summary>
    private sealed class Sizes : IRecordSink
    {
        private int _last;

        /// <summary>All records but the last, which closes the run.</summary>
        public long Retires { get; private set; }

        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            refusal = "";
            Retires += _last;
            _last = entry.Length;
            return true;
        }

        public void Commit()
        {
        }
    }
}
