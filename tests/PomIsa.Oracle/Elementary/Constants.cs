using System.Collections.Concurrent;
using System.Numerics;

namespace PomIsa.Oracle.Elementary;

/// <summary>π and ln 2 to any number of bits, each wrong by less than one unit of the last place.</summary>
internal static class Constants
{
    private const int Guard = 32;

    private static readonly ConcurrentDictionary<int, BigInteger> Pis = new(), Twos = new();

    /// <summary>π by Machin's formula, 16 atan(1/5) − 4 atan(1/239).</summary>
    public static BigInteger Pi(int bits) => Pis.GetOrAdd(bits, static bits =>
        ((16 * Inverse(5, bits + Guard, alternate: true)) - (4 * Inverse(239, bits + Guard, alternate: true))) >> Guard);

    /// <summary>ln 2 = 18 atanh(1/26) − 2 atanh(1/4801) + 8 atanh(1/8749).</summary>
    public static BigInteger Ln2(int bits) => Twos.GetOrAdd(bits, static bits =>
        ((18 * Inverse(26, bits + Guard, alternate: false)) - (2 * Inverse(4801, bits + Guard, alternate: false))
            + (8 * Inverse(8749, bits + Guard, alternate: false))) >> Guard);

    /// <summary>atan(1/n) or atanh(1/n): the sum of ±1 / ((2i + 1) · n^(2i + 1)).</summary>
    private static BigInteger Inverse(int n, int bits, bool alternate)
    {
        BigInteger power = (BigInteger.One << bits) / n, sum = 0;
        for (int i = 0; !power.IsZero; i++)
        {
            BigInteger term = power / ((2 * i) + 1);
            sum += alternate && i % 2 == 1 ? -term : term;
            power /= n * n;
        }

        return sum;
    }
}
