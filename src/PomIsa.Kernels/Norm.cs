using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Norms over rows (spec/numerics.md, rule 8).</summary>
public static unsafe class Norm
{
    private const int Together = 4;

    /// <summary>RMS norm of each row. Shapes: <c>x:[T,D], w:[D] → y:[T,D]</c>; f32.</summary>
    /// <remarks>
    /// Squares, each rounded, sum in 16 lanes (rule 4); then y = (x · r) · w with r = 1 / √(sum / D + eps).
    /// <paramref name="y"/> may be <paramref name="x"/> itself; no other overlap.
    /// </remarks>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Rms(ReadOnlySpan<float> x, ReadOnlySpan<float> w, float eps, Span<float> y)
    {
        Shape.Require(!w.IsEmpty && x.Length == y.Length && x.Length % w.Length == 0, "x and y are not both [T,D]");
        int columns = w.Length, rows = x.Length / columns;
        fixed (float* px = x, pw = w, py = y)
        {
            float* sums = stackalloc float[Together];
            for (int row = 0; row < rows; row += Together)
            {
                nint at = (nint)row * columns;
                int count = Math.Min(Together, rows - row);
                SumsOfSquares(px + at, columns, count, sums);
                for (int i = 0; i < count; i++, at += columns)
                {
                    Row(px + at, columns, sums[i], pw, eps, py + at);
                }
            }
        }
    }

    /// <summary>Layer norm of each row. Shapes: <c>x:[T,D], w:[D], b:[D] → y:[T,D]</c>; f32.</summary>
    /// <remarks>
    /// m = sum / D in 16 lanes (rule 4); c = x − m; then y = ((c · r) · w) + b with r = 1 / √(sum of c·c / D + eps), the
    /// sum again in 16 lanes. <paramref name="y"/> may be <paramref name="x"/> itself; no other overlap.
    /// </remarks>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Layer(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> b, float eps, Span<float> y)
    {
        Shape.Require(!w.IsEmpty && x.Length == y.Length && x.Length % w.Length == 0, "x and y are not both [T,D]");
        Shape.Require(w.Length == b.Length, "w and b are not both [D]");
        for (int at = 0; at < x.Length; at += w.Length)
        {
            Span<float> row = y.Slice(at, w.Length);
            Elementwise.Sub(x.Slice(at, w.Length), Rows.Sum16(x.Slice(at, w.Length)) / w.Length, row);
            Rms(row, w, eps, row);
            Elementwise.Add(row, b, row);
        }
    }

    /// <summary>One row, given the sum of its squares.</summary>
    private static void Row(float* x, int columns, float sum, float* w, float eps, float* y)
    {
        float factor = 1 / MathF.Sqrt((sum / columns) + eps);
        Vector512<float> r = Vector512.Create(factor);
        int i = 0;
        for (; i <= columns - Lanes.Count; i += Lanes.Count)
        {
            Lanes.Canonical(Vector512.Load(x + i) * r * Vector512.Load(w + i)).Store(y + i);
        }

        for (; i < columns; i++)
        {
            y[i] = Lanes.Canonical(x[i] * factor * w[i]);
        }
    }

    /// <summary>The sums of squares of some rows, as <see cref="Rows.SumOfSquares16"/>: a sum waits for each addition, so four go on side by side.</summary>
    private static void SumsOfSquares(float* x, int columns, int count, float* sums)
    {
        if (count < Together)
        {
            for (int row = 0; row < count; row++)
            {
                sums[row] = Rows.SumOfSquares16(new ReadOnlySpan<float>(x + ((nint)row * columns), columns));
            }

            return;
        }

        Vector512<float> a = default, b = default, c = default, d = default;
        float* x1 = x + columns, x2 = x1 + columns, x3 = x2 + columns;
        int i = 0;
        for (; i <= columns - Lanes.Count; i += Lanes.Count)
        {
            a += Square(x + i);
            b += Square(x1 + i);
            c += Square(x2 + i);
            d += Square(x3 + i);
        }

        if (i < columns)
        {
            // +0 in the lanes beyond a row changes no sum of squares.
            float* rest = stackalloc float[Together * Lanes.Count];
            new Span<float>(rest, Together * Lanes.Count).Clear();
            for (int row = 0; row < Together; row++)
            {
                new ReadOnlySpan<float>(x + ((nint)row * columns) + i, columns - i).CopyTo(new Span<float>(rest + (row * Lanes.Count), Lanes.Count));
            }

            a += Square(rest);
            b += Square(rest + Lanes.Count);
            c += Square(rest + (2 * Lanes.Count));
            d += Square(rest + (3 * Lanes.Count));
        }

        sums[0] = Rows.Fold(a);
        sums[1] = Rows.Fold(b);
        sums[2] = Rows.Fold(c);
        sums[3] = Rows.Fold(d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Square(float* x)
    {
        Vector512<float> value = Vector512.Load(x);
        return value * value;
    }
}
