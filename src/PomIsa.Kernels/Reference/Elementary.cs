namespace PomIsa.Kernels.Reference;

/// <summary>Correctly rounded elementary functions, one value at a time (spec/numerics.md, rule 5).</summary>
/// <remarks>
/// Computed to a relative error below 2^-95 and rounded once. That decides every f32 input: the exact results
/// that come closest to a midpoint of two f32 are 2^-78 away from it, relative (sigmoid and silu near zero).
/// </remarks>
public static class Elementary
{
    /// <summary>Beyond this magnitude every function here has reached its limit.</summary>
    private const double Far = 120;

    /// <summary>Below this magnitude silu(x) is x/2 and an excess too small to be represented in f64.</summary>
    private const double Near = 1.0 / (1L << 60);

    private const double InverseLn2 = 1.4426950408889634;

    // ln 2 in three pieces; the first two have 40 bits, so that their products with k are exact.
    private const double Ln2High = 0.6931471805592082;
    private const double Ln2Middle = 7.371002565161996e-13;
    private const double Ln2Low = 5.8029889835956905e-25;

    /// <summary>e^x. exp(-inf) = +0, exp(+inf) = +inf.</summary>
    public static float Exp(float x) =>
        float.IsNaN(x) ? Lanes.Canonical(x) : Exp(Clamp(x)).Round();

    /// <summary>1 / (1 + e^-x). sigmoid(-inf) = +0, sigmoid(+inf) = 1.</summary>
    public static float Sigmoid(float x) =>
        float.IsNaN(x) ? Lanes.Canonical(x) : Logistic(Clamp(x)).Round();

    /// <summary>x / (1 + e^-x), rounded once. silu(±0) = ±0, silu(-inf) = -0, silu(+inf) = +inf.</summary>
    public static float Silu(float x)
    {
        if (float.IsNaN(x))
        {
            return Lanes.Canonical(x);
        }

        if (x == 0 || x > Far)
        {
            return x;
        }

        // x/2 is exact in f64 but may lie midway between two subnormal f32; x²/4 > 0 decides.
        return Math.Abs((double)x) < Near
            ? (float)Math.BitIncrement(0.5 * x)
            : (Logistic(Clamp(x)) * new DoubleDouble(Clamp(x), 0)).Round();
    }

    private static double Clamp(float x) => x < -Far ? -Far : x > Far ? Far : x;

    private static DoubleDouble Logistic(double x)
    {
        var one = new DoubleDouble(1, 0);
        return one / (one + Exp(-x));
    }

    /// <summary>e^x by 2^k · e^r with |r| at most ln 2 / 2, the series cut at r^24/24! (rest below 2^-120).</summary>
    private static DoubleDouble Exp(double x)
    {
        double k = Math.Floor(x * InverseLn2 + 0.5);
        DoubleDouble r = DoubleDouble.Sum(x - k * Ln2High, -(k * Ln2Middle));
        r = DoubleDouble.Sum(r.High, r.Low - k * Ln2Low);
        var one = new DoubleDouble(1, 0);
        DoubleDouble series = one;
        for (int n = 24; n >= 1; n--)
        {
            series = one + r * series / new DoubleDouble(n, 0);
        }

        return series.Scale((int)k);
    }
}
