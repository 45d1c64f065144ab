namespace PomIsa.Kernels.Reference;

/// <summary>The gelu with a tanh in it, correctly rounded, one value at a time (spec/numerics.md, rule 5).</summary>
public static class GeluTanh
{
    /// <summary>Beyond this magnitude the function has reached its limit: x above, zero below.</summary>
    private const double Far = 12;

    // 2 · √(2/π), and that times 0.044715.
    private static readonly DoubleDouble Linear = new(1.5957691216057308, -9.96930880911092e-17);
    private static readonly DoubleDouble Cubic = new(0.07135481627260025, -6.175149918155315e-19);

    /// <summary>
    /// x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))), rounded once. ±0 gives ±0, -inf gives -0, +inf gives +inf.
    /// </summary>
    /// <remarks>The same as x / (1 + e^-v), v = 2√(2/π) · (x + 0.044715 x³); relative error below 2^-88.</remarks>
    public static float Gelu(float x)
    {
        if (float.IsNaN(x) || x == 0 || x > Far)
        {
            return Lanes.Canonical(x);
        }

        if (x < -Far)
        {
            return -0f;
        }

        return NormalDistribution.IsNear(x) ? NormalDistribution.HalfAndMore(x) : Pair(x).Round();
    }

    /// <summary>The function of an f32 x in ±12, relative error below 2^-88.</summary>
    internal static DoubleDouble Pair(double x)
    {
        var argument = new DoubleDouble(x, 0);
        var square = new DoubleDouble(x * x, 0);
        DoubleDouble v = argument * (Linear + (Cubic * square));
        return argument / (Series.One + Series.Exp(v * Series.MinusOne));
    }
}
