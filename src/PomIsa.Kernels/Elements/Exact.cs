using System.Numerics;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Operations of one operand that give an exact or correctly rounded result (spec/numerics.md, rules 13.1 and 13.4). Shapes: <c>x:[n] → y:[n]</c>.</summary>
/// <remarks><c>y</c> may be <c>x</c> itself; no other overlap. Zeros keep their sign, where nothing else is said.</remarks>
public static class Exact
{
    /// <summary>y = −x.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Neg(ReadOnlySpan<float> x, Span<float> y) => Map<Negated>(x, y);

    /// <summary>y = |x|.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Abs(ReadOnlySpan<float> x, Span<float> y) => Map<Magnitude>(x, y);

    /// <summary>y = √x, correctly rounded; √−0 = −0; NaN below.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Sqrt(ReadOnlySpan<float> x, Span<float> y) => Map<Root>(x, y);

    /// <summary>y = the greatest whole number not above x.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Floor(ReadOnlySpan<float> x, Span<float> y) => Map<Down>(x, y);

    /// <summary>y = the least whole number not below x; −0 for what is above −1 and below 0.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Ceil(ReadOnlySpan<float> x, Span<float> y) => Map<Up>(x, y);

    /// <summary>y = the whole number nearest to x, ties to the even one.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Round(ReadOnlySpan<float> x, Span<float> y) => Map<Nearest>(x, y);

    /// <summary>y = x without its fraction.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Trunc(ReadOnlySpan<float> x, Span<float> y) => Map<TowardZero>(x, y);

    /// <summary>y = 1, −1, or +0 for both zeros.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Sign(ReadOnlySpan<float> x, Span<float> y) => Map<Signum>(x, y);

    /// <summary>y = −x; the least number stays.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Neg<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = unchecked(T.Zero - x[i]);
        }
    }

    /// <summary>y = |x|; the least number stays.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Abs<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = T.IsNegative(x[i]) ? unchecked(T.Zero - x[i]) : x[i];
        }
    }

    /// <summary>y = 1, 0 or −1.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Sign<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = T.IsNegative(x[i]) ? T.NegativeOne : T.IsZero(x[i]) ? T.Zero : T.One;
        }
    }

    private static void Map<T>(ReadOnlySpan<float> x, Span<float> y)
        where T : struct, IUnary
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        int i = 0;
        for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
        {
            Lanes.Canonical(T.Of(Vector512.Create(x.Slice(i, Lanes.Count)))).CopyTo(y[i..]);
        }

        if (i < y.Length)
        {
            Lanes.Store(Lanes.Canonical(T.Of(Lanes.Load(x[i..]))), y[i..]);
        }
    }

    private interface IUnary
    {
        static abstract Vector512<float> Of(Vector512<float> x);
    }

    private readonly struct Negated : IUnary
    {
        public static Vector512<float> Of(Vector512<float> x) => x ^ Vector512.Create(-0f);
    }

    private readonly struct Magnitude : IUnary
    {
        public static Vector512<float> Of(Vector512<float> x) => Vector512.AndNot(x, Vector512.Create(-0f));
    }

    private readonly struct Root : IUnary
    {
        public static Vector512<float> Of(Vector512<float> x) => Vector512.Sqrt(x);
    }

    private readonly struct Down : IUnary
    {
        public static Vector512<float> Of(Vector512<float> x) => Vector512.Floor(x);
    }

    private readonly struct Up : IUnary
    {
        public static Vector512<float> Of(Vector512<float> x) => Vector512.Ceiling(x);
    }

    private readonly struct Nearest : IUnary
    {
        public static Vector512<float> Of(Vector512<float> x) => Vector512.Round(x);
    }

    private readonly struct TowardZero : IUnary
    {
        public static Vector512<float> Of(Vector512<float> x) => Vector512.Truncate(x);
    }

    private readonly struct Signum : IUnary
    {
        public static Vector512<float> Of(Vector512<float> x)
        {
            Vector512<float> zero = Vector512<float>.Zero, one = Vector512<float>.One;
            Vector512<float> signed = Vector512.ConditionalSelect(Vector512.LessThan(x, zero), -one, Vector512.ConditionalSelect(Vector512.GreaterThan(x, zero), one, zero));
            return Vector512.ConditionalSelect(Vector512.Equals(x, x), signed, x);
        }
    }
}
