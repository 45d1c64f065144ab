using System.Runtime.Intrinsics;
using unsafe TileFunction = delegate*<float*, nint, byte*, nint, nint, float*, nint, int, PomIsa.Kernels.Chain, byte*, nint, void>;

namespace PomIsa.Kernels;

/// <summary>Register tiles for many rows: up to 14 rows by two panels, one block of rule 3 at a time.</summary>
/// <remarks>
/// 14 rows by two panels are 28 chains, which with two weights and one factor fill 31 of 32 registers. Every chain is one
/// output, k ascending from +0; only how many run at once differs. <c>x</c> is read at <c>row · xRow + k</c>, <c>w</c> at
/// byte <c>k · wRow + panel · wPanel</c>, 16 values together; what is called into the second cache meanwhile lies at <c>next</c>, and one
/// panel further, and moves on by <c>nextRow</c> bytes a step.
/// </remarks>
internal static unsafe class Tiles512
{
    /// <summary>The tallest tile.</summary>
    public const int MostRows = 14;

    private static readonly TileFunction[] s_panels2 =
    [
        &Panels2<RowCount.One>, &Panels2<RowCount.Two>, &Panels2<RowCount.Three>, &Panels2<RowCount.Four>,
        &Panels2<RowCount.Five>, &Panels2<RowCount.Six>, &Panels2<RowCount.Seven>, &Panels2<RowCount.Eight>,
        &Panels2<RowCount.Nine>, &Panels2<RowCount.Ten>, &Panels2<RowCount.Eleven>, &Panels2<RowCount.Twelve>,
        &Panels2<RowCount.Thirteen>, &Panels2<RowCount.Fourteen>,
    ];

    /// <summary>One block of <paramref name="rows"/> rows, 1 to 14, by two panels.</summary>
    public static void Run(
        float* x, nint xRow, byte* w, nint wRow, nint wPanel, float* y, nint yRow, int rows, int steps, Chain chain, byte* next, nint nextRow) =>
        s_panels2[rows - 1](x, xRow, w, wRow, wPanel, y, yRow, steps, chain, next, nextRow);

    private static void Panels2<T>(
        float* x, nint xRow, byte* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, Chain chain, byte* next, nint nextRow)
        where T : struct, IRowCount
    {
        Pair s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default;
        Pair s7 = default, s8 = default, s9 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        float* x3 = x + (3 * xRow), x6 = x + (6 * xRow), x9 = x + (9 * xRow), x12 = x + (12 * xRow);
        if (chain == Chain.Resumed)
        {
            s0.Take(T.Count > 0, y);
            s1.Take(T.Count > 1, y + yRow);
            s2.Take(T.Count > 2, y + (2 * yRow));
            s3.Take(T.Count > 3, y + (3 * yRow));
            s4.Take(T.Count > 4, y + (4 * yRow));
            s5.Take(T.Count > 5, y + (5 * yRow));
            s6.Take(T.Count > 6, y + (6 * yRow));
            s7.Take(T.Count > 7, y + (7 * yRow));
            s8.Take(T.Count > 8, y + (8 * yRow));
            s9.Take(T.Count > 9, y + (9 * yRow));
            s10.Take(T.Count > 10, y + (10 * yRow));
            s11.Take(T.Count > 11, y + (11 * yRow));
            s12.Take(T.Count > 12, y + (12 * yRow));
            s13.Take(T.Count > 13, y + (13 * yRow));
        }

        for (int k = 0; k < steps; k++, w += wRow, next += nextRow)
        {
            Vector512<float> w0 = Vector512.Load((float*)w), w1 = Vector512.Load((float*)(w + wPanel));
            Prefetch.Far(next);
            Prefetch.Far(next + wPanel);
            s0.Add(T.Count > 0, x, w0, w1);
            s1.Add(T.Count > 1, x + xRow, w0, w1);
            s2.Add(T.Count > 2, x + (2 * xRow), w0, w1);
            s3.Add(T.Count > 3, x3, w0, w1);
            s4.Add(T.Count > 4, x3 + xRow, w0, w1);
            s5.Add(T.Count > 5, x3 + (2 * xRow), w0, w1);
            s6.Add(T.Count > 6, x6, w0, w1);
            s7.Add(T.Count > 7, x6 + xRow, w0, w1);
            s8.Add(T.Count > 8, x6 + (2 * xRow), w0, w1);
            s9.Add(T.Count > 9, x9, w0, w1);
            s10.Add(T.Count > 10, x9 + xRow, w0, w1);
            s11.Add(T.Count > 11, x9 + (2 * xRow), w0, w1);
            s12.Add(T.Count > 12, x12, w0, w1);
            s13.Add(T.Count > 13, x12 + xRow, w0, w1);
            x++;
            x3++;
            x6++;
            x9++;
            x12++;
        }

        if (chain == Chain.Later)
        {
            s0.Onto(T.Count > 0, y);
            s1.Onto(T.Count > 1, y + yRow);
            s2.Onto(T.Count > 2, y + (2 * yRow));
            s3.Onto(T.Count > 3, y + (3 * yRow));
            s4.Onto(T.Count > 4, y + (4 * yRow));
            s5.Onto(T.Count > 5, y + (5 * yRow));
            s6.Onto(T.Count > 6, y + (6 * yRow));
            s7.Onto(T.Count > 7, y + (7 * yRow));
            s8.Onto(T.Count > 8, y + (8 * yRow));
            s9.Onto(T.Count > 9, y + (9 * yRow));
            s10.Onto(T.Count > 10, y + (10 * yRow));
            s11.Onto(T.Count > 11, y + (11 * yRow));
            s12.Onto(T.Count > 12, y + (12 * yRow));
            s13.Onto(T.Count > 13, y + (13 * yRow));
        }

        s0.Put(T.Count > 0, y);
        s1.Put(T.Count > 1, y + yRow);
        s2.Put(T.Count > 2, y + (2 * yRow));
        s3.Put(T.Count > 3, y + (3 * yRow));
        s4.Put(T.Count > 4, y + (4 * yRow));
        s5.Put(T.Count > 5, y + (5 * yRow));
        s6.Put(T.Count > 6, y + (6 * yRow));
        s7.Put(T.Count > 7, y + (7 * yRow));
        s8.Put(T.Count > 8, y + (8 * yRow));
        s9.Put(T.Count > 9, y + (9 * yRow));
        s10.Put(T.Count > 10, y + (10 * yRow));
        s11.Put(T.Count > 11, y + (11 * yRow));
        s12.Put(T.Count > 12, y + (12 * yRow));
        s13.Put(T.Count > 13, y + (13 * yRow));
    }
}
