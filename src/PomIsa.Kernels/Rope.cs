using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Rotary embedding from a table of cosines and sines (spec/numerics.md, rule 10).</summary>
public static unsafe class Rope
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
        fixed (float* px = x, pc = cos, ps = sin, py = y)
        {
            float* from = px, to = py;
            for (int t = 0; t < rows; t++)
            {
                nint angles = (nint)(position + t) * half;
                for (int head = 0; head < heads; head++, from += headDim, to += headDim)
                {
                    Head(from, pc + angles, ps + angles, to, half);
                }
            }
        }
    }

    private static void Head(float* x, float* cos, float* sin, float* y, int half)
    {
        int i = 0;
        for (; i <= half - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> a = Vector512.Load(x + i), b = Vector512.Load(x + half + i);
            Vector512<float> c = Vector512.Load(cos + i), s = Vector512.Load(sin + i);
            Lanes.Canonical((a * c) - (b * s)).Store(y + i);
            Lanes.Canonical((a * s) + (b * c)).Store(y + half + i);
        }

        for (; i < half; i++)
        {
            float a = x[i], b = x[half + i];
            y[i] = Lanes.Canonical((a * cos[i]) - (b * sin[i]));
            y[half + i] = Lanes.Canonical((a * sin[i]) + (b * cos[i]));
        }
    }
}
