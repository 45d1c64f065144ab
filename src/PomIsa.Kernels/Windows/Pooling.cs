using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>The greatest and the mean of a moving window (spec/numerics.md, rules 10.3 and 10.4). Shapes: <c>x:[N,H,W] → y:[N,P,Q]</c>; f32, N planes.</summary>
/// <remarks>Rows of windows, n·P + p, from <c>from</c> to <c>to</c> (exclusive) are written, so that workers can share one call. No overlap.</remarks>
public static unsafe class Pooling
{
    /// <summary>The greatest value of each window inside the plane, NaN if there is one; −inf where the window lies outside altogether.</summary>
    /// <param name="planes">N.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or the range is not within N·P.</exception>
    public static void Max(ReadOnlySpan<float> x, Span<float> y, int planes, in Window window, int from, int to)
    {
        Check(x.Length, y.Length, planes, window, from, to);
        int width = window.OutWidth, size = window.Height * window.Width;
        float* lanes = stackalloc float[Lanes.Count];
        fixed (float* px = x, py = y)
        {
            for (int row = from; row < to; row++)
            {
                float* plane = px + ((nint)(row / window.OutHeight) * size), into = py + ((nint)row * width);
                int p = row % window.OutHeight;
                for (int q = 0; q < width; q += Lanes.Count)
                {
                    int count = Math.Min(Lanes.Count, width - q);
                    Lanes.Store(Lanes.Canonical(Greatest(window, plane, p, q, count, lanes)), new Span<float>(into + q, count));
                }
            }
        }
    }

    /// <summary>The mean of each window's positions inside the plane: their sum by rule 3.1, over their number or that of all positions.</summary>
    /// <param name="planes">N.</param>
    /// <param name="countPad">Whether positions outside the plane count in the divisor.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or the range is not within N·P.</exception>
    [SkipLocalsInit]
    public static void Mean(ReadOnlySpan<float> x, Span<float> y, int planes, in Window window, bool countPad, int from, int to)
    {
        Check(x.Length, y.Length, planes, window, from, to);
        int width = window.OutWidth, size = window.Height * window.Width;
        fixed (float* px = x, py = y)
        {
            for (int row = from; row < to; row++)
            {
                float* plane = px + ((nint)(row / window.OutHeight) * size), into = py + ((nint)row * width);
                int p = row % window.OutHeight;
                for (int q = 0; q < width;)
                {
                    int count = Math.Min(Lanes.Count, width - q);
                    bool whole = count == Lanes.Count && IsInside(window, q, q + count - 1);
                    count = whole ? count : 1;
                    Lanes.Store(Mean(window, plane, p, q, count, countPad), new Span<float>(into + q, count));
                    q += count;
                }
            }
        }
    }

    /// <summary>The greatest values of some neighbouring windows; −inf stands for a position outside, which changes none.</summary>
    private static Vector512<float> Greatest(in Window window, float* plane, int p, int q, int count, float* lanes)
    {
        Vector512<float> greatest = Vector512.Create(float.NegativeInfinity);
        for (int r = 0; r < window.KernelHeight; r++)
        {
            int row = window.Row(p, r);
            for (int s = 0; row >= 0 && row < window.Height && s < window.KernelWidth; s++)
            {
                window.Read(plane, row, window.Column(q, s), count, float.NegativeInfinity, lanes);
                greatest = Vector512.Max(greatest, Vector512.Load(lanes));
            }
        }

        return greatest;
    }

    /// <summary>Means of some neighbouring windows that have the same columns inside the plane, side by side: each has 16 lanes of its own.</summary>
    [SkipLocalsInit]
    private static Vector512<float> Mean(in Window window, float* plane, int p, int q, int count, bool countPad)
    {
        float* sums = stackalloc float[Lanes.Count * Lanes.Count];
        float* lanes = stackalloc float[Lanes.Count];
        new Span<float>(sums, Lanes.Count * Lanes.Count).Clear();
        new Span<float>(lanes, Lanes.Count).Clear();
        int positions = 0;
        for (int r = 0; r < window.KernelHeight; r++)
        {
            int row = window.Row(p, r);
            for (int s = 0; row >= 0 && row < window.Height && s < window.KernelWidth; s++)
            {
                int column = window.Column(q, s);
                if (column < 0 || column >= window.Width)
                {
                    continue;
                }

                window.Read(plane, row, column, count, 0, lanes);
                float* lane = sums + (positions++ % Lanes.Count * Lanes.Count);
                (Vector512.Load(lane) + Vector512.Load(lanes)).Store(lane);
            }
        }

        for (int s = Lanes.Count / 2; s >= 1; s /= 2)
        {
            for (int j = 0; j < s; j++)
            {
                float* lane = sums + (j * Lanes.Count);
                (Vector512.Load(lane) + Vector512.Load(lane + (s * Lanes.Count))).Store(lane);
            }
        }

        float divisor = countPad ? (float)((long)window.KernelHeight * window.KernelWidth) : positions;
        return Lanes.Canonical(Vector512.Load(sums) / Vector512.Create(divisor));
    }

    /// <summary>Whether the windows from column q to column last have all of their columns inside the plane.</summary>
    private static bool IsInside(in Window window, int q, int last) =>
        window.Column(q, 0) >= 0 && window.Column(last, window.KernelWidth - 1) < window.Width;

    private static void Check(int x, int y, int planes, in Window window, int from, int to)
    {
        window.Check();
        Shape.Require(x == (long)planes * window.Height * window.Width, "x is not [N,H,W]");
        Shape.Require(y == (long)planes * window.OutHeight * window.OutWidth, "y is not [N,P,Q]");
        Shape.RequireRange(from, to, checked(planes * window.OutHeight));
    }
}
