using System.Runtime.Intrinsics;
using unsafe TileFunction = delegate*<float*, nint, byte*, nint, nint, float*, nint, int, PomIsa.Kernels.Chain, void>;

namespace PomIsa.Kernels;

/// <summary>Register tiles for few rows, where the weights come from memory: many panels, so many streams, at once.</summary>
/// <remarks>
/// As <see cref="Tiles512"/>, but strides of <c>w</c> are in bytes and the weights are of any stored format. One core has about
/// as many reads of memory under way as its line fill buffers let it; eight streams called 1 KiB ahead keep them all busy.
/// </remarks>
internal static unsafe class NarrowTiles512<TWeight>
    where TWeight : struct, IWeight
{
    /// <summary>Bytes from the weight in use to the one that is called into the cache.</summary>
    private const int Ahead = 1024;

    private static readonly TileFunction[] s_panels8 = [&Panels8<RowCount.One>, &Panels8<RowCount.Two>, &Panels8<RowCount.Three>];

    private static readonly TileFunction[] s_panels4 =
    [
        &Panels4<RowCount.One>, &Panels4<RowCount.Two>, &Panels4<RowCount.Three>, &Panels4<RowCount.Four>,
        &Panels4<RowCount.Five>, &Panels4<RowCount.Six>,
    ];

    private static readonly TileFunction[] s_panels1 =
    [
        &Panels1<RowCount.One>, &Panels1<RowCount.Two>, &Panels1<RowCount.Three>, &Panels1<RowCount.Four>,
        &Panels1<RowCount.Five>, &Panels1<RowCount.Six>, &Panels1<RowCount.Seven>, &Panels1<RowCount.Eight>,
        &Panels1<RowCount.Nine>, &Panels1<RowCount.Ten>, &Panels1<RowCount.Eleven>, &Panels1<RowCount.Twelve>,
        &Panels1<RowCount.Thirteen>, &Panels1<RowCount.Fourteen>,
    ];

    /// <summary>One block of <paramref name="rows"/> rows by <paramref name="width"/> panels: 3 rows at most by 8, 6 by 4, 14 by 1.</summary>
    public static void Run(
        float* x, nint xRow, byte* w, nint wRow, nint wPanel, float* y, nint yRow, int rows, int width, int steps, Chain chain) =>
        (width == 8 ? s_panels8 : width == 4 ? s_panels4 : s_panels1)[rows - 1](x, xRow, w, wRow, wPanel, y, yRow, steps, chain);

    /// <summary>Up to three rows by eight panels.</summary>
    private static void Panels8<T>(
        float* x, nint xRow, byte* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, Chain chain)
        where T : struct, IRowCount
    {
        Quad s0 = default, s1 = default, s2 = default;
        Quad t0 = default, t1 = default, t2 = default;
        byte* v = w + (4 * wPanel);
        for (int k = 0; k < steps; k++, w += wRow, v += wRow)
        {
            Prefetch.Near(w + Ahead);
            Prefetch.Near(w + wPanel + Ahead);
            Prefetch.Near(w + (2 * wPanel) + Ahead);
            Prefetch.Near(w + (3 * wPanel) + Ahead);
            Vector512<float> w0 = TWeight.Load(w), w1 = TWeight.Load(w + wPanel);
            Vector512<float> w2 = TWeight.Load(w + (2 * wPanel)), w3 = TWeight.Load(w + (3 * wPanel));
            s0.Add(T.Count > 0, x, w0, w1, w2, w3);
            s1.Add(T.Count > 1, x + xRow, w0, w1, w2, w3);
            s2.Add(T.Count > 2, x + (2 * xRow), w0, w1, w2, w3);
            Prefetch.Near(v + Ahead);
            Prefetch.Near(v + wPanel + Ahead);
            Prefetch.Near(v + (2 * wPanel) + Ahead);
            Prefetch.Near(v + (3 * wPanel) + Ahead);
            Vector512<float> v0 = TWeight.Load(v), v1 = TWeight.Load(v + wPanel);
            Vector512<float> v2 = TWeight.Load(v + (2 * wPanel)), v3 = TWeight.Load(v + (3 * wPanel));
            t0.Add(T.Count > 0, x, v0, v1, v2, v3);
            t1.Add(T.Count > 1, x + xRow, v0, v1, v2, v3);
            t2.Add(T.Count > 2, x + (2 * xRow), v0, v1, v2, v3);
            x++;
        }

        if (chain == Chain.Later)
        {
            s0.Onto(T.Count > 0, y);
            t0.Onto(T.Count > 0, y + (4 * Lanes.Count));
            s1.Onto(T.Count > 1, y + yRow);
            t1.Onto(T.Count > 1, y + yRow + (4 * Lanes.Count));
            s2.Onto(T.Count > 2, y + (2 * yRow));
            t2.Onto(T.Count > 2, y + (2 * yRow) + (4 * Lanes.Count));
        }

        s0.Put(T.Count > 0, y);
        t0.Put(T.Count > 0, y + (4 * Lanes.Count));
        s1.Put(T.Count > 1, y + yRow);
        t1.Put(T.Count > 1, y + yRow + (4 * Lanes.Count));
        s2.Put(T.Count > 2, y + (2 * yRow));
        t2.Put(T.Count > 2, y + (2 * yRow) + (4 * Lanes.Count));
    }

    /// <summary>Up to six rows by four panels.</summary>
    private static void Panels4<T>(
        float* x, nint xRow, byte* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, Chain chain)
        where T : struct, IRowCount
    {
        Quad s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        float* x3 = x + (3 * xRow);
        for (int k = 0; k < steps; k++, w += wRow)
        {
            Prefetch.Near(w + Ahead);
            Prefetch.Near(w + wPanel + Ahead);
            Prefetch.Near(w + (2 * wPanel) + Ahead);
            Prefetch.Near(w + (3 * wPanel) + Ahead);
            Vector512<float> w0 = TWeight.Load(w), w1 = TWeight.Load(w + wPanel);
            Vector512<float> w2 = TWeight.Load(w + (2 * wPanel)), w3 = TWeight.Load(w + (3 * wPanel));
            s0.Add(T.Count > 0, x, w0, w1, w2, w3);
            s1.Add(T.Count > 1, x + xRow, w0, w1, w2, w3);
            s2.Add(T.Count > 2, x + (2 * xRow), w0, w1, w2, w3);
            s3.Add(T.Count > 3, x3, w0, w1, w2, w3);
            s4.Add(T.Count > 4, x3 + xRow, w0, w1, w2, w3);
            s5.Add(T.Count > 5, x3 + (2 * xRow), w0, w1, w2, w3);
            x++;
            x3++;
        }

        if (chain == Chain.Later)
        {
            s0.Onto(T.Count > 0, y);
            s1.Onto(T.Count > 1, y + yRow);
            s2.Onto(T.Count > 2, y + (2 * yRow));
            s3.Onto(T.Count > 3, y + (3 * yRow));
            s4.Onto(T.Count > 4, y + (4 * yRow));
            s5.Onto(T.Count > 5, y + (5 * yRow));
        }

        s0.Put(T.Count > 0, y);
        s1.Put(T.Count > 1, y + yRow);
        s2.Put(T.Count > 2, y + (2 * yRow));
        s3.Put(T.Count > 3, y + (3 * yRow));
        s4.Put(T.Count > 4, y + (4 * yRow));
        s5.Put(T.Count > 5, y + (5 * yRow));
    }

    /// <summary>Up to 14 rows by one panel: what is left over.</summary>
    private static void Panels1<T>(float* x, nint xRow, byte* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, Chain chain)
        where T : struct, IRowCount
    {
        Single s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default;
        Single s7 = default, s8 = default, s9 = default, s10 = default, s11 = default, s12 = default, s13 = default;
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

        for (int k = 0; k < steps; k++, w += wRow)
        {
            Prefetch.Near(w + Ahead);
            Vector512<float> w0 = TWeight.Load(w);
            s0.Add(T.Count > 0, x, w0);
            s1.Add(T.Count > 1, x + xRow, w0);
            s2.Add(T.Count > 2, x + (2 * xRow), w0);
            s3.Add(T.Count > 3, x3, w0);
            s4.Add(T.Count > 4, x3 + xRow, w0);
            s5.Add(T.Count > 5, x3 + (2 * xRow), w0);
            s6.Add(T.Count > 6, x6, w0);
            s7.Add(T.Count > 7, x6 + xRow, w0);
            s8.Add(T.Count > 8, x6 + (2 * xRow), w0);
            s9.Add(T.Count > 9, x9, w0);
            s10.Add(T.Count > 10, x9 + xRow, w0);
            s11.Add(T.Count > 11, x9 + (2 * xRow), w0);
            s12.Add(T.Count > 12, x12, w0);
            s13.Add(T.Count > 13, x12 + xRow, w0);
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
