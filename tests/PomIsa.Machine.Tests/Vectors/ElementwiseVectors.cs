using PomIsa.Isa;
using PomIsa.Kernels;
using static PomIsa.Machine.Tests.Vectors.Values;
using Reference = PomIsa.Kernels.Reference.Elementary;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Each element by itself. Sums and products are computed here by rule 5.1, functions by the reference.</summary>
internal static class ElementwiseVectors
{
    public static IEnumerable<VectorCase> Add() => [.. Two(static (a, b) => Lanes.Canonical(a + b)), .. Invalid("vadd")];

    public static IEnumerable<VectorCase> Mul() => [.. Two(static (a, b) => Lanes.Canonical(a * b)), .. Invalid("vmul")];

    // The last finite result, the first infinite one; the last normal one, the last subnormal one, the first zero.
    public static IEnumerable<VectorCase> Exp() => One(
        Reference.Exp,
        Bits(0x42b17217, 0x42b17218, 0xc2aeac4f, 0xc2aeac50, 0xc2cff1b4, 0xc2cff1b5, 0xc2d00000, 0x33800000, 0xb3000000, 0xb3000001),
        "exp");

    public static IEnumerable<VectorCase> Sigmoid() => One(
        Reference.Sigmoid,
        Bits(0x418aa123, 0x418aa124, 0xc2aeac4f, 0xc2aeac50, 0xc2cff1b4, 0xc2cff1b5, 0xc2d00000, 0x34000000, 0xb4000000, 0xb3800000),
        "sigmoid");

    public static IEnumerable<VectorCase> Silu() => One(
        Reference.Silu,
        Bits(0x418aa123, 0xc2aeac4f, 0xc2b40000, 0xc2cff1b4, 0xc2d80000, 0xc2e00000, 0x00000003, 0x80000003, 0x007ffffd, 0x807ffffd),
        "silu");

    private static IEnumerable<VectorCase> One(Func<float, float> rule, float[] thresholds, string mnemonic)
    {
        yield return Case("zeros, infinities, greatest values", rule, [Extremes.Length], Extremes);
        yield return Case("every NaN gives the one NaN", rule, [NaNs.Length], NaNs);
        yield return Case("subnormals", rule, [Subnormals.Length], Subnormals);
        yield return Case("where results leave and enter the finite, normal and exact range", rule, [thresholds.Length], thresholds);
        foreach (int size in Sizes)
        {
            yield return Case($"{size} values", rule, Shape(size), Spread(size, -24, 6, (ulong)size));
        }

        yield return Case("rank 0", rule, [], [-0.75f]);
        yield return Case("rank 4", rule, [2, 1, 3, 2], Spread(12, -3, 3, 77));
        string good = $".step f(a: f32[4]) -> (y: f32[4])\n    {mnemonic} y, a\n    ret\n.end\n";
        yield return Sources.Refused("shapes differ", FaultCode.ShapeMismatch, good, Sources.Retyped(0, DType.F32, [5], 1));
        yield return Sources.Refused("integers", FaultCode.TypeMismatch, good, Sources.Retyped(0, DType.I32, [4], 0));
    }

    private static IEnumerable<VectorCase> Two(Func<float, float, float> rule)
    {
        float[] special = [.. Extremes, .. NaNs[..2]];
        float[] left = [.. special.SelectMany(a => Repeat(a, special.Length))];
        float[] right = [.. special.SelectMany(_ => special)];
        yield return Case("special values with each other", rule, [special.Length, special.Length], left, right);
        yield return Case("NaN payloads", rule, [6], NaNs, [1f, 0f, -1f, .. NaNs[..3]]);
        yield return Case("subnormals", rule, [8], Subnormals, [Tiny, Tiny, -Tiny, 1f, 0.5f, -0.5f, -Tiny, 0.25f]);
        yield return Case(
            "ties go to even",
            rule,
            [8],
            Bits(0x3f800000, 0x3f800001, 0xbf800000, 0xbf800001, 0x3f800003, 0x00000003, 0x00000001, 0x4b800001),
            Bits(0x33800000, 0x33800000, 0xb3800000, 0xb3800000, 0x3fc00000, 0x3f000000, 0x3f000000, 0x3f800000));
        yield return Case("overflow", rule, [6], [3e38f, -3e38f, float.MaxValue, 2e19f, -2e19f, 1e30f], [3e38f, -3e38f, 1e31f, 2e19f, 2e19f, -1e30f]);
        foreach (int size in Sizes)
        {
            yield return Case($"{size} values", rule, Shape(size), Wide(size, (ulong)size), size % 2 == 0 ? Wide(size, 1) : Spread(size, -12, 12, 2));
        }
    }

    private static IEnumerable<VectorCase> Invalid(string mnemonic)
    {
        string good = $".step f(a: f32[4], b: f32[4]) -> (y: f32[4])\n    {mnemonic} y, a, b\n    ret\n.end\n";
        return
        [
            Sources.Refused("shapes differ", FaultCode.ShapeMismatch, good, Sources.Retyped(0, DType.F32, [5], 1)),
            Sources.Refused("integers", FaultCode.TypeMismatch, good, Sources.Retyped(0, DType.I32, [4], 0, 1)),
        ];
    }

    // Shapes of several ranks: elements count, not axes.
    private static int[] Shape(int size) => size switch { 16 => [4, 4], 17 => [17, 1], 255 => [3, 5, 17], _ => [size] };

    private static OperandCase Case(string name, Func<float, float> rule, int[] shape, float[] x) => new(name)
    {
        Reads = [Tensor.F32(shape, x)],
        Writes = [Tensor.F32(shape, [.. x.Select(rule)])],
    };

    private static OperandCase Case(string name, Func<float, float, float> rule, int[] shape, float[] a, float[] b) => new(name)
    {
        Reads = [Tensor.F32(shape, a), Tensor.F32(shape, b)],
        Writes = [Tensor.F32(shape, [.. a.Zip(b, rule)])],
    };
}
