using System.Numerics;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Whole-number arithmetic of two operands that wraps (spec/numerics.md, rule 13.1). Shapes: <c>a:[n], b:[n] → y:[n]</c>, or b one value for all; i32, i64.</summary>
/// <remarks><c>y</c> may be <c>a</c> or <c>b</c> itself; no other overlap.</remarks>
public static class Integers
{
    /// <summary>y = a + b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Add<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => Zip<T, Sum<T>>(a, b, y);

    /// <inheritdoc cref="Add{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void Add<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => Zip<T, Sum<T>>(a, b, y);

    /// <summary>y = a − b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Sub<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => Zip<T, Difference<T>>(a, b, y);

    /// <inheritdoc cref="Sub{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void Sub<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => Zip<T, Difference<T>>(a, b, y);

    /// <summary>y = a · b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Mul<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => Zip<T, Product<T>>(a, b, y);

    /// <inheritdoc cref="Mul{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void Mul<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => Zip<T, Product<T>>(a, b, y);

    /// <summary>y = the smaller of a and b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Min<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => Zip<T, Lesser<T>>(a, b, y);

    /// <inheritdoc cref="Min{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void Min<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => Zip<T, Lesser<T>>(a, b, y);

    /// <summary>y = the greater of a and b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Max<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => Zip<T, Greater<T>>(a, b, y);

    /// <inheritdoc cref="Max{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void Max<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T> => Zip<T, Greater<T>>(a, b, y);

    private static void Zip<T, TOperation>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged
        where TOperation : IBinary<T>
    {
        Shape.Require(a.Length == b.Length && a.Length == y.Length, "a, b and y differ in length");
        int i = 0;
        for (; i <= y.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            TOperation.Of(Vector512.Create(a.Slice(i, Vector512<T>.Count)), Vector512.Create(b.Slice(i, Vector512<T>.Count))).CopyTo(y[i..]);
        }

        for (; i < y.Length; i++)
        {
            y[i] = TOperation.Of(a[i], b[i]);
        }
    }

    private static void Zip<T, TOperation>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged
        where TOperation : IBinary<T>
    {
        Shape.Require(a.Length == y.Length, "a and y differ in length");
        Vector512<T> right = Vector512.Create(b);
        int i = 0;
        for (; i <= y.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            TOperation.Of(Vector512.Create(a.Slice(i, Vector512<T>.Count)), right).CopyTo(y[i..]);
        }

        for (; i < y.Length; i++)
        {
            y[i] = TOperation.Of(a[i], b);
        }
    }

    private interface IBinary<T>
    {
        static abstract Vector512<T> Of(Vector512<T> a, Vector512<T> b);

        static abstract T Of(T a, T b);
    }

    private readonly struct Sum<T> : IBinary<T>
        where T : INumber<T>
    {
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a + b;

        public static T Of(T a, T b) => unchecked(a + b);
    }

    private readonly struct Difference<T> : IBinary<T>
        where T : INumber<T>
    {
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a - b;

        public static T Of(T a, T b) => unchecked(a - b);
    }

    private readonly struct Product<T> : IBinary<T>
        where T : INumber<T>
    {
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a * b;

        public static T Of(T a, T b) => unchecked(a * b);
    }

    private readonly struct Lesser<T> : IBinary<T>
        where T : INumber<T>
    {
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.Min(a, b);

        public static T Of(T a, T b) => a < b ? a : b;
    }

    private readonly struct Greater<T> : IBinary<T>
        where T : INumber<T>
    {
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);

        public static T Of(T a, T b) => a > b ? a : b;
    }
}
