using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Element-wise operations, each rounded once. Shapes: <c>a:[n], b:[n] → y:[n]</c>; f32.</summary>
/// <remarks><c>y</c> may be <c>a</c> or <c>b</c> itself; no other overlap.</remarks>
public static class Elementwise
{
    /// <summary>y = a + b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Add(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) => Zip<Sum>(a, b, y);

    /// <summary>y = a · b.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Mul(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) => Zip<Product>(a, b, y);

    private static void Zip<T>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where T : struct, IBinary
    {
        Shape.Require(a.Length == b.Length && a.Length == y.Length, "a, b and y differ in length");
        int i = 0;
        for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> left = Vector512.Create(a.Slice(i, Lanes.Count));
            Lanes.Canonical(T.Of(left, Vector512.Create(b.Slice(i, Lanes.Count)))).CopyTo(y[i..]);
        }

        if (i < y.Length)
        {
            Lanes.Store(Lanes.Canonical(T.Of(Lanes.Load(a[i..]), Lanes.Load(b[i..]))), y[i..]);
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

    private readonly struct Product : IBinary
    {
        public static Vector512<float> Of(Vector512<float> a, Vector512<float> b) => a * b;
    }
}
