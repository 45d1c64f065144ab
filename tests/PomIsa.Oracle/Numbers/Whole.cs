using System.Numerics;

namespace PomIsa.Oracle.Numbers;

/// <summary>Whole numbers from and to f32, and what else is exact on whole numbers.</summary>
internal static class Whole
{
    /// <summary>⌊√x⌋.</summary>
    public static BigInteger SquareRoot(BigInteger x)
    {
        if (x.IsZero)
        {
            return x;
        }

        BigInteger root = BigInteger.One << (int)((x.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + (x / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    /// <summary>Which whole number stands for a value between two.</summary>
    public enum Mode
    {
        Down,
        Up,
        ToZero,
        NearestEven,
    }

    /// <summary>x rounded to a whole number, as an f32; the sign of a zero is that of x.</summary>
    public static F32 Round(F32 x, Mode mode) => !x.IsFinite || x.Exponent >= 0
        ? x.Canonical
        : F32.Of(x.IsNegative, FloatFormat.Binary32.Round((UInt128)BigInteger.Abs(ToWhole(x, mode)), 0));

    /// <summary>A finite x rounded to a whole number.</summary>
    public static BigInteger ToWhole(F32 x, Mode mode)
    {
        BigInteger signed = x.IsNegative ? -(BigInteger)x.Significand : x.Significand;
        if (x.Exponent >= 0)
        {
            return signed << x.Exponent;
        }

        BigInteger unit = BigInteger.One << -x.Exponent, down = signed >> -x.Exponent, rest = signed - (down * unit);
        bool up = mode switch
        {
            Mode.Down => false,
            Mode.Up => !rest.IsZero,
            Mode.ToZero => x.IsNegative && !rest.IsZero,
            _ => rest * 2 > unit || (rest * 2 == unit && !down.IsEven),
        };
        return up ? down + 1 : down;
    }

    /// <summary>x toward zero, clamped to the integers of so many bits; NaN gives 0.</summary>
    public static long Clamp(F32 x, int bits)
    {
        BigInteger greatest = (BigInteger.One << (bits - 1)) - 1;
        return x.IsNaN ? 0
            : x.IsInfinite ? (long)(x.IsNegative ? -greatest - 1 : greatest)
            : (long)BigInteger.Clamp(ToWhole(x, Mode.ToZero), -greatest - 1, greatest);
    }

    /// <summary>x1 − x2 · trunc(x1 / x2), exact; a zero has the sign of x1.</summary>
    public static F32 Remainder(F32 x1, F32 x2)
    {
        if (x1.IsNaN || x2.IsNaN || x1.IsInfinite || x2.IsZero)
        {
            return F32.NaN;
        }

        if (x2.IsInfinite)
        {
            return x1;
        }

        int exponent = Math.Min(x1.Exponent, x2.Exponent);
        BigInteger a = (BigInteger)x1.Significand << (x1.Exponent - exponent), b = (BigInteger)x2.Significand << (x2.Exponent - exponent);
        return F32.Of(x1.IsNegative, FloatFormat.Binary32.Round(a % b, exponent));
    }

    /// <summary>The low bits of a whole number, sign-extended.</summary>
    public static long Wrap(BigInteger value, int bits)
    {
        BigInteger low = value & ((BigInteger.One << bits) - 1);
        return (long)(low >> (bits - 1) == 1 ? low - (BigInteger.One << bits) : low);
    }
}
