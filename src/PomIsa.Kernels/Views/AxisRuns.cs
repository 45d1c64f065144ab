namespace PomIsa.Kernels;

/// <summary>Parts of a tensor along one axis. Shapes: <c>x:[outer, d, inner]</c>, <c>inner</c> in bytes; bits are copied. No overlap.</summary>
/// <remarks><c>outer</c> and <c>inner</c> stand for all axes before and behind the one that is cut.</remarks>
public static class AxisRuns
{
    /// <summary><c>y:[outer, count, inner]</c>: y[o, i, :] = x[o, start + i · step, :].</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or an index is beyond the axis.</exception>
    public static void Slice(ReadOnlySpan<byte> x, int outer, int d, int inner, int start, int step, int count, Span<byte> y)
    {
        Shape.Require(x.Length == outer * d * inner && y.Length == outer * count * inner, "lengths disagree with the dimensions");
        Shape.Require(count == 0 || InAxis(start, d) && InAxis(start + ((count - 1L) * step), d), "an index is beyond the axis");
        if (count == 0 || y.IsEmpty)
        {
            return;
        }

        bool wide = step != 1 && count > 1;
        for (int o = 0; wide && o < outer; o++)
        {
            StridedRuns.Copy(x, ((o * d) + start) * inner, step * inner, y, o * count * inner, inner, inner, count);
        }

        if (!wide)
        {
            StridedRuns.Copy(x, start * inner, d * inner, y, 0, count * inner, count * inner, outer);
        }
    }

    /// <summary><c>y:[outer, d1 + d2, inner]</c>: x1 first, then x2.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Concat(ReadOnlySpan<byte> x1, int d1, ReadOnlySpan<byte> x2, int d2, int outer, int inner, Span<byte> y)
    {
        Shape.Require(
            x1.Length == outer * d1 * inner && x2.Length == outer * d2 * inner && y.Length == x1.Length + x2.Length,
            "lengths disagree with the dimensions");
        int first = d1 * inner, second = d2 * inner;
        StridedRuns.Copy(x1, 0, first, y, 0, first + second, first, outer);
        StridedRuns.Copy(x2, 0, second, y, first, first + second, second, outer);
    }

    /// <summary><c>y1:[outer, d1, inner], y2:[outer, d2, inner]</c>: the first part of <c>x:[outer, d1 + d2, inner]</c> and the rest.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Split(ReadOnlySpan<byte> x, int outer, int inner, int d1, Span<byte> y1, int d2, Span<byte> y2)
    {
        Shape.Require(
            y1.Length == outer * d1 * inner && y2.Length == outer * d2 * inner && x.Length == y1.Length + y2.Length,
            "lengths disagree with the dimensions");
        int first = d1 * inner, second = d2 * inner;
        StridedRuns.Copy(x, 0, first + second, y1, 0, first, first, outer);
        StridedRuns.Copy(x, first, first + second, y2, 0, second, second, outer);
    }

    /// <summary><c>y:[outer, before + d + after, inner]</c>: x with an element before it and behind it.</summary>
    /// <param name="value">The bits of the element; inner is a multiple of their length.</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Pad(ReadOnlySpan<byte> x, int outer, int d, int inner, ReadOnlySpan<byte> value, int before, int after, Span<byte> y)
    {
        int row = (before + d + after) * inner;
        Shape.Require(x.Length == outer * d * inner && y.Length == outer * row, "lengths disagree with the dimensions");
        for (int o = 0; o < outer; o++)
        {
            Span<byte> to = y.Slice(o * row, row);
            StridedRuns.Fill(value, to[..(before * inner)]);
            x.Slice(o * d * inner, d * inner).CopyTo(to[(before * inner)..]);
            StridedRuns.Fill(value, to[((before + d) * inner)..]);
        }
    }

    private static bool InAxis(long index, int d) => index >= 0 && index < d;
}
