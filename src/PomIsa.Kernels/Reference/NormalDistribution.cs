namespace PomIsa.Kernels.Reference;

/// <summary>erf and gelu, correctly rounded, one value at a time (spec/numerics.md, rule 5).</summary>
/// <remarks>Computed to a relative error below 2^-88 and rounded once; see <see cref="Elementary"/>.</remarks>
public static class NormalDistribution
{
    /// <summary>Beyond this, erf lies within 2^-25 of ±1.</summary>
    private const double ErfFar = 4;

    /// <summary>Beyond this, the normal distribution lies within 2^-29 of 1, so that gelu(x) rounds to x.</summary>
    private const double GeluFar = 6;

    /// <summary>Below minus this, gelu is nearer to zero than to any f32.</summary>
    private const double GeluGone = 15;

    /// <summary>Below minus this, ½ minus the series would lose too many bits.</summary>
    private const double Tail = 3;

    private static readonly DoubleDouble Half = new(0.5, 0);
    private static readonly DoubleDouble TwoOverRootPi = new(1.1283791670955126, 1.533545961316588e-17);
    private static readonly DoubleDouble InverseRootTwoPi = new(0.3989422804014327, -2.49232720227773e-17);

    /// <summary>2/√π · ∫ e^(-t²) dt from 0 to x. erf(±0) = ±0, erf(±inf) = ±1.</summary>
    public static float Erf(float x)
    {
        if (float.IsNaN(x) || x == 0)
        {
            return Lanes.Canonical(x);
        }

        if (Math.Abs(x) > ErfFar)
        {
            return x > 0 ? 1 : -1;
        }

        return ErfPair(x).Round();
    }

    /// <summary>erf x for an f32 x in ±4, relative error below 2^-90.</summary>
    internal static DoubleDouble ErfPair(double x)
    {
        double square = x * x;
        DoubleDouble slope = TwoOverRootPi * Series.Exp(new(-square, 0)) * Odd(2 * square);
        return slope * new DoubleDouble(x, 0);
    }

    /// <summary>x · Φ(x) = x/2 · (1 + erf(x/√2)), rounded once. gelu(±0) = ±0, gelu(-inf) = -0, gelu(+inf) = +inf.</summary>
    public static float Gelu(float x)
    {
        if (float.IsNaN(x) || x == 0 || x > GeluFar)
        {
            return Lanes.Canonical(x);
        }

        if (x < -GeluGone)
        {
            return -0f;
        }

        return IsNear(x) ? HalfAndMore(x) : GeluPair(x).Round();
    }

    /// <summary>gelu(x) for an f32 x from −15 to 6, relative error below 2^-88.</summary>
    internal static DoubleDouble GeluPair(double x) => Below(x) * new DoubleDouble(x, 0);

    /// <summary>True where a gelu is x/2 and an excess of about 0.4 x² that f64 cannot represent beside it.</summary>
    internal static bool IsNear(float x) => Math.Abs((double)x) < 1.0 / (1L << 60);

    /// <summary>x/2 is exact in f64 but may lie midway between two subnormal f32; the excess, being positive, decides.</summary>
    internal static float HalfAndMore(float x) => (float)Math.BitIncrement(0.5 * x);

    /// <summary>Φ(x), the share of the normal distribution below x, for −15 ≤ x ≤ 6; relative error below 2^-90.</summary>
    private static DoubleDouble Below(double x)
    {
        double square = x * x;
        DoubleDouble density = InverseRootTwoPi * Series.Exp(new(-square / 2, 0));
        return x < -Tail
            ? density * Mills(-x)
            : Half + (density * Odd(square) * new DoubleDouble(x, 0));
    }

    /// <summary>Σ u^n / (1·3·5···(2n+1)) for 0 ≤ u ≤ 36: all terms positive, those left out below 2^-130 together.</summary>
    private static DoubleDouble Odd(double u)
    {
        DoubleDouble sum = Series.One;
        for (int n = 110; n >= 1; n--)
        {
            sum = Series.One + (sum * new DoubleDouble(u, 0) / new DoubleDouble((2 * n) + 1, 0));
        }

        return sum;
    }

    /// <summary>Mills' ratio (1 − Φ(t)) / φ(t) = 1/(t + 1/(t + 2/(t + 3/(t + …)))); cut at 200, below 2^-113 off for t ≥ 3.</summary>
    private static DoubleDouble Mills(double t)
    {
        var start = new DoubleDouble(t, 0);
        DoubleDouble fraction = start;
        for (int n = 200; n >= 1; n--)
        {
            fraction = start + (new DoubleDouble(n, 0) / fraction);
        }

        return Series.One / fraction;
    }
}
