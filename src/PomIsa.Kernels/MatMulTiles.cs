using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Register tiles of the f32 product: rows x panels of accumulators, one block of rule 3 at a time.</summary>
/// <remarks>
/// Every accumulator is a chain of its own, k ascending from +0; only how many run at once differs. <c>w</c> is
/// read at <c>k · wRow + panel · wPanel</c>, 16 values together.
/// </remarks>
internal static unsafe class MatMulTiles
{
    /// <summary>Stores one block's sums: as they are for the first block, onto the earlier sum for later ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* y, Vector512<float> block, bool onto) =>
        Lanes.Canonical(onto ? Vector512.Load(y) + block : block).Store(y);

    public static void Rows6Panels4(float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto)
    {
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<float> s30 = default, s31 = default, s32 = default, s33 = default;
        Vector512<float> s40 = default, s41 = default, s42 = default, s43 = default;
        Vector512<float> s50 = default, s51 = default, s52 = default, s53 = default;
        for (int k = 0; k < steps; k++, w += wRow)
        {
            Vector512<float> w0 = Vector512.Load(w);
            Vector512<float> w1 = Vector512.Load(w + wPanel);
            Vector512<float> w2 = Vector512.Load(w + (2 * wPanel));
            Vector512<float> w3 = Vector512.Load(w + (3 * wPanel));
            Vector512<float> x0 = Vector512.Create(x[k]);
            s00 = Lanes.Fma(x0, w0, s00);
            s01 = Lanes.Fma(x0, w1, s01);
            s02 = Lanes.Fma(x0, w2, s02);
            s03 = Lanes.Fma(x0, w3, s03);
            Vector512<float> x1 = Vector512.Create(x[xRow + k]);
            s10 = Lanes.Fma(x1, w0, s10);
            s11 = Lanes.Fma(x1, w1, s11);
            s12 = Lanes.Fma(x1, w2, s12);
            s13 = Lanes.Fma(x1, w3, s13);
            Vector512<float> x2 = Vector512.Create(x[(2 * xRow) + k]);
            s20 = Lanes.Fma(x2, w0, s20);
            s21 = Lanes.Fma(x2, w1, s21);
            s22 = Lanes.Fma(x2, w2, s22);
            s23 = Lanes.Fma(x2, w3, s23);
            Vector512<float> x3 = Vector512.Create(x[(3 * xRow) + k]);
            s30 = Lanes.Fma(x3, w0, s30);
            s31 = Lanes.Fma(x3, w1, s31);
            s32 = Lanes.Fma(x3, w2, s32);
            s33 = Lanes.Fma(x3, w3, s33);
            Vector512<float> x4 = Vector512.Create(x[(4 * xRow) + k]);
            s40 = Lanes.Fma(x4, w0, s40);
            s41 = Lanes.Fma(x4, w1, s41);
            s42 = Lanes.Fma(x4, w2, s42);
            s43 = Lanes.Fma(x4, w3, s43);
            Vector512<float> x5 = Vector512.Create(x[(5 * xRow) + k]);
            s50 = Lanes.Fma(x5, w0, s50);
            s51 = Lanes.Fma(x5, w1, s51);
            s52 = Lanes.Fma(x5, w2, s52);
            s53 = Lanes.Fma(x5, w3, s53);
        }

        Put(y, s00, onto);
        Put(y + 16, s01, onto);
        Put(y + 32, s02, onto);
        Put(y + 48, s03, onto);
        Put(y + yRow, s10, onto);
        Put(y + yRow + 16, s11, onto);
        Put(y + yRow + 32, s12, onto);
        Put(y + yRow + 48, s13, onto);
        Put(y + (2 * yRow), s20, onto);
        Put(y + (2 * yRow) + 16, s21, onto);
        Put(y + (2 * yRow) + 32, s22, onto);
        Put(y + (2 * yRow) + 48, s23, onto);
        Put(y + (3 * yRow), s30, onto);
        Put(y + (3 * yRow) + 16, s31, onto);
        Put(y + (3 * yRow) + 32, s32, onto);
        Put(y + (3 * yRow) + 48, s33, onto);
        Put(y + (4 * yRow), s40, onto);
        Put(y + (4 * yRow) + 16, s41, onto);
        Put(y + (4 * yRow) + 32, s42, onto);
        Put(y + (4 * yRow) + 48, s43, onto);
        Put(y + (5 * yRow), s50, onto);
        Put(y + (5 * yRow) + 16, s51, onto);
        Put(y + (5 * yRow) + 32, s52, onto);
        Put(y + (5 * yRow) + 48, s53, onto);
    }

    public static void Rows2Panels4(float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto)
    {
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default;
        for (int k = 0; k < steps; k++, w += wRow)
        {
            Vector512<float> w0 = Vector512.Load(w);
            Vector512<float> w1 = Vector512.Load(w + wPanel);
            Vector512<float> w2 = Vector512.Load(w + (2 * wPanel));
            Vector512<float> w3 = Vector512.Load(w + (3 * wPanel));
            Vector512<float> x0 = Vector512.Create(x[k]);
            s00 = Lanes.Fma(x0, w0, s00);
            s01 = Lanes.Fma(x0, w1, s01);
            s02 = Lanes.Fma(x0, w2, s02);
            s03 = Lanes.Fma(x0, w3, s03);
            Vector512<float> x1 = Vector512.Create(x[xRow + k]);
            s10 = Lanes.Fma(x1, w0, s10);
            s11 = Lanes.Fma(x1, w1, s11);
            s12 = Lanes.Fma(x1, w2, s12);
            s13 = Lanes.Fma(x1, w3, s13);
        }

        Put(y, s00, onto);
        Put(y + 16, s01, onto);
        Put(y + 32, s02, onto);
        Put(y + 48, s03, onto);
        Put(y + yRow, s10, onto);
        Put(y + yRow + 16, s11, onto);
        Put(y + yRow + 32, s12, onto);
        Put(y + yRow + 48, s13, onto);
    }

    public static void Rows1Panels4(float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto)
    {
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
        for (int k = 0; k < steps; k++, w += wRow)
        {
            Vector512<float> w0 = Vector512.Load(w);
            Vector512<float> w1 = Vector512.Load(w + wPanel);
            Vector512<float> w2 = Vector512.Load(w + (2 * wPanel));
            Vector512<float> w3 = Vector512.Load(w + (3 * wPanel));
            Vector512<float> x0 = Vector512.Create(x[k]);
            s00 = Lanes.Fma(x0, w0, s00);
            s01 = Lanes.Fma(x0, w1, s01);
            s02 = Lanes.Fma(x0, w2, s02);
            s03 = Lanes.Fma(x0, w3, s03);
        }

        Put(y, s00, onto);
        Put(y + 16, s01, onto);
        Put(y + 32, s02, onto);
        Put(y + 48, s03, onto);
    }

    public static void Rows1Panels8(float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto)
    {
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default, s04 = default, s05 = default, s06 = default, s07 = default;
        for (int k = 0; k < steps; k++, w += wRow)
        {
            Vector512<float> w0 = Vector512.Load(w);
            Vector512<float> w1 = Vector512.Load(w + wPanel);
            Vector512<float> w2 = Vector512.Load(w + (2 * wPanel));
            Vector512<float> w3 = Vector512.Load(w + (3 * wPanel));
            Vector512<float> w4 = Vector512.Load(w + (4 * wPanel));
            Vector512<float> w5 = Vector512.Load(w + (5 * wPanel));
            Vector512<float> w6 = Vector512.Load(w + (6 * wPanel));
            Vector512<float> w7 = Vector512.Load(w + (7 * wPanel));
            Vector512<float> x0 = Vector512.Create(x[k]);
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
        Put(y + 16, s01, onto);
        Put(y + 32, s02, onto);
        Put(y + 48, s03, onto);
        Put(y + 64, s04, onto);
        Put(y + 80, s05, onto);
        Put(y + 96, s06, onto);
        Put(y + 112, s07, onto);
    }

    public static void Rows6Panels1(float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto)
    {
        Vector512<float> s00 = default;
        Vector512<float> s10 = default;
        Vector512<float> s20 = default;
        Vector512<float> s30 = default;
        Vector512<float> s40 = default;
        Vector512<float> s50 = default;
        for (int k = 0; k < steps; k++, w += wRow)
        {
            Vector512<float> w0 = Vector512.Load(w);
            Vector512<float> x0 = Vector512.Create(x[k]);
            s00 = Lanes.Fma(x0, w0, s00);
            Vector512<float> x1 = Vector512.Create(x[xRow + k]);
            s10 = Lanes.Fma(x1, w0, s10);
            Vector512<float> x2 = Vector512.Create(x[(2 * xRow) + k]);
            s20 = Lanes.Fma(x2, w0, s20);
            Vector512<float> x3 = Vector512.Create(x[(3 * xRow) + k]);
            s30 = Lanes.Fma(x3, w0, s30);
            Vector512<float> x4 = Vector512.Create(x[(4 * xRow) + k]);
            s40 = Lanes.Fma(x4, w0, s40);
            Vector512<float> x5 = Vector512.Create(x[(5 * xRow) + k]);
            s50 = Lanes.Fma(x5, w0, s50);
        }

        Put(y, s00, onto);
        Put(y + yRow, s10, onto);
        Put(y + (2 * yRow), s20, onto);
        Put(y + (3 * yRow), s30, onto);
        Put(y + (4 * yRow), s40, onto);
        Put(y + (5 * yRow), s50, onto);
    }

    public static void Rows1Panels1(float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto)
    {
        Vector512<float> s00 = default;
        for (int k = 0; k < steps; k++, w += wRow)
        {
            Vector512<float> w0 = Vector512.Load(w);
            Vector512<float> x0 = Vector512.Create(x[k]);
            s00 = Lanes.Fma(x0, w0, s00);
        }

        Put(y, s00, onto);
    }
}
