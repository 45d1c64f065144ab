using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Element-wise operations, each rounded once. Shapes: <c>a:[n], b:[n] → y:[n]</c>, or b one value for all; f32.</summary>
/// <remarks><c>y</c> may be <c>a</c> or <c>b</c> itself; no other overlap.</remarks>
public static class Elementwise
{
    /// <summary>Elements of <see cref="SwiGlu"/> that are in flight between its two passes.</summary>
    private const int Chunk = 512;

    /// <summary>y = a + b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Add(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) => Zip<Sum>(a, b, y);

    /// <inheritdoc cref="Add(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public static void Add(ReadOnlySpan<float> a, float b, Span<float> y) => Zip<Sum>(a, b, y);

    /// <summary>y = a − b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Sub(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) => Zip<Difference>(a, b, y);

    /// <inheritdoc cref="Sub(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public static void Sub(ReadOnlySpan<float> a, float b, Span<float> y) => Zip<Difference>(a, b, y);

    /// <summary>y = a · b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Mul(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) => Zip<Product>(a, b, y);

    /// <inheritdoc cref="Mul(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public static void Mul(ReadOnlySpan<float> a, float b, Span<float> y) => Zip<Product>(a, b, y);

    /// <summary>y = a / b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Div(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) => Zip<Quotient>(a, b, y);

    /// <inheritdoc cref="Div(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public static void Div(ReadOnlySpan<float> a, float b, Span<float> y) => Zip<Quotient>(a, b, y);

    /// <summary>y = the smaller of a and b; NaN if either is; −0 is smaller than +0.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Min(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) => Zip<Lesser>(a, b, y);

    /// <inheritdoc cref="Min(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public static void Min(ReadOnlySpan<float> a, float b, Span<float> y) => Zip<Lesser>(a, b, y);

    /// <summary>y = the greater of a and b; NaN if either is; +0 is greater than −0.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Max(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) => Zip<Greater>(a, b, y);

    /// <inheritdoc cref="Max(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float})"/>
    public static void Max(ReadOnlySpan<float> a, float b, Span<float> y) => Zip<Greater>(a, b, y);

    /// <summary>y = silu(gate) · up: silu rounded, then the product. One pass; the bits of the two operations.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    [SkipLocalsInit]
    public static void SwiGlu(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        Shape.Require(gate.Length == up.Length && gate.Length == y.Length, "gate, up and y differ in length");
        Span<float> silu = stackalloc float[Chunk];
        int most = Vector512.IsHardwareAccelerated ? Lanes.Count : Chunk;
        for (int at = 0; (at = Gate(gate, up, y, at)) < y.Length;)
        {
            int count = Math.Min(most, y.Length - at);
            Elementary.Silu(gate.Slice(at, count), silu[..count]);
            Mul(silu[..count], up.Slice(at, count), y.Slice(at, count));
            at += count;
        }
    }

    /// <summary>The same from one place on, 16 at a time, as long as no value needs a closer look; gives the place of the first that are left.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe int Gate(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y, int at)
    {
        fixed (float* pg = gate, pu = up, py = y)
        {
            for (; at <= y.Length - Lanes.Count; at += Lanes.Count)
            {
                Vector512<float> factor = Vector512.Load(pu + at); // before y is written, which may be up
                if (!Elementary.TrySilu16(pg + at, py + at))
                {
                    break;
                }

                Lanes.Canonical(Vector512.Load(py + at) * factor).Store(py + at);
            }
        }

        return at;
    }

    private static unsafe void Zip<T>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where T : struct, IBinary
    {
        Shape.Require(a.Length == b.Length && a.Length == y.Length, "a, b and y differ in length");
        int i = 0;
        fixed (float* pa = a, pb = b, py = y)
        {
            // By pointers: code that is compiled before it runs calls the library for each vector of a span.
            for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
            {
                Lanes.Canonical(T.Of(Vector512.Load(pa + i), Vector512.Load(pb + i))).Store(py + i);
            }
        }

        if (i < y.Length)
        {
            Lanes.Store(Lanes.Canonical(T.Of(Lanes.Load(a[i..]), Lanes.Load(b[i..]))), y[i..]);
        }
    }

    private static unsafe void Zip<T>(ReadOnlySpan<float> a, float b, Span<float> y)
        where T : struct, IBinary
    {
        Shape.Require(a.Length == y.Length, "a and y differ in length");
        Vector512<float> right = Vector512.Create(b);
        int i = 0;
        fixed (float* pa = a, py = y)
        {
            for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
            {
                Lanes.Canonical(T.Of(Vector512.Load(pa + i), right)).Store(py + i);
            }
        }

        if (i < y.Length)
        {
            Lanes.Store(Lanes.Canonical(T.Of(Lanes.Load(a[i..]), Vector512.Create(b))), y[i..]);
        }
    }

    private interface IBinary
    {
        static abstract Vector512<float> Of(Vector512<float> a, Vector512<float> b);
    }

    private readonly struct Sum : IBinary
    {
        public static Vector512<float> Of(Vector512<float> a, Vector512<float> b) => a + b;
    }

    private readonly struct Difference : IBinary
    {
        public static Vector512<float> Of(Vector512<float> a, Vector512<float> b) => a - b;
    }

    private readonly struct Product : IBinary
    {
        public static Vector512<float> Of(Vector512<float> a, Vector512<float> b) => a * b;
    }

    private readonly struct Quotient : IBinary
    {
        public static Vector512<float> Of(Vector512<float> a, Vector512<float> b) => a / b;
    }

    // Equal values have equal bits but for zeros, where "or" leaves the minus and "and" takes it off.
    private readonly struct Lesser : IBinary
    {
        public static Vector512<float> Of(Vector512<float> a, Vector512<float> b) =>
            Ordered(a, b, Vector512.ConditionalSelect(Vector512.Equals(a, b), a | b, Vector512.ConditionalSelect(Vector512.LessThan(a, b), a, b)));
    }

    private readonly struct Greater : IBinary
    {
        public static Vector512<float> Of(Vector512<float> a, Vector512<float> b) =>
            Ordered(a, b, Vector512.ConditionalSelect(Vector512.Equals(a, b), a & b, Vector512.ConditionalSelect(Vector512.GreaterThan(a, b), a, b)));
    }

    /// <summary>The chosen value where both are numbers, NaN elsewhere.</summary>
    private static Vector512<float> Ordered(Vector512<float> a, Vector512<float> b, Vector512<float> chosen) =>
        Vector512.ConditionalSelect(Vector512.Equals(a, a) & Vector512.Equals(b, b), chosen, Vector512.Create(float.NaN));
}
