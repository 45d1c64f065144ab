using System.Globalization;
using System.Numerics;

namespace PomIsa.Oracle.Numbers;

/// <summary>
/// An IEEE 754 binary32 by its bits. Each operation computes on whole numbers exactly and rounds once, to nearest, ties to
/// even (spec/numerics.md, chapter 1); no floating-point instruction of the processor takes part.
/// </summary>
internal readonly record struct F32(uint Bits)
{
    private const uint SignBit = 0x80000000, Magnitude = 0x7fffffff;

    // Operands whose exponents are further apart than this meet as if the smaller one were a single unit: it only decides on which side of
    // the greater one the result lies. 48 bits of a product and these fit into 128.
    private const int Apart = 76;

    public static readonly F32 Zero = new(0), NegativeZero = new(SignBit), One = new(0x3f800000), NaN = new(0x7fc00000);

    public static readonly F32 Infinity = new(0x7f800000), NegativeInfinity = new(0xff800000), Greatest = new(0x7f7fffff), Tiny = new(1);

    public bool IsNaN => (Bits & Magnitude) > Infinity.Bits;

    public bool IsInfinite => (Bits & Magnitude) == Infinity.Bits;

    public bool IsFinite => (Bits & Magnitude) < Infinity.Bits;

    public bool IsZero => (Bits & Magnitude) == 0;

    public bool IsNegative => Bits >= SignBit;

    /// <summary>A finite value is ±<see cref="Significand"/> · 2^<see cref="Exponent"/>.</summary>
    public uint Significand => (Bits & 0x7fffff) | (Bits << 1 >> 24 == 0 ? 0 : 0x800000u);

    /// <inheritdoc cref="Significand"/>
    public int Exponent => (int)Math.Max(Bits << 1 >> 24, 1) - 150;

    /// <summary>The one NaN for any NaN, anything else as it is.</summary>
    public F32 Canonical => IsNaN ? NaN : this;

    public F32 Abs => new(Bits & Magnitude);

    public override string ToString() => Bits.ToString("x8", CultureInfo.InvariantCulture);

    public static F32 operator -(F32 a) => new(a.Bits ^ SignBit);

    public static F32 operator +(F32 a, F32 b)
    {
        if (a.IsFinite && b.IsFinite)
        {
            return Sum(a.IsNegative, a.Significand, a.Exponent, b.IsNegative, b.Significand, b.Exponent);
        }

        return a.IsNaN || b.IsNaN || (a.IsInfinite && b.IsInfinite && a != b) ? NaN : a.IsInfinite ? a : b;
    }

    public static F32 operator -(F32 a, F32 b) => a + -b;

    public static F32 operator *(F32 a, F32 b)
    {
        bool negative = a.IsNegative != b.IsNegative;
        if (a.IsFinite && b.IsFinite)
        {
            return Of(negative, FloatFormat.Binary32.Round((UInt128)((ulong)a.Significand * b.Significand), a.Exponent + b.Exponent));
        }

        return a.IsNaN || b.IsNaN || a.IsZero || b.IsZero ? NaN : Of(negative, Infinity.Bits);
    }

    public static F32 operator /(F32 a, F32 b)
    {
        bool negative = a.IsNegative != b.IsNegative;
        if (a.IsNaN || b.IsNaN || (a.IsZero && b.IsZero) || (a.IsInfinite && b.IsInfinite))
        {
            return NaN;
        }

        if (a.IsInfinite || b.IsZero)
        {
            return Of(negative, Infinity.Bits);
        }

        if (b.IsInfinite)
        {
            return Of(negative, 0);
        }

        (UInt128 quotient, UInt128 rest) = UInt128.DivRem((UInt128)a.Significand << 64, b.Significand);
        return Of(negative, FloatFormat.Binary32.Round(quotient, a.Exponent - b.Exponent - 64, inexact: rest != 0));
    }

    /// <summary>a · b + c, rounded once.</summary>
    public static F32 Fma(F32 a, F32 b, F32 c)
    {
        if (!a.IsFinite || !b.IsFinite)
        {
            return (a * b) + c;
        }

        return !c.IsFinite
            ? c.Canonical
            : Sum(a.IsNegative != b.IsNegative, (ulong)a.Significand * b.Significand, a.Exponent + b.Exponent, c.IsNegative, c.Significand, c.Exponent);
    }

    public static F32 Sqrt(F32 x)
    {
        if (x.IsNaN || x.IsZero || x.IsNegative || x.IsInfinite)
        {
            return x.IsNaN || (x.IsNegative && !x.IsZero) ? NaN : x;
        }

        int shift = 70 + (x.Exponent & 1);
        BigInteger square = (BigInteger)x.Significand << shift, root = Whole.SquareRoot(square);
        return new F32(FloatFormat.Binary32.Round((UInt128)root, (x.Exponent - shift) / 2, inexact: root * root != square));
    }

    /// <summary>The greater one; NaN if either is, +0 above -0.</summary>
    public static F32 Max(F32 a, F32 b) =>
        a.IsNaN || b.IsNaN ? NaN : a.IsZero && b.IsZero ? new F32(a.Bits & b.Bits) : Compare(a, b) >= 0 ? a : b;

    /// <summary>The smaller one; NaN if either is, -0 below +0.</summary>
    public static F32 Min(F32 a, F32 b) =>
        a.IsNaN || b.IsNaN ? NaN : a.IsZero && b.IsZero ? new F32(a.Bits | b.Bits) : Compare(a, b) <= 0 ? a : b;

    /// <summary>-1, 0 or 1 for two values neither of which is NaN; zeros of both signs are equal.</summary>
    public static int Compare(F32 a, F32 b) => Rank(a).CompareTo(Rank(b));

    public static F32 Of(bool negative, uint magnitude) => new(magnitude | (negative ? SignBit : 0));

    /// <summary>The f32 nearest to a whole number.</summary>
    public static F32 Of(long value) => Of(value < 0, FloatFormat.Binary32.Round((UInt128)BigInteger.Abs(value), 0));

    /// <summary>The f32 nearest to a decimal number such as 1e-5 or -0.25.</summary>
    public static F32 Parse(string text)
    {
        string[] parts = text.TrimStart('-').Split('e');
        string digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        int power = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - (point < 0 ? 0 : parts[0].Length - point - 1);
        BigInteger over = BigInteger.Parse(digits, CultureInfo.InvariantCulture) * BigInteger.Pow(10, Math.Max(power, 0)), under = BigInteger.Pow(10, Math.Max(-power, 0));
        BigInteger quotient = BigInteger.DivRem(over << 400, under, out BigInteger rest);
        return Of(text[0] == '-', FloatFormat.Binary32.Round((quotient << 1) + (rest.IsZero ? 0 : 1), -401));
    }

    private static long Rank(F32 x) => x.IsNegative ? -(long)(x.Bits & Magnitude) : x.Bits;

    /// <summary>±a · 2^ea ± b · 2^eb, rounded once; a and b have 48 bits at most.</summary>
    private static F32 Sum(bool na, UInt128 a, int ea, bool nb, UInt128 b, int eb)
    {
        if (a == 0 || b == 0)
        {
            bool negative = a == 0 && b == 0 ? na && nb : a == 0 ? nb : na;
            return Of(negative, a == 0 ? FloatFormat.Binary32.Round(b, eb) : FloatFormat.Binary32.Round(a, ea));
        }

        if (ea < eb)
        {
            (na, a, ea, nb, b, eb) = (nb, b, eb, na, a, ea);
        }

        if (ea - eb > Apart)
        {
            (b, eb) = (1, ea - Apart);
        }

        a <<= ea - eb;
        if (na == nb)
        {
            return Of(na, FloatFormat.Binary32.Round(a + b, eb));
        }

        return a == b ? Zero : a > b ? Of(na, FloatFormat.Binary32.Round(a - b, eb)) : Of(nb, FloatFormat.Binary32.Round(b - a, eb));
    }
}
