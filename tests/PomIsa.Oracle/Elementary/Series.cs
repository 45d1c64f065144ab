using System.Numerics;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Elementary;

/// <summary>
/// Functions of one exact argument, in units of 2^-bits. Each works with 32 bits more than it is asked for; its terms are cut off by less than one unit
/// each, and there are far fewer than 2^20 of them, so what is left is wrong by less than one unit of the result.
/// </summary>
internal static class Series
{
    private const int Guard = 32, Halvings = 10;

    /// <summary>e^x. Below e^-bits it is only enclosed: between 0 and one unit.</summary>
    public static Interval Exp(BigInteger x, int bits)
    {
        if (x < -((BigInteger)(bits + 2) << bits))
        {
            return new Interval(0, 1);
        }

        int shift = (int)BigInteger.Divide(x << 8, Constants.Ln2(bits) << 8) - (x.Sign < 0 ? 1 : 0), work = bits + Guard + Math.Max(shift, 0);
        BigInteger rest = ((x << (work - bits)) - (shift * Constants.Ln2(work))) >> Halvings, term = BigInteger.One << work, sum = term;
        for (int i = 1; !term.IsZero; i++)
        {
            term = ((term * rest) >> work) / i;
            sum += term;
        }

        for (int i = 0; i < Halvings; i++)
        {
            sum = (sum * sum) >> work;
        }

        return Around(shift >= 0 ? (sum << shift) >> (work - bits) : sum >> (work - bits - shift));
    }

    /// <summary>ln x for x above 0: x = m · 2^k with m about 1, and 2 atanh((m − 1) / (m + 1)).</summary>
    public static Interval Log(BigInteger x, int bits)
    {
        int work = bits + Guard, power = (int)x.GetBitLength() - bits;
        if (x << 2 < (BigInteger)3 << (power + bits))
        {
            power--;
        }

        BigInteger m = power + bits <= work ? x << (work - power - bits) : x << (work - bits) >> power, one = BigInteger.One << work;
        BigInteger z = ((m - one) << work) / (m + one), square = (z * z) >> work, term = z, sum = z;
        for (int i = 3; !term.IsZero && term != BigInteger.MinusOne; i += 2)
        {
            term = (term * square) >> work;
            sum += term / i;
        }

        BigInteger log = ((2 * sum) + (power * Constants.Ln2(work))) >> Guard;
        return new Interval(log - 1, log + 2);
    }

    /// <summary>sin x, or cos x, after x was brought within π/4 of a multiple of π/2.</summary>
    public static Interval Sine(BigInteger x, int bits, bool cosine)
    {
        int work = bits + Guard + Math.Max((int)x.GetBitLength() - bits, 0);
        BigInteger half = Constants.Pi(work) >> 1, wide = x << (work - bits);
        BigInteger turns = BigInteger.Divide((2 * wide) + half, 2 * half) - ((2 * wide) + half < 0 ? 1 : 0), rest = (wide - (turns * half)) >> (work - bits - Guard);
        int quadrant = (int)(((turns % 4) + 4) % 4) + (cosine ? 1 : 0);
        BigInteger value = Taylor(rest, bits + Guard, even: quadrant % 2 == 1) >> Guard;
        return Around(quadrant % 4 < 2 ? value : -value);
    }

    /// <summary>
    /// erf(√t) / (c · √t) with c = 2/√π: e^-t times the sum of (2t)^n / (1 · 3 · 5 … (2n + 1)), whose terms are all positive. The sum may be as great as e^t.
    /// </summary>
    public static Interval ErfCore(BigInteger t, int bits)
    {
        int work = bits + Guard + (int)((t * 3 / 2) >> bits) + 4;
        BigInteger wide = t << (work - bits), term = BigInteger.One << work, sum = 0;
        for (int i = 3; !term.IsZero; i += 2)
        {
            sum += term;
            term = ((term * (wide << 1)) >> work) / i;
        }

        return Around(((sum * Exp(-wide, work).Low) >> work) >> (work - bits));
    }

    private static BigInteger Taylor(BigInteger x, int bits, bool even)
    {
        BigInteger square = (x * x) >> bits, term = even ? BigInteger.One << bits : x, sum = term;
        for (int i = even ? 1 : 2; !term.IsZero && term != BigInteger.MinusOne; i += 2)
        {
            term = -((term * square) >> bits) / (i * (i + 1));
            sum += term;
        }

        return sum;
    }

    private static Interval Around(BigInteger value) => new(value - 2, value + 2);
}
