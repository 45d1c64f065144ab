using System.Numerics;

namespace PomIsa.Kernels.Reference;

/// <summary>Whole numbers of 8, 32 and 64 bits, from their exact results.</summary>
public static class Integers
{
    /// <summary>The low bits of an exact result, as a number with a sign.</summary>
    public static long Wrap(BigInteger exact, int bits)
    {
        BigInteger modulus = BigInteger.One << bits, low = ((exact % modulus) + modulus) % modulus;
        return (long)(low >= modulus / 2 ? low - modulus : low);
    }

    /// <summary>a / b toward zero.</summary>
    public static BigInteger Divide(BigInteger a, BigInteger b)
    {
        BigInteger magnitude = BigInteger.Abs(a) / BigInteger.Abs(b);
        return a.Sign * b.Sign < 0 ? -magnitude : magnitude;
    }

    /// <summary>a less b times their quotient.</summary>
    public static BigInteger Remainder(BigInteger a, BigInteger b) => a - (b * Divide(a, b));
}
