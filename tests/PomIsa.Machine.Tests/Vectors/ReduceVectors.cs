using PomIsa.Isa;
using PomIsa.Kernels.Reference;
using static PomIsa.Machine.Tests.Vectors.Values;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>One value from many, and the rows of a network that rest on such a value.</summary>
internal static class ReduceVectors
{
    public static IEnumerable<VectorCase> Argmax()
    {
        yield return Argmax("one value", [-3f]);
        yield return Argmax("the lowest index wins a tie", [1f, 7f, 7f, 7f]);
        yield return Argmax("zeros of both signs are equal", [-1f, -0f, 0f, -0f]);
        yield return Argmax("the first NaN wins", [3f, Infinity, NaNs[5], NaNs[0], Infinity]);
        yield return Argmax("nothing but -inf", Repeat(-Infinity, 17));
        yield return Argmax("infinities", [-Infinity, float.MaxValue, Infinity, Infinity]);
        yield return Argmax("subnormals", [-Tiny, 0f, Tiny, 2 * Tiny, Tiny]);
        foreach (int size in Sizes[1..])
        {
            yield return Argmax($"{size} values", Wide(size, (ulong)size));
            yield return Argmax($"{size} values, the last is greatest", With(Spread(size, -9, 9, 5), (size - 1, 2048f)));
            yield return Argmax($"{size} values, a tie over lanes", With(Spread(size, -9, 9, 6), (size - 1, 4096f), (size / 2, 4096f), ((size / 2) + 1, 4096f)));
            yield return Argmax($"{size} values, NaN last", With(Spread(size, -9, 9, 7), (size - 1, NaNs[2])));
        }

        yield return Sources.Refused(
            "more than one row", FaultCode.ShapeMismatch, Sources.Driver(".reg x: f32[1, 4] | zeros x | argmax x | emit | halt"), Sources.Retyped(0, DType.F32, [2, 4], 0));
    }

    public static IEnumerable<VectorCase> Sum()
    {
        yield return Sum("an order shows: big, small, minus big", 1, [1e8f, 1f, -1e8f, 1f]);
        yield return Sum("the fold shows: lanes 0, 4, 8 and 12", 1, With(new float[16], (0, 1e8f), (4, 1f), (8, -1e8f), (12, 1f)));
        yield return Sum("the fold shows: lanes 0, 1, 2 and 3", 1, With(new float[17], (0, 1f), (1, 1e8f), (2, 1f), (3, -1e8f), (16, 0.5f)));
        yield return Sum("-0 alone gives +0, for lanes begin at +0", 1, Repeat(-0f, 16));
        yield return Sum("overflow in one lane", 1, With(Repeat(1f, 33), (0, 3e38f), (16, 3e38f), (32, -3e38f)));
        yield return Sum("infinities of both signs", 1, [Infinity, 1f, -Infinity]);
        yield return Sum("NaN payload", 2, [1f, NaNs[3], 2f, 3f, 4f, 5f]);
        yield return Sum("subnormals", 1, Subnormals);
        foreach (int size in Sizes)
        {
            yield return Sum($"{size} values", 1, Spread(size, -12, 12, (ulong)size));
        }

        yield return Sum("three rows of 17", 3, Wide(51, 51));
        yield return Sources.Refused(
            "a result of another width", FaultCode.ShapeMismatch, ".step f(x: f32[3, 4]) -> (y: f32[3, 1])\n    sum y, x\n    ret\n.end\n", Sources.Retyped(0, DType.F32, [3, 4], 1));
    }

    public static IEnumerable<VectorCase> Softmax()
    {
        foreach (int size in Sizes)
        {
            yield return Softmax($"{size} values", 1, Spread(size, -8, 4, (ulong)size));
        }

        yield return Softmax("all equal", 1, Repeat(-3.25f, 17));
        yield return Softmax("far apart: some weights are subnormal, some zero", 1, [0f, -87f, -95f, -103f, -104f, -200f, float.MinValue, -0f]);
        yield return Softmax("-inf has no weight", 1, [-Infinity, 1f, 2f, -Infinity]);
        yield return Softmax("nothing but -inf is NaN", 1, Repeat(-Infinity, 3));
        yield return Softmax("+inf is NaN throughout", 1, [1f, Infinity, 2f]);
        yield return Softmax("NaN payload in one row of two", 2, [1f, NaNs[5], 2f, 1f, 0f, 2f]);
        yield return Softmax("greatest values", 1, [float.MaxValue, float.MinValue, float.MaxValue, 0f]);
        yield return Softmax("three rows of 16", 3, Spread(48, -4, 3, 48));
        yield return Softmax("subnormals", 1, Subnormals);
        yield return Sources.Refused(
            "a scalar has no rows", FaultCode.ShapeMismatch, ".step f(x: f32[1, 4]) -> (y: f32[1, 4])\n    softmax y, x\n    ret\n.end\n", Sources.Retyped(0, DType.F32, [], 0, 1));
        yield return Sources.Invalid(
            "in a driver", FaultCode.WrongFunctionKind, Sources.Driver(".reg x: f32[1, 4] | zeros x | softmax x, x | halt"));
    }

    public static IEnumerable<VectorCase> RmsNorm()
    {
        foreach (int size in Sizes)
        {
            yield return RmsNorm($"{size} values", 1, Spread(size, -6, 6, (ulong)size), Spread(size, -2, 2, 3), 1e-5f);
        }

        // Drawn so that every other order of the sum gives another r: from left to right, or lanes folded in neighbours.
        yield return RmsNorm("the order of the sum shows, 17 values", 1, Spread(17, -2, 2, 32), Repeat(1f, 17), 1e-5f);
        yield return RmsNorm("the order of the sum shows, 33 values", 1, Spread(33, -2, 2, 71), Repeat(1f, 33), 1e-5f);
        yield return RmsNorm("three rows of 16", 3, Spread(48, -3, 3, 48), Spread(16, -1, 1, 4), 1e-6f);
        yield return RmsNorm("a row of zeros", 1, [0f, -0f, 0f, -0f], [1f, 1f, -1f, -1f], 1e-5f);
        yield return RmsNorm("a row of zeros and no eps is NaN", 1, [0f, -0f, 0f], [1f, 2f, 3f], 0f);
        yield return RmsNorm("squares overflow: all becomes zero", 1, [1e20f, -1e20f, 1f], [1f, 1f, -1f], 1e-5f);
        yield return RmsNorm("squares underflow", 1, [1e-30f, -1e-30f, Tiny], [1f, 2f, float.MaxValue], 0f);
        yield return RmsNorm("infinities", 2, [Infinity, 1f, 2f, -Infinity], [1f, 1f], 1e-5f);
        yield return RmsNorm("NaN payloads in x and w", 2, [NaNs[4], 1f, 2f, 3f, 4f, 5f], [1f, NaNs[2], 2f], 1e-5f);
        yield return RmsNorm("the product with w overflows", 1, [3f, 4f], [float.MaxValue, -float.MaxValue], 0f);
        const string good = ".weight w f32[4]\n.step f(x: f32[2, 4]) -> (y: f32[2, 4])\n    rmsnorm y, x, w, 1e-5\n    ret\n.end\n";
        yield return Sources.Refused("eps is negative", FaultCode.BadImmediate, good, Sources.Changed(0, 3, Operand.OfF32(-1e-5f)));
        yield return Sources.Refused("eps is infinite", FaultCode.BadImmediate, good, Sources.Changed(0, 3, Operand.OfF32(Infinity)));
        yield return Sources.Refused("a weight of another width", FaultCode.ShapeMismatch, good, Sources.Weighed(static w => w with { Shape = [5] }));
    }

    public static IEnumerable<VectorCase> LayerNorm()
    {
        foreach (int size in Sizes)
        {
            yield return LayerNorm($"{size} values", 1, Spread(size, -6, 6, (ulong)size), Spread(size, -2, 2, 3), Spread(size, -3, 1, 4), 1e-5f);
        }

        yield return LayerNorm("three rows of 17", 3, Spread(51, -3, 3, 48), Spread(17, -1, 1, 4), Spread(17, -1, 1, 5), 1e-6f);
        yield return LayerNorm("equal values leave the bias", 1, Repeat(3f, 4), [1f, 2f, 3f, 4f], [1f, -0f, NaNs[1], 2f], 1e-5f);
        yield return LayerNorm("equal values and no eps are NaN", 1, Repeat(3f, 4), Repeat(1f, 4), Repeat(0f, 4), 0f);
        yield return LayerNorm("squares overflow: the bias is left", 1, [1e20f, -1e20f, 1f, 2f], Repeat(1f, 4), [1f, 2f, 3f, 4f], 1e-5f);
        yield return LayerNorm("infinity and a NaN payload", 2, [Infinity, 1f, 2f, NaNs[5], 1f, 2f], Repeat(1f, 3), Repeat(0f, 3), 1e-5f);
        yield return LayerNorm("the last sum overflows", 1, [3f, 4f], [float.MaxValue, -float.MaxValue], [float.MaxValue, -float.MaxValue], 0f);
        const string good = ".weight w f32[4]\n.weight b f32[4]\n.step f(x: f32[2, 4]) -> (y: f32[2, 4])\n    layernorm y, x, w, b, 1e-5\n    ret\n.end\n";
        yield return Sources.Refused("eps is negative", FaultCode.BadImmediate, good, Sources.Changed(0, 4, Operand.OfF32(-1e-5f)));
        yield return Sources.Refused("a weight of another width", FaultCode.ShapeMismatch, good, Sources.Weighed(static w => w with { Shape = [5] }));
    }

    private static OperandCase LayerNorm(string name, int rows, float[] x, float[] w, float[] b, float eps)
    {
        int[] shape = [rows, w.Length];
        return new OperandCase(name)
        {
            Reads = [Tensor.F32(shape, x)],
            Weights = [new Weight(Tensor.F32([w.Length], w), []), new Weight(Tensor.F32([b.Length], b), [])],
            Immediates = [Immediate.Of(eps)],
            Writes = [Tensor.F32(shape, ByRow(x, rows, (from, to) => Network.Layer(from, w, b, eps, to)))],
        };
    }

    private static OperandCase Argmax(string name, float[] x) => new(name)
    {
        Reads = [Tensor.F32([1, x.Length], x)],
        Pushes = [Rows.Argmax(x)],
    };

    private static OperandCase Sum(string name, int rows, float[] x) => new(name)
    {
        Reads = [Tensor.F32([rows, x.Length / rows], x)],
        Writes = [Tensor.F32([rows, 1], [.. x.Chunk(x.Length / rows).Select(r => Rows.Sum16(r))])],
    };

    private static OperandCase Softmax(string name, int rows, float[] x)
    {
        int[] shape = [rows, x.Length / rows];
        return new OperandCase(name)
        {
            Reads = [Tensor.F32(shape, x)],
            Writes = [Tensor.F32(shape, ByRow(x, rows, Network.Softmax))],
        };
    }

    private static OperandCase RmsNorm(string name, int rows, float[] x, float[] w, float eps)
    {
        int[] shape = [rows, w.Length];
        return new OperandCase(name)
        {
            Reads = [Tensor.F32(shape, x)],
            Weights = [new Weight(Tensor.F32([w.Length], w), [])],
            Immediates = [Immediate.Of(eps)],
            Writes = [Tensor.F32(shape, ByRow(x, rows, (from, to) => Network.Rms(from, w, eps, to)))],
        };
    }

    private delegate void RowRule(ReadOnlySpan<float> x, Span<float> y);

    private static float[] ByRow(float[] x, int rows, RowRule rule)
    {
        var y = new float[x.Length];
        int width = x.Length / rows;
        for (int t = 0; t < rows; t++)
        {
            rule(x.AsSpan(t * width, width), y.AsSpan(t * width, width));
        }

        return y;
    }
}
