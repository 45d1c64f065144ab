namespace PomIsa.Kernels;

/// <summary>sin and cos of angles too large for <see cref="Sinusoid.Reduce"/>, one value at a time.</summary>
/// <remarks>
/// x · 2/π modulo 4 with 126 bits below the point (Payne and Hanek, 1983), then f64 and Ziv's test as in <see cref="Rounding"/>; what
/// that leaves open, the reference decides.
/// </remarks>
internal static class LargeAngle
{
    // In units of the last of 126 bits below the point.
    private const double HalfPi = 1.5707963267948966 / (1UL << 63) / (1UL << 63);

    // The rest is off by 2^-102 of at least 2^-33; its conversion, the product and HalfPi by 2^-51 together; the sine by 2^-49.
    private const double Error = 1.0 / (1L << 47);

    public static float Sin(float x) => TryEvaluate(x, 0, out float sine) ? sine : Reference.Trigonometry.Sin(x);

    public static float Cos(float x) => x == 0 ? 1 : TryEvaluate(x, 1, out float cosine) ? cosine : Reference.Trigonometry.Cos(x);

    /// <summary>sin(|x| + turn · π/2), with the sign of x if the turn is 0; false where the reference must decide.</summary>
    private static bool TryEvaluate(float x, ulong turn, out float result)
    {
        int bits = BitConverter.SingleToInt32Bits(x);
        int exponent = ((bits >> 23) & 0xff) - 150; // |x| = mantissa · 2^exponent
        if (exponent is < 0 or > 104)
        {
            result = 0;
            return false;
        }

        // The bits of 2/π with weights 2^(1-exponent) and less: higher ones give multiples of 4.
        ulong mantissa = ((uint)bits & 0x7fffff) | 0x800000;
        ulong high = Math.BigMul(mantissa, Reference.TwoOverPi.Window(exponent + 63), out ulong low);
        high += mantissa * Reference.TwoOverPi.Window(exponent - 1);
        high += turn << 62;

        // As a signed number of quadrants in [-2, 2); beyond 1 the sine is that of 2 less it, below -1 of -2 less it.
        var quadrants = (Int128)new UInt128(high, low);
        bool beyond = ((high ^ (high << 1)) >> 63) != 0;
        double r = (double)(beyond ? Int128.MinValue - quadrants : quadrants) * HalfPi;
        Wide2 sine = Sinusoid.Sine(Wide2.Create(turn == 0 && bits < 0 ? -r : r));
        Span<float> below = stackalloc float[Wide2.Count], above = stackalloc float[Wide2.Count];
        Wide2.Store(sine * Wide2.Create(1 - Error), ref below[0]);
        Wide2.Store(sine * Wide2.Create(1 + Error), ref above[0]);
        result = below[0];
        return result == above[0];
    }
}
