using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Rotary embedding from a table of cosines and sines (spec/numerics.md, rule 10).</summary>
public static class Rope
{
    /// <summary>Rotates pairs (i, i + h/2) of every head. Shapes: <c>x:[T,H,h], cos, sin:[C,h/2] → y:[T,H,h]</c>; f32.</summary>
    /// <remarks>
    /// Row t takes table row position + t. With a = x[i], b = x[i + h/2]: y[i] = a·cos − b·sin and
    /// y[i + h/2] = a·sin + b·cos, products and sum rounded each, nothing fused. <paramref name="y"/> may be
    /// <paramref name="x"/> itself; no other overlap.
    /// </remarks>
    /// <param name="heads">H, in one row.</param>
    /// <param name="headDim">h, even.</param>
    /// <param name="position">Position of the first row.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or a position lies beyond the table.</exception>
    public static void Apply(
        ReadOnlySpan<float> x, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, int heads, int headDim, int position, Span<float> y)
    {
        Shape.Require(heads > 0 && headDim > 0 && headDim % 2 == 0, "the head is not made of pairs");
        Shape.Require(x.Length == y.Length && x.Length % (heads * headDim) == 0, "x and y are not both [T,H,h]");
        int half = headDim / 2;
        int rows = x.Length / (heads * headDim);
        Shape.Require(cos.Length == sin.Length && cos.Length % half == 0, "cos and sin are not both [C,h/2]");
        Shape.Require(position >= 0 && rows <= (cos.Length / half) - position, "a position lies beyond the table");
        for (int t = 0; t < rows; t++)
        {
            ReadOnlySpan<float> c = cos.Slice((position + t) * half, half);
            ReadOnlySpan<float> s = sin.Slice((position + t) * half, half);
            for (int head = 0; head < heads; head++)
            {
                int at = ((t * heads) + head) * headDim;
                Head(x.Slice(at, half), x.Slice(at + half, half), c, s, y.Slice(at, half), y.Slice(at + half, half));
            }
        }
    }

    private static void Head(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, Span<float> first, Span<float> second)
    {
        for (int i = 0; i < a.Length; i += Lanes.Count)
        {
            Vector512<float> va = Lanes.Load(a[i..]), vb = Lanes.Load(b[i..]);
            Vector512<float> c = Lanes.Load(cos[i..]), s = Lanes.Load(sin[i..]);
            Lanes.Store(Lanes.Canonical((va * c) - (vb * s)), first[i..]);
            Lanes.Store(Lanes.Canonical((va * s) + (vb * c)), second[i..]);
        }
    }
}
