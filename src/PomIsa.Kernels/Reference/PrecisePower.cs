using System.Diagnostics;
using System.Numerics;

namespace PomIsa.Kernels.Reference;

/// <summary>x^y with as many digits as it takes: the last resort of <see cref="Power"/>.</summary>
/// <remarks>Fixed-point integers with p bits below the point; p doubles until all values within the error round alike.</remarks>
internal static class PrecisePower
{
    /// <summary>Bits of p that may be wrong in a result: less than 2^42 for p up to 384, with a margin for more.</summary>
    private const int Doubtful = 56;

    /// <summary>x^y, rounded; x^y must lie within e^±106 and be neither an f32 nor midway between two.</summary>
    public static float Pow(double x, double y)
    {
        for (int p = 192; p <= 6144; p *= 2)
        {
            (BigInteger value, int exponent) = Approximate(x, y, p);
            BigInteger error = BigInteger.One << Doubtful;
            float below = Round(value - error, exponent - p);
            float above = Round(value + error, exponent - p);
            if (below == above)
            {
                return below;
            }
        }

        throw new UnreachableException($"{x:R}^{y:R} agrees with a midpoint in thousands of digits: it is one, and was to be found before.");
    }

    /// <summary>x^y as value · 2^(exponent − p), value about 2^p.</summary>
    /// <remarks>
    /// A logarithm by series is off by at most one unit for each of its terms, fewer than p. Within the range allowed |y| is below
    /// 2^31.7, and where k is not 0, below 2^9. So ln x · y is off by less than p · 2^32 units, and the exponential by 2 p · 2^32.
    /// </remarks>
    private static (BigInteger Value, int Exponent) Approximate(double x, double y, int p)
    {
        BigInteger ln2 = 2 * Artanh(1, 3, p);
        BigInteger v = Times(y, Log(x, ln2, p));
        var k = (int)BigInteger.Divide((2 * v) + (v.Sign * ln2), 2 * ln2);
        BigInteger r = v - (k * ln2);
        BigInteger term = BigInteger.One << p;
        BigInteger sum = term;
        for (int n = 1; !term.IsZero; n++)
        {
            term = BigInteger.Divide(term * r, BigInteger.One << p) / n;
            sum += term;
        }

        return (sum, k);
    }

    private static BigInteger Log(double x, BigInteger ln2, int p)
    {
        int k = Math.ILogB(x * Math.Sqrt(2));
        double m = Math.ScaleB(x, -k);
        long fixedPoint = (long)Math.ScaleB(m, 26); // 24 bits, and up to two more of scale
        const long One = 1L << 26;
        return (k * ln2) + (2 * Artanh(fixedPoint - One, fixedPoint + One, p));
    }

    /// <summary>artanh(a/b) for |a/b| ≤ 1/3.</summary>
    private static BigInteger Artanh(long a, long b, int p)
    {
        BigInteger power = (new BigInteger(a) << p) / b;
        BigInteger sum = power;
        for (int n = 3; !power.IsZero; n += 2)
        {
            power = power * a / b * a / b;
            sum += power / n;
        }

        return sum;
    }

    private static BigInteger Times(double y, BigInteger value)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(y));
        int shift = (int)(bits >> 52) - 1075;
        long mantissa = (bits & ((1L << 52) - 1)) | (1L << 52);
        BigInteger product = value * (y < 0 ? -mantissa : mantissa);
        return shift >= 0 ? product << shift : BigInteger.Divide(product, BigInteger.One << -shift);
    }

    /// <summary>value · 2^exponent: 62 bits and a sticky bit decide.</summary>
    private static float Round(BigInteger value, int exponent)
    {
        int excess = (int)value.GetBitLength() - 62;
        BigInteger kept = value >> excess;
        long odd = (long)kept | (kept << excess == value ? 0L : 1L);
        double high = odd >> 31;
        double low = odd & ((1L << 31) - 1);
        DoubleDouble sum = DoubleDouble.Sum(Math.ScaleB(high, exponent + excess + 31), Math.ScaleB(low, exponent + excess));
        return sum.Round();
    }
}
