using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Comparisons: 1 where they hold, else 0 (spec/numerics.md, rule 13.5). Shapes: <c>a:[n], b:[n] → y:[n]</c>, or b one value for all; f32, i32, i64 → bool.</summary>
/// <remarks>With a NaN only "not equal" holds; −0 equals +0. No overlap.</remarks>
public static class Comparison
{
    /// <summary>y = a = b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Equal<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsEqual>(a, b, y);

    /// <inheritdoc cref="Equal{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{byte})"/>
    public static void Equal<T>(ReadOnlySpan<T> a, T b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsEqual>(a, b, y);

    /// <summary>y = a ≠ b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void NotEqual<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsNotEqual>(a, b, y);

    /// <inheritdoc cref="NotEqual{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{byte})"/>
    public static void NotEqual<T>(ReadOnlySpan<T> a, T b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsNotEqual>(a, b, y);

    /// <summary>y = a &lt; b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Less<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsLess>(a, b, y);

    /// <inheritdoc cref="Less{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{byte})"/>
    public static void Less<T>(ReadOnlySpan<T> a, T b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsLess>(a, b, y);

    /// <summary>y = a ≤ b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void LessOrEqual<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsLessOrEqual>(a, b, y);

    /// <inheritdoc cref="LessOrEqual{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{byte})"/>
    public static void LessOrEqual<T>(ReadOnlySpan<T> a, T b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsLessOrEqual>(a, b, y);

    /// <summary>y = a > b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Greater<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsGreater>(a, b, y);

    /// <inheritdoc cref="Greater{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{byte})"/>
    public static void Greater<T>(ReadOnlySpan<T> a, T b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsGreater>(a, b, y);

    /// <summary>y = a ≥ b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void GreaterOrEqual<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsGreaterOrEqual>(a, b, y);

    /// <inheritdoc cref="GreaterOrEqual{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, Span{byte})"/>
    public static void GreaterOrEqual<T>(ReadOnlySpan<T> a, T b, Span<byte> y)
        where T : unmanaged, INumber<T> => Zip<T, IsGreaterOrEqual>(a, b, y);

    private static void Zip<T, TComparison>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<byte> y)
        where T : unmanaged, INumber<T>
        where TComparison : struct, IComparison
    {
        Shape.Require(a.Length == b.Length && a.Length == y.Length, "a, b and y differ in length");
        int i = 0;
        for (; i <= y.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            Store(TComparison.Of(Vector512.Create(a.Slice(i, Vector512<T>.Count)), Vector512.Create(b.Slice(i, Vector512<T>.Count))), y[i..]);
        }

        for (; i < y.Length; i++)
        {
            y[i] = TComparison.Of(a[i], b[i]) ? (byte)1 : (byte)0;
        }
    }

    private static void Zip<T, TComparison>(ReadOnlySpan<T> a, T b, Span<byte> y)
        where T : unmanaged, INumber<T>
        where TComparison : struct, IComparison
    {
        Shape.Require(a.Length == y.Length, "a and y differ in length");
        Vector512<T> right = Vector512.Create(b);
        int i = 0;
        for (; i <= y.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            Store(TComparison.Of(Vector512.Create(a.Slice(i, Vector512<T>.Count)), right), y[i..]);
        }

        for (; i < y.Length; i++)
        {
            y[i] = TComparison.Of(a[i], b) ? (byte)1 : (byte)0;
        }
    }

    /// <summary>A byte of 0 or 1 for each lane, eight at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector512<T> lanes, Span<byte> y)
    {
        ulong mask = lanes.ExtractMostSignificantBits();
        for (int j = 0; j < Vector512<T>.Count; j += 8)
        {
            // Byte j keeps bit j; adding 0x80 less that bit carries it, and nothing else, to the top of its byte.
            ulong bits = ((mask >> j) & 0xff) * 0x0101010101010101 & 0x8040201008040201;
            MemoryMarshal.Write(y[j..], ((bits + 0x00406070787c7e7f) >> 7) & 0x0101010101010101);
        }
    }

    private interface IComparison
    {
        static abstract Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b);

        static abstract bool Of<T>(T a, T b)
            where T : INumber<T>;
    }

    private readonly struct IsEqual : IComparison
    {
        public static Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b) => Vector512.Equals(a, b);

        public static bool Of<T>(T a, T b)
            where T : INumber<T> => a == b;
    }

    private readonly struct IsNotEqual : IComparison
    {
        public static Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b) => ~Vector512.Equals(a, b);

        public static bool Of<T>(T a, T b)
            where T : INumber<T> => a != b;
    }

    private readonly struct IsLess : IComparison
    {
        public static Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b) => Vector512.LessThan(a, b);

        public static bool Of<T>(T a, T b)
            where T : INumber<T> => a < b;
    }

    private readonly struct IsLessOrEqual : IComparison
    {
        public static Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b) => Vector512.LessThanOrEqual(a, b);

        public static bool Of<T>(T a, T b)
            where T : INumber<T> => a <= b;
    }

    private readonly struct IsGreater : IComparison
    {
        public static Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b) => Vector512.GreaterThan(a, b);

        public static bool Of<T>(T a, T b)
            where T : INumber<T> => a > b;
    }

    private readonly struct IsGreaterOrEqual : IComparison
    {
        public static Vector512<T> Of<T>(Vector512<T> a, Vector512<T> b) => Vector512.GreaterThanOrEqual(a, b);

        public static bool Of<T>(T a, T b)
            where T : INumber<T> => a >= b;
    }
}
