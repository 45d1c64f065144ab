using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Softmax (spec/numerics.md, rule 7).</summary>
public static class Softmax
{
    /// <summary>Elements that stay in the first cache between two passes over them.</summary>
    internal const int Piece = 1024;

    /// <summary>Softmax of each row. Shapes: <c>x:[T,N] → y:[T,N]</c>; f32.</summary>
    /// <remarks>
    /// m = max, e = exp(x − m), s = the sum of e by rule 4, y = e / s. <paramref name="y"/> may be
    /// <paramref name="x"/> itself; no other overlap.
    /// </remarks>
    /// <param name="columns">N.</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Rows(ReadOnlySpan<float> x, Span<float> y, int columns)
    {
        Shape.Require(columns > 0 && x.Length == y.Length && x.Length % columns == 0, "x and y are not both [T,N]");
        for (int at = 0; at < x.Length; at += columns)
        {
            Row(x.Slice(at, columns), y.Slice(at, columns));
        }
    }

    /// <summary>Softmax of one row, not empty.</summary>
    internal static void Row(ReadOnlySpan<float> x, Span<float> y)
    {
        float max = Kernels.Rows.Max(x);
        for (int at = 0; at < x.Length; at += Piece)
        {
            int length = Math.Min(Piece, x.Length - at);
            Exponentials(x.Slice(at, length), max, y.Slice(at, length));
        }

        Division.Row(y, Kernels.Rows.Sum16(y));
    }

    /// <summary>Softmax of one row of <c>x · scale</c>, each product rounded, in place.</summary>
    /// <param name="x">Room for <paramref name="count"/> values, rounded up to whole vectors; what is beyond them is lost.</param>
    /// <param name="count">At least one.</param>
    internal static unsafe void Scaled(float* x, int count, float scale)
    {
        // Lanes beyond the row take −inf: their exponentials are +0, which changes neither maximum nor sum.
        Vector512<float> factor = Vector512.Create(scale), none = Vector512.Create(float.NegativeInfinity), lanes = none;
        int length = Panels.Count(count) * Lanes.Count;
        for (int i = 0; i < length; i += Lanes.Count)
        {
            Vector512<float> value = Vector512.Load(x + i) * factor;
            if (i > count - Lanes.Count)
            {
                value = Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count - i)).AsSingle(), value, none);
            }

            lanes = Vector512.Max(lanes, value);
            value.Store(x + i);
        }

        float* found = stackalloc float[Lanes.Count];
        lanes.Store(found);
        float max = Kernels.Rows.Max(new ReadOnlySpan<float>(found, Lanes.Count));
        var row = new Span<float>(x, length);
        for (int at = 0; at < length; at += Piece)
        {
            Span<float> piece = row.Slice(at, Math.Min(Piece, length - at));
            Exponentials(piece, max, piece);
        }

        Vector512<float> sum = Vector512.Create(Kernels.Rows.Sum16(row));
        for (int i = 0; i < length; i += Lanes.Count)
        {
            Lanes.Canonical(Vector512.Load(x + i) / sum).Store(x + i);
        }
    }

    /// <summary>e^(x − max) of a piece that stays in the first cache between the two passes.</summary>
    internal static void Exponentials(ReadOnlySpan<float> x, float max, Span<float> y)
    {
        Vector512<float> greatest = Vector512.Create(max);
        int i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            (Vector512.Create(x.Slice(i, Lanes.Count)) - greatest).CopyTo(y[i..]);
        }

        if (i < x.Length)
        {
            Lanes.Store(Lanes.Load(x[i..]) - greatest, y[i..]);
        }

        Elementary.Exp(y, y);
    }
}
