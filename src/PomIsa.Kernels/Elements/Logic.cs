using System.Numerics;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Logic (spec/numerics.md, rule 13.6): bit by bit for whole numbers, and of truth values. Shapes: <c>a:[n], b:[n] → y:[n]</c>, or b one value for all; i32, i64, bool.</summary>
/// <remarks>
/// A byte other than 0 is a truth value of 1; results are 0 or 1. Whole numbers are the instances of <c>int</c> and <c>long</c>,
/// truth values those of <c>byte</c>. <c>y</c> may be <c>a</c> or <c>b</c> itself; no other overlap.
/// </remarks>
public static class Logic
{
    /// <summary>y = a and b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void And<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Zip<T, Both>(a, b, y);

    /// <inheritdoc cref="And{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void And<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Zip<T, Both>(a, b, y);

    /// <summary>y = a or b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Or<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Zip<T, Either>(a, b, y);

    /// <inheritdoc cref="Or{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void Or<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Zip<T, Either>(a, b, y);

    /// <summary>y = either a or b, not both.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Xor<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Zip<T, One>(a, b, y);

    /// <inheritdoc cref="Xor{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void Xor<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Zip<T, One>(a, b, y);

    /// <summary>y = a and b are both or neither: equality of truth values.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Same<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Zip<T, Alike>(a, b, y);

    /// <inheritdoc cref="Same{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void Same<T>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Zip<T, Alike>(a, b, y);

    /// <summary>y = not x.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Not<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T> => Zip<T, Alike>(x, T.Zero, y);

    private static void Zip<T, TOperation>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
        where TOperation : struct, ILogic
    {
        Shape.Require(a.Length == b.Length && a.Length == y.Length, "a, b and y differ in length");
        int i = 0;
        for (; i <= y.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            Of<T, TOperation>(Vector512.Create(a.Slice(i, Vector512<T>.Count)), Vector512.Create(b.Slice(i, Vector512<T>.Count))).CopyTo(y[i..]);
        }

        for (; i < y.Length; i++)
        {
            y[i] = Of<T, TOperation>(a[i], b[i]);
        }
    }

    private static void Zip<T, TOperation>(ReadOnlySpan<T> a, T b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
        where TOperation : struct, ILogic
    {
        Shape.Require(a.Length == y.Length, "a and y differ in length");
        Vector512<T> right = Vector512.Create(b);
        int i = 0;
        for (; i <= y.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            Of<T, TOperation>(Vector512.Create(a.Slice(i, Vector512<T>.Count)), right).CopyTo(y[i..]);
        }

        for (; i < y.Length; i++)
        {
            y[i] = Of<T, TOperation>(a[i], b);
        }
    }

    // Truth values become all ones or all zeros, and 0 or 1 again.
    private static Vector512<T> Of<T, TOperation>(Vector512<T> a, Vector512<T> b)
        where T : unmanaged
        where TOperation : struct, ILogic
    {
        if (typeof(T) == typeof(byte))
        {
            Vector512<T> zero = Vector512<T>.Zero;
            return TOperation.Of(~Vector512.Equals(a, zero), ~Vector512.Equals(b, zero)) & Vector512<T>.One;
        }

        return TOperation.Of(a, b);
    }

    private static T Of<T, TOperation>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>
        where TOperation : struct, ILogic => typeof(T) == typeof(byte)
            ? TOperation.Of(T.IsZero(a) ? T.Zero : ~T.Zero, T.IsZero(b) ? T.Zero : ~T.Zero) & T.One
            : TOperation.Of(a, b);

    private interface ILogic
    {
        static abstract Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b);

        static abstract T Of<T>(T a, T b)
            where T : IBinaryInteger<T>;
    }

    private readonly struct Both : ILogic
    {
        public static Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b) => a & b;

        public static T Of<T>(T a, T b)
            where T : IBinaryInteger<T> => a & b;
    }

    private readonly struct Either : ILogic
    {
        public static Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b) => a | b;

        public static T Of<T>(T a, T b)
            where T : IBinaryInteger<T> => a | b;
    }

    private readonly struct One : ILogic
    {
        public static Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b) => a ^ b;

        public static T Of<T>(T a, T b)
            where T : IBinaryInteger<T> => a ^ b;
    }

    private readonly struct Alike : ILogic
    {
        public static Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b) => ~(a ^ b);

        public static T Of<T>(T a, T b)
            where T : IBinaryInteger<T> => ~(a ^ b);
    }
}
