using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

public sealed class TrapTests
{
    [Fact]
    public void A_prompt_longer_than_the_context_is_refused_with_both_lengths()
    {
        using var decoder = new TinyDecoder(quantized: false);
        MachineFault fault = Refused(decoder.Bind(TinyDecoder.Generate(1)), [.. Enumerable.Range(0, 25)]);
        Assert.Equal(FaultCode.InputTooLong, fault.Code);
        Assert.Contains("25 rows", fault.Detail, StringComparison.Ordinal);
        Assert.Contains("1 to 24", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_prompt_is_refused()
    {
        using var decoder = new TinyDecoder(quantized: false);
        Assert.Equal(FaultCode.EmptyInput, Refused(decoder.Bind(TinyDecoder.Generate(1)), []).Code);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(-1)]
    public void A_token_outside_the_vocabulary_traps(int id)
    {
        using var decoder = new TinyDecoder(quantized: true);
        MachineFault fault = Refused(decoder.Bind(TinyDecoder.Generate(1)), [1, id]);
        Assert.Equal(FaultCode.IdOutOfRange, fault.Code);
    }

    [Fact]
    public void A_run_that_outgrows_its_state_is_exhausted_at_the_line_that_did_it()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(30));
        MachineFault fault = Refused(program, [.. Enumerable.Range(0, 24)], dispose: false);
        Assert.Equal(Stage.Exhausted, fault.Code.Stage());
        Assert.Contains("test.pisa:", fault.Describe(program.Module), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trip_count_above_the_declared_bound_is_exhausted()
    {
        MachineFault fault = Refused(Programs.Bind(".driver main\npush 4\nloop 3\nend\nhalt\n.end\n.entry main"), []);
        Assert.Equal(FaultCode.LoopBound, fault.Code);
    }

    [Fact]
    public void A_stopped_run_says_so()
    {
        using var stop = new CancellationTokenSource();
        using BoundProgram program = Programs.Bind(".driver main\npush 1000\nloop 1000\npush 7\nemit\nend\nhalt\n.end\n.entry main");
        using var pool = new WorkerPool(1);
        int seen = 0;
        var request = new RunRequest
        {
            Prompt = [],
            Stop = stop.Token,
            OnToken = _ =>
            {
                if (++seen == 10)
                {
                    stop.Cancel();
                }
            },
        };
        Assert.False(MachineRun.TryExecutePlain(program, request, pool, out _, out MachineFault fault));
        Assert.Equal(FaultCode.Stopped, fault.Code);
        Assert.Equal(10, seen);
    }

    private static MachineFault Refused(BoundProgram program, ImmutableArray<int> prompt, bool dispose = true)
    {
        using var pool = new WorkerPool(2);
        Assert.False(MachineRun.TryExecutePlain(program, new RunRequest { Prompt = prompt }, pool, out _, out MachineFault fault));
        if (dispose)
        {
            program.Dispose();
        }

        return fault;
    }
}
