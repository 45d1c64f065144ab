using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Norms over rows (spec/numerics.md, rule 8).</summary>
public static class Norm
{
    /// <summary>RMS norm of each row. Shapes: <c>x:[T,D], w:[D] → y:[T,D]</c>; f32.</summary>
    /// <remarks>
    /// Squares, each rounded, sum in 16 lanes (rule 4); then y = (x · r) · w with r = 1 / √(sum / D + eps).
    /// <paramref name="y"/> may be <paramref name="x"/> itself; no other overlap.
    /// </remarks>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Rms(ReadOnlySpan<float> x, ReadOnlySpan<float> w, float eps, Span<float> y)
    {
        Shape.Require(!w.IsEmpty && x.Length == y.Length && x.Length % w.Length == 0, "x and y are not both [T,D]");
        for (int at = 0; at < x.Length; at += w.Length)
        {
            Row(x.Slice(at, w.Length), w, eps, y.Slice(at, w.Length));
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
            Row(row, w, eps, row);
            Elementwise.Add(row, b, row);
        }
    }

    private static void Row(ReadOnlySpan<float> x, ReadOnlySpan<float> w, float eps, Span<float> y)
    {
        float mean = Rows.SumOfSquares16(x) / x.Length;
        Vector512<float> r = Vector512.Create(1 / MathF.Sqrt(mean + eps));
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> value = Vector512.Create(x.Slice(i, Lanes.Count));
            Lanes.Canonical(value * r * Vector512.Create(w.Slice(i, Lanes.Count))).CopyTo(y[i..]);
        }

        if (i < x.Length)
        {
            Lanes.Store(Lanes.Canonical(Lanes.Load(x[i..]) * r * Lanes.Load(w[i..])), y[i..]);
        }
    }
}
