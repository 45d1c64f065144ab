using System.Numerics;

namespace PomIsa.Kernels.Reference;

/// <summary>Exact operations of f32 and conversions, from whole numbers: an f32 is m · 2^-149.</summary>
public static class Exact
{
    /// <summary>The finite value in units of 2^-149.</summary>
    public static BigInteger Units(float x)
    {
        int bits = BitConverter.SingleToInt32Bits(x), exponent = (bits >> 23) & 255, fraction = bits & 0x7fffff;
        BigInteger magnitude = exponent == 0 ? fraction : (BigInteger)(fraction | 0x800000) << (exponent - 1);
        return bits < 0 ? -magnitude : magnitude;
    }

    /// <summary>The f32 nearest to a number of units of 2^-149, ties to even; a zero is +0.</summary>
    public static float Nearest(BigInteger units)
    {
        BigInteger magnitude = BigInteger.Abs(units);
        int shift = Math.Max((int)magnitude.GetBitLength() - 24, 0);
        BigInteger kept = magnitude >> shift, rest = magnitude - (kept << shift), half = shift == 0 ? 1 : BigInteger.One << (shift - 1);
        kept += rest > half || (rest == half && shift > 0 && !kept.IsEven) ? 1 : 0;
        if (kept == 1 << 24)
        {
            (kept, shift) = (kept >> 1, shift + 1);
        }

        int bits = shift > 253 ? 0x7f800000 : kept < 0x800000 ? (int)kept : (int)kept - 0x800000 + ((shift + 1) << 23);
        return BitConverter.Int32BitsToSingle(units.Sign < 0 ? bits | int.MinValue : bits);
    }

    /// <summary>a − b · trunc(a / b), with the sign of a.</summary>
    public static float Remainder(float a, float b)
    {
        if (float.IsNaN(a) || float.IsInfinity(a) || float.IsNaN(b) || b == 0)
        {
            return Lanes.Canonical(float.NaN);
        }

        float magnitude = float.IsInfinity(b) ? Math.Abs(a) : Nearest(BigInteger.Abs(Integers.Remainder(Units(a), Units(b))));
        return float.IsNegative(a) ? -magnitude : magnitude;
    }

    /// <summary>A whole number near x: <paramref name="up"/> says whether the one above x's floor is taken, of (the floor, twice the fraction in units).</summary>
    public static float Whole(float x, Func<BigInteger, BigInteger, bool> up)
    {
        if (float.IsNaN(x) || float.IsInfinity(x))
        {
            return Lanes.Canonical(x);
        }

        BigInteger units = Units(x), one = BigInteger.One << 149;
        BigInteger floor = (units - (((units % one) + one) % one)) / one, twice = 2 * (units - (floor * one));
        float result = Nearest((up(floor, twice) ? floor + 1 : floor) * one);
        return float.IsNegative(x) ? -Math.Abs(result) : Math.Abs(result);
    }

    /// <summary>x toward zero, clamped to whole numbers of so many bits; NaN gives 0.</summary>
    public static long Clamped(float x, int bits)
    {
        BigInteger most = (BigInteger.One << (bits - 1)) - 1;
        return float.IsNaN(x) ? 0
            : float.IsInfinity(x) ? (long)(x > 0 ? most : -most - 1)
            : (long)BigInteger.Clamp(Integers.Divide(Units(x), BigInteger.One << 149), -most - 1, most);
    }

    /// <summary>A whole number as f32, rounded once.</summary>
    public static float OfWhole(long x) => Nearest((BigInteger)x << 149);
}
