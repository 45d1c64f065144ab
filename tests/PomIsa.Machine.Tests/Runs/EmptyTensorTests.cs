using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>Tensors without rows, and tensors whose rows grow with a state from call to call.</summary>
public sealed class EmptyTensorTests
{
    // s has dimensions that count the rows of a state: none at first, then more with each call of the same function.
    private const string Growing = """
        .symbol S max 3
        .state k f32[S, 2] max 3
        .step step()
            zeros x: f32[S, 2]
            exp y, x
            zeros row: f32[1, 2]
            append k, row
            ret
        .end
        .driver main
            push 3
            loop 3
                call step
            end
            halt
        .end
        .entry main
        """;

    private const string Empty = """
        .symbol T max 4
        .weight w f32[16, 16] panels = 1.0
        .step step()
            zeros x: f32[0, 16]
            matmul y, x, w
            softmax y, y
            zeros z: f32[2, 0]
            softmax z, z
            ret
        .end
        .driver main
            call step
            halt
        .end
        .entry main
        """;

    [Fact]
    public void A_register_has_as_many_rows_as_the_state_that_it_counts_by_has_at_this_call()
    {
        Digest[] expected = [.. Enumerable.Range(0, 3).SelectMany(static rows => new[] { Of(0, rows, 2), Of(1, rows, 2), Of(0, 1, 2) })];
        Assert.Equal(expected, Commitments(Growing));
    }

    [Fact]
    public void Rows_that_are_not_there_reach_no_kernel() =>
        Assert.Equal([Of(0, 0, 16), Of(0, 0, 16), Of(0, 0, 16), Of(0, 2, 0), Of(0, 2, 0)], Commitments(Empty));

    private static IEnumerable<Digest> Commitments(string source)
    {
        using BoundProgram program = Programs.Bind(source);
        return [.. OutputList.Of(program, new RunRequest()).All];
    }

    private static Digest Of(float value, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, static (a, b) => a * b)];
        Array.Fill(values, value);
        return Commitment.Of((byte)DType.F32, shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));
    }
}
