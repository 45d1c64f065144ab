using System.Numerics;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Elementary;

/// <summary>x^y as spec/numerics.md 4.6 defines it.</summary>
internal static class Power
{
    // Exponents of two between which a result isn't yet infinite or zero lie well within this.
    private const int FarExponent = 300;

    public static F32 Pow(F32 x, F32 y)
    {
        if (y.IsZero || x == F32.One)
        {
            return F32.One;
        }

        if (x.IsNaN || y.IsNaN)
        {
            return F32.NaN;
        }

        if (y.IsInfinite)
        {
            int size = F32.Compare(x.Abs, F32.One);
            return size == 0 ? F32.One : size > 0 == y.IsNegative ? F32.Zero : F32.Infinity;
        }

        bool whole = y.Exponent >= 0 || Whole.Round(y, Whole.Mode.Down) == y;
        bool odd = whole && !Whole.ToWhole(y, Whole.Mode.Down).IsEven, negative = x.IsNegative && odd;
        if (x.IsZero || x.IsInfinite)
        {
            return F32.Of(negative, x.IsZero == y.IsNegative ? F32.Infinity.Bits : 0);
        }

        return x.IsNegative && !whole ? F32.NaN : F32.Of(negative, Magnitude(x.Abs, y));
    }

    private static uint Magnitude(F32 x, F32 y)
    {
        if (x == F32.One)
        {
            return F32.One.Bits;
        }

        int zeros = BitOperations.TrailingZeroCount(x.Significand), e = x.Exponent + zeros;
        return Exact(x.Significand >> zeros, e, y) ?? Ziv.Decide(false, p => Interval(p, x, y)).Bits;
    }

    private static Interval Interval(FixedPoint p, F32 x, F32 y)
    {
        // y may have 128 bits before its point, by which an error of the logarithm grows.
        var wide = new FixedPoint(p.Bits + 144);
        Interval exponent = wide.Multiply(wide.Log(wide.Of(x)), wide.Of(y));
        exponent = new Interval(exponent.Low >> 144, (exponent.High >> 144) + 1);
        BigInteger far = p.Unit * FarExponent;
        return p.Exp(new Interval(BigInteger.Min(exponent.Low, far), BigInteger.Min(exponent.High, far)));
    }

    /// <summary>(m · 2^e)^y rounded, where it is a whole number times a power of two of which 2^-k-th roots exist; null elsewhere.</summary>
    private static uint? Exact(uint m, int e, F32 y)
    {
        int zeros = BitOperations.TrailingZeroCount(y.Significand), power = y.Exponent + zeros;
        BigInteger n = y.Significand >> zeros;
        if (m == 1)
        {
            // 2^(e · y): exact where e · y is whole.
            BigInteger product = power >= 0 ? (e * n) << Math.Min(power, 200) : e * n, signed = y.IsNegative ? -product : product;
            if (power < 0)
            {
                if (!(signed % (BigInteger.One << Math.Min(-power, 200))).IsZero)
                {
                    return null;
                }

                signed >>= -power;
            }

            return FloatFormat.Binary32.Round(UInt128.One, (int)BigInteger.Clamp(signed, -FarExponent, FarExponent));
        }

        if (y.IsNegative)
        {
            return null;
        }

        BigInteger root = m;
        for (; power < 0; power++)
        {
            BigInteger next = Whole.SquareRoot(root);
            if (next * next != root || e % 2 != 0)
            {
                return null;
            }

            (root, e) = (next, e / 2);
        }

        BigInteger exponent = n << Math.Min(power, 8);
        return exponent > 15 ? null : FloatFormat.Binary32.Round(BigInteger.Pow(root, (int)exponent), (int)BigInteger.Clamp(e * exponent, -4 * FarExponent, 4 * FarExponent));
    }
}
