using System.Numerics;

namespace PomIsa.Kernels.Tests;

/// <summary>Pairs (x, y) for powers, and what x^y must be, from integers alone.</summary>
internal static class Powers
{
    private const int Bits = 320;

    /// <summary>x^y for x &gt; 0, both finite: from 320 bits; a tie is proved by multiplying out, and goes to even.</summary>
    public static float Expected(float x, float y)
    {
        double log = y * Math.Log2(x);
        if (log is > 130 or < -152)
        {
            return log > 0 ? float.PositiveInfinity : 0;
        }

        (BigInteger value, int exponent) = BigNumber.Pow(x, y, Bits);
        BigInteger error = BigInteger.One << 64;
        int below = Halves(value - error, exponent, out int unit), above = Halves(value + error, exponent, out int unitAbove);
        if ((below, unit) != (above, unitAbove))
        {
            // The interval contains a number of half ulps: it is that one exactly, or 250 bits were not enough.
            Assert.True(IsExactly(x, y, above, unitAbove), $"{x:R}^{y:R} is next to a midpoint, but not on it.");
            return Rounded(above, unitAbove, exact: true);
        }

        return Rounded(below, unit, exact: false);
    }

    /// <summary>Pairs of many kinds; all of them are also asked for with −x.</summary>
    public static (float X, float Y) Pair(Values values)
    {
        float Spread(int bits) => (values.Below(1 << bits) + 1) * MathF.ScaleB(1, values.Below(9) - 4);
        switch (values.Below(6))
        {
            case 0: // anything
                return (values.Any(), values.Any());
            case 1: // results over the whole range, subnormals too
                float x = Math.Abs(values.Tame(100));
                return (x, (float)((values.Below(310) - 160 + (values.Below(1000) / 1000.0)) / Math.Log2(x)));
            case 2: // near 1
                return (1 + ((values.Below(200) - 100) * MathF.ScaleB(1, -24)), values.Tame(24));
            case 3: // few digits: exact powers, ties
                return (Spread(values.Below(13)), (values.Below(34) - 5) * MathF.ScaleB(1, -values.Below(4)));
            case 4: // squares, fourth and eighth powers
                int roots = values.Below(4);
                float root = Spread(24 >> roots);
                return ((float)BigInteger.Pow((BigInteger)(root * 16), 1 << roots), (values.Below(34) - 5) * MathF.ScaleB(1, -roots));
            default: // powers of two, down to half the least subnormal
                return (MathF.ScaleB(1, values.Below(276) - 149), (values.Below(600) - 300) * MathF.ScaleB(1, -values.Below(6)));
        }
    }

    /// <summary>⌊value⌋ in halves of an ulp, 2^unit each; subnormal ulps below 2^-126.</summary>
    private static int Halves(BigInteger value, int exponent, out int unit)
    {
        unit = Math.Max((int)value.GetBitLength() - 25 - Bits + exponent, -150);
        int shift = unit + Bits - exponent;
        return (int)(shift >= 0 ? value >> shift : value << -shift);
    }

    private static float Rounded(int halves, int unit, bool exact)
    {
        int whole = halves >> 1;
        bool up = (halves & 1) != 0 && (!exact || (whole & 1) != 0);
        return (float)Math.ScaleB(whole + (up ? 1 : 0), unit + 1);
    }

    /// <summary>True if x^y = halves · 2^unit: with y = n/2^k, if x^n = (halves · 2^unit)^(2^k), for n from 1 on.</summary>
    private static bool IsExactly(float x, float y, int halves, int unit)
    {
        int k = 0;
        for (; y != MathF.Truncate(y); y *= 2)
        {
            k++;
        }

        (BigInteger left, int leftExponent) = Odd((BigInteger)Math.ScaleB((double)x, 149), -149);
        (BigInteger right, int rightExponent) = Odd(halves, unit);
        int n = (int)y;
        return n < 0
            ? left.IsOne && right.IsOne && leftExponent * n == rightExponent << k
            : BigInteger.Pow(left, n) == BigInteger.Pow(right, 1 << k) && leftExponent * n == rightExponent << k;
    }

    private static (BigInteger Odd, int Exponent) Odd(BigInteger value, int exponent)
    {
        int zeros = 0;
        for (; (value >> zeros).IsEven; zeros++)
        {
        }

        return (value >> zeros, exponent + zeros);
    }
}
