namespace PomIsa.Kernels.Reference;

/// <summary>x^y, correctly rounded, one pair at a time (spec/numerics.md, rule 5).</summary>
/// <remarks>
/// Results that are exact or midway between two f32 are found by arithmetic on integers (<see cref="ExactPower"/>).
/// All others are irrational or have too many bits to be a midpoint, so enough digits decide: first a pair of f64, then,
/// where that is too near to a midpoint to tell, <see cref="PrecisePower"/>.
/// </remarks>
public static class Power
{
    /// <summary>Powers with |y · ln x| beyond this overflow, or are nearer to zero than to any f32.</summary>
    private const double Far = 105;

    // Relative error of e^(y · ln x): that of y · ln x, below 2^-93, times 105; below 2^-86. Four times that is allowed for.
    private const double Bound = 1.0 / (1L << 42) / (1L << 42);

    /// <summary>x^y with the special cases of IEEE 754-2019, 9.2.1 (<c>pow</c>).</summary>
    public static float Pow(float x, float y)
    {
        if (y == 0 || x == 1)
        {
            return 1; // whatever the other is, NaN too
        }

        if (float.IsNaN(x) || float.IsNaN(y))
        {
            return Lanes.Canonical(float.NaN);
        }

        double magnitude = Math.Abs((double)x);
        if (float.IsInfinity(y))
        {
            return magnitude == 1 ? 1 : (magnitude > 1) == (y > 0) ? float.PositiveInfinity : 0;
        }

        bool negative = float.IsNegative(x) && float.IsOddInteger(y);
        if (magnitude == 0 || double.IsInfinity(magnitude))
        {
            float limit = (magnitude == 0) == (y > 0) ? 0 : float.PositiveInfinity;
            return negative ? -limit : limit;
        }

        if (x < 0 && !float.IsInteger(y))
        {
            return Lanes.Canonical(float.NaN);
        }

        float result = Positive(magnitude, y);
        return negative ? -result : result;
    }

    /// <summary>x^y for x &gt; 0, y not 0, both finite.</summary>
    private static float Positive(double x, double y)
    {
        if (ExactPower.TryPow(x, y, out float exact))
        {
            return exact;
        }

        DoubleDouble v = Series.Log(x) * new DoubleDouble(y, 0);
        if (Math.Abs(v.High) > Far)
        {
            return v.High > 0 ? float.PositiveInfinity : 0;
        }

        DoubleDouble power = Series.Exp(v);
        double margin = power.High * Bound;
        float below = new DoubleDouble(power.High, power.Low - margin).Round();
        float above = new DoubleDouble(power.High, power.Low + margin).Round();
        return below == above ? below : PrecisePower.Pow(x, y);
    }
}
