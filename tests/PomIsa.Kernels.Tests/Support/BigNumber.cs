using System.Collections.Concurrent;
using System.Numerics;

namespace PomIsa.Kernels.Tests;

/// <summary>Fixed-point numbers of any precision, from nothing but integers: independent of the references that they check.</summary>
internal static class BigNumber
{
    private static readonly ConcurrentDictionary<int, BigInteger[]> Roots = new();

    /// <summary>arctan(1/n) · 2^bits, a few units off at most.</summary>
    public static BigInteger ArctanInverse(int n, int bits)
    {
        const int Guard = 32;
        BigInteger power = (BigInteger.One << (bits + Guard)) / n, sum = 0;
        for (int k = 1; !power.IsZero; k += 4)
        {
            sum += power / k;
            power /= n * n;
            sum -= power / (k + 2);
            power /= n * n;
        }

        return sum >> Guard;
    }

    /// <summary>x^y · 2^-k · 2^bits with 1 ≤ x^y · 2^-k &lt; 2, and k; x &gt; 0. Off by less than 2^48 units where |y log₂ x| ≤ 200.</summary>
    /// <remarks>
    /// The logarithm digit by digit: squaring a number in [1, 2) doubles its logarithm, whose next digit is 1 if the square
    /// reaches 2. The exponential likewise backwards, by square roots.
    /// </remarks>
    public static (BigInteger Value, int Exponent) Pow(float x, float y, int bits)
    {
        BigInteger product = Log2(x, bits) * Fixed(y, bits) >> bits;
        var exponent = (int)(product >> bits);
        BigInteger rest = product - ((BigInteger)exponent << bits);
        BigInteger one = BigInteger.One << bits, value = one;
        BigInteger[] roots = Roots.GetOrAdd(bits, RootsOfTwo);
        for (int digit = 1; digit <= bits; digit++)
        {
            if (!(rest >> (bits - digit)).IsEven)
            {
                value = value * roots[digit] >> bits;
            }
        }

        return (value, exponent);
    }

    private static BigInteger Log2(float x, int bits)
    {
        int exponent = Math.ILogB(x);
        int guard = bits + 64;
        BigInteger m = (BigInteger)Math.ScaleB(x, 23 - exponent) << (guard - 23), sum = exponent;
        for (int digit = 0; digit < bits; digit++)
        {
            m = m * m >> guard;
            bool carry = !(m >> (guard + 1)).IsZero;
            sum = (sum << 1) + (carry ? 1 : 0);
            m >>= carry ? 1 : 0;
        }

        return sum;
    }

    private static BigInteger Fixed(float y, int bits)
    {
        // An f32 is a multiple of 2^-149: exact from 149 bits on.
        int exponent = y == 0 ? 0 : Math.ILogB(y) - 23;
        return exponent + bits >= 0 ? (BigInteger)Math.ScaleB((double)y, -exponent) << (exponent + bits) : throw new ArgumentOutOfRangeException(nameof(bits));
    }

    /// <summary>2^(2^-i) for i from 0.</summary>
    private static BigInteger[] RootsOfTwo(int bits)
    {
        var roots = new BigInteger[bits + 1];
        roots[0] = BigInteger.One << (bits + 1);
        for (int i = 1; i <= bits; i++)
        {
            roots[i] = Sqrt(roots[i - 1] << bits);
        }

        return roots;
    }

    private static BigInteger Sqrt(BigInteger n)
    {
        BigInteger root = BigInteger.One << (int)((n.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + (n / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }
}
