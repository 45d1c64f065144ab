using System.Globalization;

namespace PomIsa.Chain.Pressure;

/// <summary>A signed fixed-point number with 32 bits before and 32 bits after the point; every operation is checked.</summary>
/// <remarks>Products, quotients and shifts round towards minus infinity. Spec: spec/chain.md, chapter 3.</remarks>
/// <param name="Raw">The value times 2^32.</param>
public readonly record struct Q32(long Raw) : IComparable<Q32>
{
    private const long Half = 1L << 31;

    public static Q32 Zero => default;

    public static Q32 One => new(1L << 32);

    /// <summary><paramref name="part"/> of <paramref name="whole"/>, from 0 to 1; nothing of nothing is 0, anything of nothing is 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static Q32 Share(long part, Int128 whole)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfNegative(whole);
        return part == 0 ? Zero
            : part >= whole ? One
            : new Q32((long)(((Int128)part << 32) / whole));
    }

    /// <summary><paramref name="thousandths"/> / 1000, to the nearest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static Q32 Permille(int thousandths)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(thousandths);
        return new Q32((((long)thousandths << 32) + 500) / 1000);
    }

    /// <summary>The value in thousandths, to the nearest, for people and sparklines.</summary>
    public long InPermille => (long)((((Int128)Raw * 1000) + Half) >> 32);

    /// <summary>This, but not below <paramref name="least"/> nor above <paramref name="most"/>.</summary>
    public Q32 Clamp(Q32 least, Q32 most) => new(Math.Clamp(Raw, least.Raw, most.Raw));

    /// <summary>The distance between two values.</summary>
    public static Q32 Distance(Q32 a, Q32 b) => a >= b ? a - b : b - a;

    public int CompareTo(Q32 other) => Raw.CompareTo(other.Raw);

    /// <summary>Four decimals, to the nearest.</summary>
    public override string ToString()
    {
        Int128 tenThousandths = ((Int128.Abs((Int128)Raw) * 10_000) + Half) >> 32;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(Raw < 0 ? "-" : "")}{tenThousandths / 10_000}.{(long)(tenThousandths % 10_000):D4}");
    }

    public static Q32 operator +(Q32 left, Q32 right) => new(checked(left.Raw + right.Raw));

    public static Q32 operator -(Q32 left, Q32 right) => new(checked(left.Raw - right.Raw));

    public static Q32 operator *(Q32 left, Q32 right) => new(checked((long)(((Int128)left.Raw * right.Raw) >> 32)));

    public static Q32 operator >>(Q32 value, int bits) => new(value.Raw >> bits);

    public static bool operator <(Q32 left, Q32 right) => left.Raw < right.Raw;

    public static bool operator <=(Q32 left, Q32 right) => left.Raw <= right.Raw;

    public static bool operator >(Q32 left, Q32 right) => left.Raw > right.Raw;

    public static bool operator >=(Q32 left, Q32 right) => left.Raw >= right.Raw;
}
