using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using unsafe TileFunction = delegate*<float*, nint, float*, nint, float*, nint, int, PomIsa.Kernels.Chain, void>;

namespace PomIsa.Kernels;

/// <summary>The tiles of <see cref="Tiles512"/> for processors with 16 registers of 256 bits: half a panel in each.</summary>
/// <remarks>Halves of 512 bits, as the JIT splits them, go through memory and are ten times slower here.</remarks>
internal static unsafe class Tiles256
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

    /// <summary>Up to six rows by one panel: twelve chains, two weights and one factor.</summary>
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
            Vector256<float> w0 = Vector256.Load(w), w1 = Vector256.Load(w + 8);
            s0.Add(T.Count > 0, x, w0, w1);
            s1.Add(T.Count > 1, x + xRow, w0, w1);
            s2.Add(T.Count > 2, x + (2 * xRow), w0, w1);
            s3.Add(T.Count > 3, x3, w0, w1);
            s4.Add(T.Count > 4, x3 + xRow, w0, w1);
            s5.Add(T.Count > 5, x3 + (2 * xRow), w0, w1);
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

    /// <summary>One row by four panels, for weights that come from memory.</summary>
    public static void Panels4(float* x, float* w, nint wRow, nint wPanel, float* y, int steps, Chain chain)
    {
        Row s0 = default, s1 = default, s2 = default, s3 = default;
        for (int k = 0; k < steps; k++, w += wRow)
        {
            s0.Add(true, x + k, Vector256.Load(w), Vector256.Load(w + 8));
            s1.Add(true, x + k, Vector256.Load(w + wPanel), Vector256.Load(w + wPanel + 8));
            s2.Add(true, x + k, Vector256.Load(w + (2 * wPanel)), Vector256.Load(w + (2 * wPanel) + 8));
            s3.Add(true, x + k, Vector256.Load(w + (3 * wPanel)), Vector256.Load(w + (3 * wPanel) + 8));
        }

        if (chain == Chain.Later)
        {
            s0.Onto(true, y);
            s1.Onto(true, y + Lanes.Count);
            s2.Onto(true, y + (2 * Lanes.Count));
            s3.Onto(true, y + (3 * Lanes.Count));
        }

        s0.Put(true, y);
        s1.Put(true, y + Lanes.Count);
        s2.Put(true, y + (2 * Lanes.Count));
        s3.Put(true, y + (3 * Lanes.Count));
    }

    /// <summary>One row of a tile one panel wide.</summary>
    private struct Row
    {
        private Vector256<float> _a, _b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(bool taken, float* x, Vector256<float> w0, Vector256<float> w1)
        {
            if (taken)
            {
                Vector256<float> factor = Vector256.Create(*x);
                _a = Lanes.Fma(factor, w0, _a);
                _b = Lanes.Fma(factor, w1, _b);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(bool taken, float* y)
        {
            if (taken)
            {
                _a = Vector256.Load(y);
                _b = Vector256.Load(y + 8);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Onto(bool taken, float* y)
        {
            if (taken)
            {
                _a = Vector256.Load(y) + _a;
                _b = Vector256.Load(y + 8) + _b;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Put(bool taken, float* y)
        {
            if (taken)
            {
                Tile.Put(y, _a);
                Tile.Put(y + 8, _b);
            }
        }
    }
}
