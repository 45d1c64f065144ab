using System.Numerics;

namespace PomIsa.Kernels;

/// <summary>Division of whole numbers and remainders (spec/numerics.md, rules 13.2 and 13.3). Shapes: <c>a:[n], b:[n] → y:[n]</c>, or b one value for all.</summary>
/// <remarks>Quotients go toward zero, so a remainder has the sign of a. <c>y</c> may be <c>a</c> or <c>b</c> itself; no other overlap.</remarks>
public static class Quotients
{
    /// <summary>y = a / b toward zero; the least number divided by −1 wraps to itself.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    /// <exception cref="DivideByZeroException">A divisor is zero.</exception>
    public static void Div<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
    {
        Shape.Require(a.Length == b.Length && a.Length == y.Length, "a, b and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Div(a[i], b[i]);
        }
    }

    /// <inheritdoc cref="Div{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void Div<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
    {
        Shape.Require(a.Length == y.Length, "a and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Div(a[i], b);
        }
    }

    /// <summary>y = a − b · (a / b toward zero); the least number and −1 give 0.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    /// <exception cref="DivideByZeroException">A divisor is zero.</exception>
    public static void Rem<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
    {
        Shape.Require(a.Length == b.Length && a.Length == y.Length, "a, b and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Rem(a[i], b[i]);
        }
    }

    /// <inheritdoc cref="Rem{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void Rem<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
    {
        Shape.Require(a.Length == y.Length, "a and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Rem(a[i], b);
        }
    }

    /// <summary>y = a − b · trunc(a / b), exact, with the sign of a; f32.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Rem(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        Shape.Require(a.Length == b.Length && a.Length == y.Length, "a, b and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Rem(a[i], b[i]);
        }
    }

    /// <inheritdoc cref="Rem(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public static void Rem(ReadOnlySpan<float> a, float b, Span<float> y)
    {
        Shape.Require(a.Length == y.Length, "a and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Rem(a[i], b);
        }
    }

    // The processor refuses the least number by -1, in a division as in a remainder.
    private static T Div<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => b == T.NegativeOne ? unchecked(T.Zero - a) : a / b;

    private static T Rem<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => b == T.NegativeOne ? T.Zero : a % b;

    /// <summary>The remainder of one pair.</summary>
    /// <remarks>
    /// In f64, with magnitudes of 24 bits. Where x / m is below 2^28 it is at least 2^-24 below the whole number above it, relative to m,
    /// or on it, so the rounded quotient has the right whole part q; q · m has 52 bits and x − q · m is exact. A greater
    /// quotient is taken off in steps, m being b times a power of two.
    /// </remarks>
    private static float Rem(float a, float b)
    {
        if (!float.IsFinite(a) || float.IsNaN(b) || b == 0)
        {
            return BitConverter.UInt32BitsToSingle(Lanes.CanonicalNaN);
        }

        double x = Math.Abs((double)a), divisor = Math.Abs((double)b);
        while (x >= divisor && double.IsFinite(divisor))
        {
            int apart = Math.Max(Exponent(x) - Exponent(divisor) - 27, 0);
            double m = divisor * BitConverter.Int64BitsToDouble((1023L + apart) << 52);
            x -= Math.Truncate(x / m) * m;
        }

        return MathF.CopySign((float)x, a);
    }

    /// <summary>Of a value that is normal in f64, as every f32 but 0 is.</summary>
    private static int Exponent(double x) => (int)(BitConverter.DoubleToInt64Bits(x) >> 52);
}
