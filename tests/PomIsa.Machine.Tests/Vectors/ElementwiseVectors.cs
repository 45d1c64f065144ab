using PomIsa.Isa;
using PomIsa.Kernels;
using static PomIsa.Machine.Tests.Vectors.Values;
using Reference = PomIsa.Kernels.Reference.Elementary;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Each element by itself. Sums and products are computed here by rule 5.1, functions by the reference.</summary>
internal static class ElementwiseVectors
{
    public static IEnumerable<VectorCase> Add() => Binary("vadd", static (a, b) => Lanes.Canonical(a + b));

    public static IEnumerable<VectorCase> Mul() => Binary("vmul", static (a, b) => Lanes.Canonical(a * b));

    public static IEnumerable<VectorCase> Sub() => Binary("vsub", static (a, b) => Lanes.Canonical(a - b));

    public static IEnumerable<VectorCase> Div() => Binary("vdiv", static (a, b) => Lanes.Canonical(a / b));

    public static IEnumerable<VectorCase> Min() => Binary("vmin", static (a, b) => Lanes.Canonical(-Greater(-a, -b)));

    public static IEnumerable<VectorCase> Max() => Binary("vmax", Greater);

    public static IEnumerable<VectorCase> SwiGlu()
    {
        Func<float, float, float> rule = static (g, u) => Lanes.Canonical(Reference.Silu(g) * u);
        return [.. Two(rule), Case("the product overflows, underflows", rule, [4], [3e38f, -100f, 1f, -1f], [3f, 1e-20f, Tiny, 1e38f]), .. Invalid("swiglu")];
    }

    private static IEnumerable<VectorCase> Binary(string mnemonic, Func<float, float, float> rule) => [.. Two(rule), .. Broadcast(rule), .. Invalid(mnemonic)];

    /// <summary>The greater value by rule 2: NaN wins, +0 is above -0.</summary>
    private static float Greater(float a, float b) =>
        float.IsNaN(a) || float.IsNaN(b) ? Lanes.Canonical(float.NaN) : a > b || (a == b && !float.IsNegative(a)) ? a : b;

    public static IEnumerable<VectorCase> Power()
    {
        Func<float, float, float> rule = PomIsa.Kernels.Reference.Power.Pow;
        yield return Case("exact powers and roots", rule, [10], [2f, 3f, 1.5f, 4f, 9f, -2f, -2f, 0.5f, 2f, 27f], [10f, 5f, 2f, 0.5f, 0.5f, 3f, -3f, 149f, -149f, 3f]);
        yield return Case("a negative base needs a whole exponent", rule, [6], Repeat(-1.5f, 6), [2f, 3f, 0.5f, -1f, 8388608f, 8388607f]);
        yield return Case("results leave the finite, normal and subnormal range", rule, [6], [2f, 2f, 2f, 10f, 1.0000001f, 0.1f], [127.99999f, 128f, -149.5f, 38.53184f, 7.4e8f, 45f]);
        foreach (VectorCase one in Binary("vpow", rule))
        {
            yield return one;
        }
    }

    /// <summary>Cases of each function of one argument, by its mnemonic.</summary>
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<VectorCase>> Cases)> Functions =>
        Thresholds.Select(static t => (t.Key, (Func<IEnumerable<VectorCase>>)(() => One(Rule(t.Key), Bits(t.Value), t.Key))));

    /// <summary>Arguments where results leave and enter the finite, normal and exact range.</summary>
    private static readonly Dictionary<string, uint[]> Thresholds = new(StringComparer.Ordinal)
    {
        // The last finite result, the first infinite one; the last normal one, the last subnormal one, the first zero.
        ["exp"] = [0x42b17217, 0x42b17218, 0xc2aeac4f, 0xc2aeac50, 0xc2cff1b4, 0xc2cff1b5, 0xc2d00000, 0x33800000, 0xb3000000, 0xb3000001],
        ["sigmoid"] = [0x418aa123, 0x418aa124, 0xc2aeac4f, 0xc2aeac50, 0xc2cff1b4, 0xc2cff1b5, 0xc2d00000, 0x34000000, 0xb4000000, 0xb3800000],
        ["silu"] = [0x418aa123, 0xc2aeac4f, 0xc2b40000, 0xc2cff1b4, 0xc2d80000, 0xc2e00000, 0x00000003, 0x80000003, 0x007ffffd, 0x807ffffd],
        ["log"] = [0x3f800000, 0x3f800001, 0x3f7fffff, 0x00000001, 0x00800000, 0x402df854, 0xbf800000, 0x80000001],
        ["exp2"] = [0x43000000, 0x42ffffff, 0xc2fc0000, 0xc2fc0001, 0xc3150000, 0xc3158000, 0xc3160000, 0xc3160001, 0x33800000, 0x3f000000],
        ["log2"] = [0x00000001, 0x00800000, 0x3f800000, 0x3f800001, 0x3f7fffff, 0x40400000, 0x40800000, 0xbf800000],
        ["tanh"] = [0x41102cb3, 0x41102cb4, 0x41200000, 0xc1102cb4, 0x39800000, 0x33000000, 0x00000003, 0x80000003],
        ["erf"] = [0x407ad444, 0x407ad445, 0x40800000, 0xc07ad444, 0x39800000, 0x33000000, 0x00000003, 0x80000003],
        ["gelu"] = [0xc1500000, 0xc1600000, 0xc1680000, 0x40a80000, 0x41000000, 0xbf400000, 0x00000003, 0x80000003],
        ["gelu.tanh"] = [0xc1200000, 0xc1280000, 0xc1300000, 0x40a80000, 0x41000000, 0xbf400000, 0x00000003, 0x80000003],
        ["softplus"] = [0xc2aeac4f, 0xc2aeac50, 0xc2cff1b4, 0xc2cff1b5, 0xc2d00000, 0x41800000, 0x42c80000, 0xb3800000],
        ["sin"] = [0x40490fdb, 0x3fc90fdb, 0x4b7fffff, 0x61a3db8c, 0x7e800000, 0x39800000, 0x00000003, 0x80000003],
        ["cos"] = [0x40490fdb, 0x3fc90fdb, 0x4b7fffff, 0x61a3db8c, 0x7e800000, 0x39800000, 0x00000003, 0x3f800000],
        ["rsqrt"] = [0x00000001, 0x00000003, 0x007fffff, 0x00800000, 0x40800000, 0x3f800001, 0x3f7fffff, 0xbf800000],
    };

    private static Func<float, float> Rule(string mnemonic) => ElementaryFunctions.All.Single(f => f.Name == mnemonic).Reference;

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

    /// <summary>The second operand has fewer axes, or dimensions of 1.</summary>
    private static IEnumerable<VectorCase> Broadcast(Func<float, float, float> rule)
    {
        yield return Broadcast("a row with each row", rule, [3, 17], [17]);
        yield return Broadcast("a column with each column", rule, [3, 17], [3, 1]);
        yield return Broadcast("one value with all", rule, [2, 3], []);
        yield return Broadcast("the middle axis of three", rule, [2, 3, 5], [2, 1, 5]);
        yield return Broadcast("four axes, first and third", rule, [2, 3, 2, 3], [3, 1, 3]);
    }

    private static OperandCase Broadcast(string name, Func<float, float, float> rule, int[] shape, int[] second)
    {
        float[] a = Spread(Elements(shape), -6, 6, 90), b = Spread(Elements(second), -6, 6, 91), y = new float[a.Length];
        for (int at = 0; at < a.Length; at++)
        {
            int rest = at, from = 0, step = 1;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                int index = rest % shape[axis], other = axis - (shape.Length - second.Length);
                rest /= shape[axis];
                from += other >= 0 && second[other] > 1 ? index * step : 0;
                step *= other >= 0 ? second[other] : 1;
            }

            y[at] = rule(a[at], b[from]);
        }

        return new OperandCase(name) { Reads = [Tensor.F32(shape, a), Tensor.F32(second, b)], Writes = [Tensor.F32(shape, y)] };
    }

    private static int Elements(int[] shape) => shape.Aggregate(1, static (product, dimension) => product * dimension);

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
