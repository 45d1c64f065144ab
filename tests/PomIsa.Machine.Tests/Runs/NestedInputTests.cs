using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>A driver that is called reads inputs of a symbol which an input of its caller bound to another number of rows: inputs agree within a frame alone.</summary>
public sealed class NestedInputTests
{
    private const string Source = """
        .symbol P max 512
        .input few i32[P]
        .input many i32[P]
        .input more i32[P]
        .driver inner
            input b: i32[P], many
            input c: i32[P], more
            output b, 0
            output c, 1
            ret
        .end
        .driver main
            input a: i32[P], few
            call inner
            output a, 2
            halt
        .end
        .entry main
        """;

    [Theory]
    [InlineData(1, 500)]
    [InlineData(500, 1)]
    [InlineData(7, 7)]
    public void Registers_have_room_for_the_rows_of_their_own_input(int outer, int inner)
    {
        using BoundProgram program = Programs.Bind(Source);
        int[] few = [.. Enumerable.Range(1, outer)], many = [.. Enumerable.Range(1000, inner)], more = [.. Enumerable.Range(5000, inner)];
        using var pool = new WorkerPool(1);
        var request = new RunRequest { Inputs = [Tensor(few), Tensor(many), Tensor(more)] };
        Assert.True(MachineRun.TryExecutePlain(program, request, pool, out RunOutcome? outcome, out MachineFault fault), fault.Describe(program.Module));
        Assert.Equal([many, more, few], outcome!.Outputs.Take(3).Select(static o => MemoryMarshal.Cast<byte, int>(o!.Bytes.AsSpan()).ToArray()));
    }

    private static InputTensor Tensor(int[] values) => new(DType.I32, [values.Length], [.. MemoryMarshal.AsBytes(values.AsSpan())]);
}
