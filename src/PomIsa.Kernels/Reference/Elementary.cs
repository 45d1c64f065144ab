namespace PomIsa.Kernels.Reference;

/// <summary>Correctly rounded elementary functions, one value at a time (spec/numerics.md, section 4).</summary>
/// <remarks>
/// Computed to a relative error below 2^-94 and rounded once. That decides every f32 input: the exact results
/// that come closest to a midpoint of two f32 are 2^-78 away from it, relative (sigmoid and silu near zero).
/// </remarks>
public static class Elementary
{
    // Beyond these, results have reached their limits: 1 − e^-18 and 18 + e^-18 round to 1 and 18, e^-104 is below 2^-150.
    private const float Far = 18, Gone = -104;

    /// <summary>Below this magnitude silu(x) is x/2 and an excess too small to be represented in f64.</summary>
    private const double Near = 1.0 / (1L << 60);

    private static readonly DoubleDouble Two = new(2, 0);

    /// <summary>e^x. exp(-inf) = +0, exp(+inf) = +inf.</summary>
    public static float Exp(float x) => x switch
    {
        float.NaN => Lanes.Canonical(x),
        > 89 => float.PositiveInfinity,
        < Gone => 0,
        _ => ExpPair(x).Round(),
    };

    /// <summary>2^x. exp2(-inf) = +0, exp2(+inf) = +inf; exact for integers.</summary>
    public static float Exp2(float x)
    {
        if (float.IsNaN(x))
        {
            return Lanes.Canonical(x);
        }

        if (x is >= 128 or < -150)
        {
            return x > 0 ? float.PositiveInfinity : 0;
        }

        return Exp2Pair(x).Round();
    }

    /// <summary>ln x. ln(±0) = -inf, ln(1) = +0, ln(+inf) = +inf; NaN below zero.</summary>
    public static float Log(float x) => x is > 0 and < float.PositiveInfinity ? Series.Log(x).Round() : LogLimit(x);

    /// <summary>log2 x. log2(±0) = -inf, log2(+inf) = +inf; NaN below zero; exact for powers of two.</summary>
    public static float Log2(float x) => x is > 0 and < float.PositiveInfinity ? Series.Log2(x).Round() : LogLimit(x);

    /// <summary>1 / (1 + e^-x). sigmoid(-inf) = +0, sigmoid(+inf) = 1.</summary>
    public static float Sigmoid(float x) => x switch
    {
        float.NaN => Lanes.Canonical(x),
        > Far => 1,
        < Gone => 0,
        _ => SigmoidPair(x).Round(),
    };

    /// <summary>x / (1 + e^-x), rounded once. silu(±0) = ±0, silu(-inf) = -0, silu(+inf) = +inf.</summary>
    public static float Silu(float x)
    {
        if (float.IsNaN(x) || x == 0 || x > Far)
        {
            return Lanes.Canonical(x);
        }

        if (x < Gone - 10)
        {
            return -0f;
        }

        // x/2 is exact in f64 but may lie midway between two subnormal f32; x²/4 > 0 decides.
        return Math.Abs((double)x) < Near
            ? (float)Math.BitIncrement(0.5 * x)
            : SiluPair(x).Round();
    }

    /// <summary>ln(1 + e^x), rounded once. softplus(-inf) = +0, softplus(+inf) = +inf.</summary>
    public static float Softplus(float x) => x switch
    {
        float.NaN => Lanes.Canonical(x),
        > Far => x,
        < Gone => 0,
        _ => SoftplusPair(x).Round(),
    };

    /// <summary>(e^2x − 1) / (e^2x + 1). tanh(±0) = ±0, tanh(±inf) = ±1.</summary>
    public static float Tanh(float x)
    {
        if (float.IsNaN(x) || x == 0)
        {
            return Lanes.Canonical(x);
        }

        return Math.Abs(x) > Far ? Math.Sign(x) : TanhPair(x).Round();
    }

    /// <summary>1/√x. rsqrt(±0) = ±inf, rsqrt(+inf) = +0; NaN below zero.</summary>
    public static float Rsqrt(float x)
    {
        if (x is not (> 0 and < float.PositiveInfinity))
        {
            return x == 0 ? 1 / x : x > 0 ? 0 : Lanes.Canonical(float.NaN);
        }

        return RsqrtPair(x).Round();
    }

    internal static DoubleDouble ExpPair(double x) => Series.Exp(new(x, 0));

    internal static DoubleDouble Exp2Pair(double x)
    {
        double k = Math.Round(x);
        return Series.Exp(Series.Ln2 * new DoubleDouble(x - k, 0)).Scale((int)k);
    }

    internal static DoubleDouble SigmoidPair(double x) => Series.One / (Series.One + ExpPair(-x));

    internal static DoubleDouble SiluPair(double x) => SigmoidPair(x) * new DoubleDouble(x, 0);

    /// <summary>max(x, 0) + ln(1 + e^-|x|).</summary>
    internal static DoubleDouble SoftplusPair(double x) =>
        new DoubleDouble(Math.Max(x, 0), 0) + Series.Log1p(ExpPair(-Math.Abs(x)));

    /// <summary>Near zero from e^2x − 1 without the difference, which would cancel.</summary>
    internal static DoubleDouble TanhPair(double x)
    {
        DoubleDouble less = Math.Abs(x) < Series.ExcessFar / 2 ? Series.Excess(new(2 * x, 0)) : ExpPair(2 * x) + Series.MinusOne;
        return less / (less + Two);
    }

    /// <summary>One step of Newton's from an f64 result: y + y/2 · (1 − x·y²).</summary>
    internal static DoubleDouble RsqrtPair(double x)
    {
        double y = 1 / Math.Sqrt(x);
        DoubleDouble rest = Series.One + (DoubleDouble.Product(y, y) * new DoubleDouble(-x, 0));
        return DoubleDouble.Sum(y, y * 0.5 * rest.High);
    }

    private static float LogLimit(float x) =>
        x == 0 ? float.NegativeInfinity : x > 0 ? x : Lanes.Canonical(float.NaN);
}
