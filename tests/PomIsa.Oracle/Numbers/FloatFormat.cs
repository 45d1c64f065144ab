using System.Numerics;

namespace PomIsa.Oracle.Numbers;

/// <summary>A binary interchange format of IEEE 754, by which exact values are rounded once: to nearest, ties to even.</summary>
/// <param name="Digits">Bits of a significand, the hidden one included.</param>
/// <param name="Least">Exponent of the last place of the subnormals.</param>
/// <param name="Greatest">Exponent of the last place of the greatest finite values.</param>
internal sealed record FloatFormat(int Digits, int Least, int Greatest)
{
    public static readonly FloatFormat Binary32 = new(24, -149, 104);

    public static readonly FloatFormat Binary16 = new(11, -24, 5);

    public static readonly FloatFormat BFloat16 = new(8, -133, 120);

    private const int Enough = 100;

    /// <summary>Bits of infinity without its sign.</summary>
    public uint Infinity => (uint)(Greatest - Least + 2) << (Digits - 1);

    /// <summary>Bits, without a sign, of the value nearest to magnitude · 2^exponent.</summary>
    /// <param name="inexact">The exact value is greater, by less than one unit of <paramref name="magnitude"/>, which then has 26 bits or more.</param>
    public uint Round(UInt128 magnitude, int exponent, bool inexact = false)
    {
        if (magnitude == 0)
        {
            return 0;
        }

        int length = 128 - (int)UInt128.LeadingZeroCount(magnitude);
        int place = Math.Max(exponent + length - Digits, Least), drop = place - exponent;
        if (place > Greatest)
        {
            return Infinity;
        }

        UInt128 kept = drop <= 0 ? magnitude << -drop : drop >= 128 ? 0 : magnitude >> drop;
        if (drop is > 0 and <= 128)
        {
            UInt128 half = UInt128.One << (drop - 1), rest = drop == 128 ? magnitude : magnitude & ((half << 1) - 1);
            bool up = rest > half || (rest == half && (inexact || !UInt128.IsEvenInteger(kept)));
            kept += up ? UInt128.One : 0;
        }

        uint bits = (uint)kept + ((uint)(place - Least) << (Digits - 1));
        return Math.Min(bits, Infinity);
    }

    /// <inheritdoc cref="Round(UInt128, int, bool)"/>
    public uint Round(BigInteger magnitude, int exponent)
    {
        int excess = (int)magnitude.GetBitLength() - Enough;
        if (excess <= 0)
        {
            return Round((UInt128)magnitude, exponent);
        }

        BigInteger kept = magnitude >> excess;
        return Round((UInt128)kept, exponent + excess, inexact: kept << excess != magnitude);
    }
}
