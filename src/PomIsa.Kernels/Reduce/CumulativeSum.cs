using System.Numerics;

namespace PomIsa.Kernels;

/// <summary>Running sums (spec/numerics.md, rule 9.3).</summary>
public static class CumulativeSum
{
    /// <summary>Rows at a time: each sum waits for the one before it, so several rows fill the time.</summary>
    private const int Together = 4;

    /// <summary>y[t,0] = x[t,0], y[t,i] = y[t,i−1] + x[t,i]. Shapes: <c>x:[T,D] → y:[T,D]</c>; f32, each sum rounded, or wrapping integers.</summary>
    /// <remarks><paramref name="y"/> may be <paramref name="x"/> itself; no other overlap.</remarks>
    /// <param name="columns">D.</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Rows<T>(ReadOnlySpan<T> x, int columns, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        Shape.Require(x.Length == y.Length && (columns == 0 ? x.IsEmpty : x.Length % columns == 0), "x and y are not both [T,D]");
        if (columns == 0)
        {
            return;
        }

        int at = 0;
        for (; at <= x.Length - (Together * columns); at += Together * columns)
        {
            Four(x.Slice(at, Together * columns), columns, y.Slice(at, Together * columns));
        }

        for (; at < x.Length; at += columns)
        {
            T sum = Canonical(x[at]);
            y[at] = sum;
            for (int i = at + 1; i < at + columns; i++)
            {
                y[i] = sum = Canonical(unchecked(sum + x[i]));
            }
        }
    }

    private static void Four<T>(ReadOnlySpan<T> x, int columns, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        T a = Canonical(x[0]), b = Canonical(x[columns]), c = Canonical(x[2 * columns]), d = Canonical(x[3 * columns]);
        (y[0], y[columns], y[2 * columns], y[3 * columns]) = (a, b, c, d);
        for (int i = 1; i < columns; i++)
        {
            y[i] = a = Canonical(unchecked(a + x[i]));
            y[columns + i] = b = Canonical(unchecked(b + x[columns + i]));
            y[(2 * columns) + i] = c = Canonical(unchecked(c + x[(2 * columns) + i]));
            y[(3 * columns) + i] = d = Canonical(unchecked(d + x[(3 * columns) + i]));
        }
    }

    private static T Canonical<T>(T x)
        where T : unmanaged, INumber<T> => T.IsNaN(x) ? T.CreateTruncating(Lanes.Canonical(float.NaN)) : x;
}
