using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Each row to one value (spec/numerics.md, chapters 3 and 9). Shapes: <c>x:[T,D] → y:[T]</c>; f32, i32 or i64.</summary>
/// <remarks>
/// Sums and products of f32 keep the order of rule 3.1: 16 lanes, folded 8, 4, 2, 1 apart. Integers wrap, so that their order is free.
/// Rows are independent: workers may share them, each with its slices.
/// </remarks>
public static class Reductions
{
    /// <summary>The sum of each row; of an empty one 0.</summary>
    /// <param name="columns">D.</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Sum<T>(ReadOnlySpan<T> x, int columns, Span<T> y)
        where T : unmanaged, INumber<T> => Each<T, SumOf<T>>(x, columns, y);

    /// <summary>The product of each row; of an empty one 1.</summary>
    /// <inheritdoc cref="Sum" path="/param"/>
    /// <inheritdoc cref="Sum" path="/exception"/>
    public static void Product<T>(ReadOnlySpan<T> x, int columns, Span<T> y)
        where T : unmanaged, INumber<T> => Each<T, ProductOf<T>>(x, columns, y);

    /// <summary>The greatest value of each row, NaN if there is one; of an empty row −inf, of integers the least there is.</summary>
    /// <inheritdoc cref="Sum" path="/param"/>
    /// <inheritdoc cref="Sum" path="/exception"/>
    public static void Max<T>(ReadOnlySpan<T> x, int columns, Span<T> y)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => Each<T, GreatestOf<T>>(x, columns, y);

    /// <summary>The smallest value of each row, NaN if there is one; of an empty row +inf, of integers the greatest there is.</summary>
    /// <inheritdoc cref="Sum" path="/param"/>
    /// <inheritdoc cref="Sum" path="/exception"/>
    public static void Min<T>(ReadOnlySpan<T> x, int columns, Span<T> y)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => Each<T, LeastOf<T>>(x, columns, y);

    /// <summary>The sum of each row divided by D as f32; of an empty row NaN.</summary>
    /// <inheritdoc cref="Sum" path="/param"/>
    /// <inheritdoc cref="Sum" path="/exception"/>
    public static void Mean(ReadOnlySpan<float> x, int columns, Span<float> y)
    {
        Sum(x, columns, y);
        for (int t = 0; t < y.Length; t++)
        {
            y[t] = Lanes.Canonical(y[t] / columns);
        }
    }

    /// <summary>The lowest index of each row's greatest value, the first NaN above all (rule 3.3); 0 of an empty row.</summary>
    /// <inheritdoc cref="Sum" path="/param"/>
    /// <inheritdoc cref="Sum" path="/exception"/>
    public static void Argmax<T>(ReadOnlySpan<T> x, int columns, Span<long> y)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        Shape.Require(x.Length == (long)y.Length * columns, "x is not [T,D] or y not [T]");
        for (int t = 0; t < y.Length; t++)
        {
            ReadOnlySpan<T> row = x.Slice(t * columns, columns);
            if (row.IsEmpty)
            {
                y[t] = 0;
                continue;
            }

            if (typeof(T) == typeof(float))
            {
                y[t] = Rows.Argmax(System.Runtime.InteropServices.MemoryMarshal.Cast<T, float>(row));
                continue;
            }

            y[t] = row.IndexOf(Fold<T, GreatestOf<T>>(row));
        }
    }

    private static void Each<T, TOperation>(ReadOnlySpan<T> x, int columns, Span<T> y)
        where T : unmanaged, INumber<T>
        where TOperation : struct, IReduction<T>
    {
        Shape.Require(x.Length == (long)y.Length * columns, "x is not [T,D] or y not [T]");
        for (int t = 0; t < y.Length; t++)
        {
            y[t] = Fold<T, TOperation>(x.Slice(t * columns, columns));
        }
    }

    /// <summary>One row: lanes from the identity, elements in ascending order, then the fold.</summary>
    [SkipLocalsInit]
    private static T Fold<T, TOperation>(ReadOnlySpan<T> x)
        where T : unmanaged, INumber<T>
        where TOperation : struct, IReduction<T>
    {
        Span<T> lane = stackalloc T[Vector512<T>.Count];
        Vector512<T> lanes = Vector512.Create(TOperation.Identity);
        int i = 0;
        for (; i <= x.Length - lane.Length; i += lane.Length)
        {
            lanes = TOperation.Of(lanes, Vector512.Create(x.Slice(i, lane.Length)));
        }

        if (i < x.Length)
        {
            lane.Fill(TOperation.Identity);
            x[i..].CopyTo(lane);
            lanes = TOperation.Of(lanes, Vector512.Create<T>(lane));
        }

        lanes.CopyTo(lane);
        for (int s = lane.Length / 2; s >= 1; s /= 2)
        {
            for (int j = 0; j < s; j++)
            {
                lane[j] = TOperation.Of(lane[j], lane[j + s]);
            }
        }

        return T.IsNaN(lane[0]) ? T.CreateTruncating(Lanes.Canonical(float.NaN)) : lane[0];
    }
}
