using System.Numerics;

namespace PomIsa.Kernels.Reference;

/// <summary>Powers that are exact, or midway between two f32.</summary>
/// <remarks>
/// Let x = m · 2^e and y = n · 2^-k, m and n odd. If x^y = z has finitely many binary digits, z^(2^k) = x^n shows that
/// x is the 2^k-th power of some w with finitely many (n being odd), and z = w^n. An f32 or a midpoint has at most 25 digits,
/// so either w is a power of two, or 1 ≤ n ≤ 15, since 3^16 has 26.
/// </remarks>
internal static class ExactPower
{
    private const int Digits = 25;

    /// <summary>True if x^y is a power of two, or has at most 25 binary digits, for finite f32 x &gt; 0 and y ≠ 0; then rounded.</summary>
    public static bool TryPow(double x, double y, out float power)
    {
        (long m, int e) = Odd(x);
        (long n, int shift) = Odd(y);
        power = 0;
        for (; shift < 0; shift++)
        {
            if (!TryRoot(ref m) || int.IsOddInteger(e))
            {
                return false;
            }

            e /= 2;
        }

        if (m == 1)
        {
            power = Round(1, e * Math.ScaleB(n, shift));
            return true;
        }

        double whole = Math.ScaleB(n, shift);
        if (whole is < 1 or > 15)
        {
            return false;
        }

        long product = 1;
        for (int i = 0; i < (int)whole; i++)
        {
            product *= m;
            if (product >= 1L << Digits)
            {
                return false;
            }
        }

        power = Round(product, e * whole);
        return true;
    }

    /// <summary>A value as odd · 2^exponent.</summary>
    private static (long Odd, int Exponent) Odd(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        long mantissa = (bits & ((1L << 52) - 1)) | (1L << 52);
        int zeros = BitOperations.TrailingZeroCount(mantissa);
        int exponent = (int)((bits >> 52) & 0x7ff) - 1075 + zeros;
        mantissa >>= zeros;
        return (value < 0 ? -mantissa : mantissa, exponent);
    }

    /// <summary>Replaces a square by its root.</summary>
    private static bool TryRoot(ref long square)
    {
        long root = (long)Math.Sqrt(square); // exact for squares below 2^52
        bool exact = root * root == square;
        square = exact ? root : square;
        return exact;
    }

    private static float Round(long mantissa, double exponent) =>
        (float)Math.ScaleB(mantissa, (int)Math.Clamp(exponent, -400, 400));
}
