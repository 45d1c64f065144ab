using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using unsafe TileFunction = delegate*<float*, nint, float*, nint, float*, nint, int, PomIsa.Kernels.Chain, void>;

namespace PomIsa.Kernels;

/// <summary>The tiles of <see cref="Tiles512"/> in vectors of 128 bits, a quarter of a panel in each: for Arm, and for anything else.</summary>
internal static unsafe class Tiles128
{
    /// <summary>The tallest tile.</summary>
    public const int MostRows = 6;

    private static readonly TileFunction[] s_panels1 =
    [
        &Panels1<RowCount.One>, &Panels1<RowCount.Two>, &Panels1<RowCount.Three>,
        &Panels1<RowCount.Four>, &Panels1<RowCount.Five>, &Panels1<RowCount.Six>,
    ];

    /// <summary>One block of <paramref name="rows"/> rows, 1 to 6, by one panel.</summary>
    public static void Run(float* x, nint xRow, float* w, nint wRow, float* y, nint yRow, int rows, int steps, Chain chain) =>
        s_panels1[rows - 1](x, xRow, w, wRow, y, yRow, steps, chain);

    /// <summary>Up to six rows by one panel: 24 chains, four weights and one factor in the 32 registers of Arm.</summary>
    private static void Panels1<T>(float* x, nint xRow, float* w, nint wRow, float* y, nint yRow, int steps, Chain chain)
        where T : struct, IRowCount
    {
        Row s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        float* x3 = x + (3 * xRow);
        if (chain == Chain.Resumed)
        {
            s0.Take(T.Count > 0, y);
            s1.Take(T.Count > 1, y + yRow);
            s2.Take(T.Count > 2, y + (2 * yRow));
            s3.Take(T.Count > 3, y + (3 * yRow));
            s4.Take(T.Count > 4, y + (4 * yRow));
            s5.Take(T.Count > 5, y + (5 * yRow));
        }

        for (int k = 0; k < steps; k++, w += wRow)
        {
            Vector128<float> w0 = Vector128.Load(w), w1 = Vector128.Load(w + 4);
            Vector128<float> w2 = Vector128.Load(w + 8), w3 = Vector128.Load(w + 12);
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

    /// <summary>One row of a tile one panel wide.</summary>
    private struct Row
    {
        private Vector128<float> _a, _b, _c, _d;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(bool taken, float* x, Vector128<float> w0, Vector128<float> w1, Vector128<float> w2, Vector128<float> w3)
        {
            if (taken)
            {
                Vector128<float> factor = Vector128.Create(*x);
                _a = Lanes.Fma(factor, w0, _a);
                _b = Lanes.Fma(factor, w1, _b);
                _c = Lanes.Fma(factor, w2, _c);
                _d = Lanes.Fma(factor, w3, _d);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(bool taken, float* y)
        {
            if (taken)
            {
                _a = Vector128.Load(y);
                _b = Vector128.Load(y + 4);
                _c = Vector128.Load(y + 8);
                _d = Vector128.Load(y + 12);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Onto(bool taken, float* y)
        {
            if (taken)
            {
                _a = Vector128.Load(y) + _a;
                _b = Vector128.Load(y + 4) + _b;
                _c = Vector128.Load(y + 8) + _c;
                _d = Vector128.Load(y + 12) + _d;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Put(bool taken, float* y)
        {
            if (taken)
            {
                Tile.Put(y, _a);
                Tile.Put(y + 4, _b);
                Tile.Put(y + 8, _c);
                Tile.Put(y + 12, _d);
            }
        }
    }
}
