using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>The tiles of <see cref="MatMulTiles"/> for processors with 16 registers of 256 bits: half a panel in each.</summary>
/// <remarks>Halves of 512 bits, as the JIT splits them, go through memory and are ten times slower here.</remarks>
internal static unsafe class MatMulTiles256
{
    /// <summary>Stores one block's sums: as they are for the first block, onto the earlier sum for later ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* y, Vector256<float> block, bool onto) =>
        Lanes.Canonical(onto ? Vector256.Load(y) + block : block).Store(y);

    public static void Rows6Panels1(float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto)
    {
        Vector256<float> s00 = default, s01 = default;
        Vector256<float> s10 = default, s11 = default;
        Vector256<float> s20 = default, s21 = default;
        Vector256<float> s30 = default, s31 = default;
        Vector256<float> s40 = default, s41 = default;
        Vector256<float> s50 = default, s51 = default;
        for (int k = 0; k < steps; k++, w += wRow)
        {
            Vector256<float> w0 = Vector256.Load(w);
            Vector256<float> w1 = Vector256.Load(w + 8);
            Vector256<float> x0 = Vector256.Create(x[k]);
            s00 = Lanes.Fma(x0, w0, s00);
            s01 = Lanes.Fma(x0, w1, s01);
            Vector256<float> x1 = Vector256.Create(x[xRow + k]);
            s10 = Lanes.Fma(x1, w0, s10);
            s11 = Lanes.Fma(x1, w1, s11);
            Vector256<float> x2 = Vector256.Create(x[(2 * xRow) + k]);
            s20 = Lanes.Fma(x2, w0, s20);
            s21 = Lanes.Fma(x2, w1, s21);
            Vector256<float> x3 = Vector256.Create(x[(3 * xRow) + k]);
            s30 = Lanes.Fma(x3, w0, s30);
            s31 = Lanes.Fma(x3, w1, s31);
            Vector256<float> x4 = Vector256.Create(x[(4 * xRow) + k]);
            s40 = Lanes.Fma(x4, w0, s40);
            s41 = Lanes.Fma(x4, w1, s41);
            Vector256<float> x5 = Vector256.Create(x[(5 * xRow) + k]);
            s50 = Lanes.Fma(x5, w0, s50);
            s51 = Lanes.Fma(x5, w1, s51);
        }

        Put(y, s00, onto);
        Put(y + 8, s01, onto);
        Put(y + yRow, s10, onto);
        Put(y + yRow + 8, s11, onto);
        Put(y + (2 * yRow), s20, onto);
        Put(y + (2 * yRow) + 8, s21, onto);
        Put(y + (3 * yRow), s30, onto);
        Put(y + (3 * yRow) + 8, s31, onto);
        Put(y + (4 * yRow), s40, onto);
        Put(y + (4 * yRow) + 8, s41, onto);
        Put(y + (5 * yRow), s50, onto);
        Put(y + (5 * yRow) + 8, s51, onto);
    }

    public static void Rows1Panels4(float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto)
    {
        Vector256<float> s00 = default, s01 = default, s02 = default, s03 = default, s04 = default, s05 = default, s06 = default, s07 = default;
        for (int k = 0; k < steps; k++, w += wRow)
        {
            Vector256<float> w0 = Vector256.Load(w);
            Vector256<float> w1 = Vector256.Load(w + 8);
            Vector256<float> w2 = Vector256.Load(w + wPanel);
            Vector256<float> w3 = Vector256.Load(w + wPanel + 8);
            Vector256<float> w4 = Vector256.Load(w + (2 * wPanel));
            Vector256<float> w5 = Vector256.Load(w + (2 * wPanel) + 8);
            Vector256<float> w6 = Vector256.Load(w + (3 * wPanel));
            Vector256<float> w7 = Vector256.Load(w + (3 * wPanel) + 8);
            Vector256<float> x0 = Vector256.Create(x[k]);
            s00 = Lanes.Fma(x0, w0, s00);
            s01 = Lanes.Fma(x0, w1, s01);
            s02 = Lanes.Fma(x0, w2, s02);
            s03 = Lanes.Fma(x0, w3, s03);
            s04 = Lanes.Fma(x0, w4, s04);
            s05 = Lanes.Fma(x0, w5, s05);
            s06 = Lanes.Fma(x0, w6, s06);
            s07 = Lanes.Fma(x0, w7, s07);
        }

        Put(y, s00, onto);
        Put(y + 8, s01, onto);
        Put(y + 16, s02, onto);
        Put(y + 24, s03, onto);
        Put(y + 32, s04, onto);
        Put(y + 40, s05, onto);
        Put(y + 48, s06, onto);
        Put(y + 56, s07, onto);
    }

    public static void Rows1Panels1(float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto)
    {
        Vector256<float> s00 = default, s01 = default;
        for (int k = 0; k < steps; k++, w += wRow)
        {
            Vector256<float> w0 = Vector256.Load(w);
            Vector256<float> w1 = Vector256.Load(w + 8);
            Vector256<float> x0 = Vector256.Create(x[k]);
            s00 = Lanes.Fma(x0, w0, s00);
            s01 = Lanes.Fma(x0, w1, s01);
        }

        Put(y, s00, onto);
        Put(y + 8, s01, onto);
    }
}
