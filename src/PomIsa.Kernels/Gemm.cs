using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Where a matrix operand lies: element (i, j) of a panel-aligned view.</summary>
/// <param name="Data">First element.</param>
/// <param name="Row">Elements from one row to the next.</param>
/// <param name="Column">Elements from one column to the next.</param>
public readonly unsafe record struct LeftOperand(nint Data, nint Row, nint Column)
{
    /// <summary>A row-major matrix whose rows are <paramref name="row"/> elements apart.</summary>
    public static LeftOperand RowMajor(float* data, nint row) => new((nint)data, row, 1);

    /// <summary>The transpose of a row-major matrix whose rows are <paramref name="row"/> elements apart.</summary>
    public static LeftOperand Transposed(float* data, nint row) => new((nint)data, 1, row);
}

/// <summary>The right operand: 16 neighbouring columns are contiguous.</summary>
/// <param name="Data">First element.</param>
/// <param name="Row">Elements from row k to row k + 1.</param>
/// <param name="Panel">Elements from one group of 16 columns to the next.</param>
public readonly unsafe record struct RightOperand(nint Data, nint Row, nint Panel)
{
    /// <summary>A row-major matrix whose rows are <paramref name="row"/> elements apart.</summary>
    public static RightOperand RowMajor(float* data, nint row) => new((nint)data, row, 16);

    /// <summary>The stored panel layout <c>[N/16][K][16]</c>.</summary>
    public static RightOperand Panels(float* data, nint k) => new((nint)data, 16, k * 16);
}

/// <summary>f32 matrix product in the order of spec/numerics.md, rule 3: blocks of 256 along k, fma within.</summary>
public static unsafe class Gemm
{
    /// <summary>Length of a block along k.</summary>
    public const int Block = 256;

    /// <summary>C = A · B, or C + A · B where <paramref name="add"/> is set (C then stands before the first block).</summary>
    /// <remarks>Shapes: <c>A:[m,k], B:[k,n], C:[m,n]</c>, n a multiple of 16, C row-major with rows <paramref name="cRow"/> apart. NaN is not canonicalized here.</remarks>
    public static void Multiply(LeftOperand a, RightOperand b, float* c, nint cRow, int m, int n, int k, bool add = false)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(n & 15, 0);
        if (k == 0 && !add)
        {
            for (int i = 0; i < m; i++)
            {
                new Span<float>(c + i * cRow, n).Clear();
            }
        }

        for (int start = 0; start < k; start += Block)
        {
            int steps = Math.Min(Block, k - start);
            bool onto = add || start > 0;
            float* blockA = (float*)a.Data + start * a.Column;
            float* blockB = (float*)b.Data + start * b.Row;
            int panel = 0;
            for (; panel + 4 <= n / 16; panel += 4)
            {
                float* pb = blockB + panel * b.Panel;
                int i = 0;
                for (; i + 6 <= m; i += 6)
                {
                    Tile6x4(blockA + i * a.Row, a.Row, a.Column, pb, b.Panel, b.Row, c + i * cRow + panel * 16, cRow, steps, onto);
                }

                for (; i < m; i++)
                {
                    Tile1x2(blockA + i * a.Row, a.Column, pb, pb + b.Panel, b.Row, c + i * cRow + panel * 16, steps, onto);
                    pb += 2 * b.Panel;
                    Tile1x2(blockA + i * a.Row, a.Column, pb, pb + b.Panel, b.Row, c + i * cRow + (panel + 2) * 16, steps, onto);
                    pb -= 2 * b.Panel;
                }
            }

            for (; panel + 2 <= n / 16; panel += 2)
            {
                float* pb = blockB + panel * b.Panel;
                int i = 0;
                for (; i + 8 <= m; i += 8)
                {
                    Tile8x2(blockA + i * a.Row, a.Row, a.Column, pb, pb + b.Panel, b.Row, c + i * cRow + panel * 16, cRow, steps, onto);
                }

                for (; i < m; i++)
                {
                    Tile1x2(blockA + i * a.Row, a.Column, pb, pb + b.Panel, b.Row, c + i * cRow + panel * 16, steps, onto);
                }
            }

            if (panel < n / 16)
            {
                float* pb = blockB + panel * b.Panel;
                for (int i = 0; i < m; i++)
                {
                    Tile1x1(blockA + i * a.Row, a.Column, pb, b.Row, c + i * cRow + panel * 16, steps, onto);
                }
            }
        }
    }

    private static void Tile6x4(
        float* a, nint aRow, nint aColumn, float* b, nint bPanel, nint bRow, float* c, nint cRow, int steps, bool onto)
    {
        Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default;
        Vector512<float> c10 = default, c11 = default, c12 = default, c13 = default;
        Vector512<float> c20 = default, c21 = default, c22 = default, c23 = default;
        Vector512<float> c30 = default, c31 = default, c32 = default, c33 = default;
        Vector512<float> c40 = default, c41 = default, c42 = default, c43 = default;
        Vector512<float> c50 = default, c51 = default, c52 = default, c53 = default;
        float* a3 = a + 3 * aRow;
        float* b2 = b + 2 * bPanel;
        for (int k = 0; k < steps; k++)
        {
            Vector512<float> v0 = Vector512.Load(b), v1 = Vector512.Load(b + bPanel);
            Vector512<float> v2 = Vector512.Load(b2), v3 = Vector512.Load(b2 + bPanel);
            Vector512<float> s;
            s = Vector512.Create(a[0]);
            c00 = Lanes.Fma(s, v0, c00);
            c01 = Lanes.Fma(s, v1, c01);
            c02 = Lanes.Fma(s, v2, c02);
            c03 = Lanes.Fma(s, v3, c03);
            s = Vector512.Create(a[aRow]);
            c10 = Lanes.Fma(s, v0, c10);
            c11 = Lanes.Fma(s, v1, c11);
            c12 = Lanes.Fma(s, v2, c12);
            c13 = Lanes.Fma(s, v3, c13);
            s = Vector512.Create(a[2 * aRow]);
            c20 = Lanes.Fma(s, v0, c20);
            c21 = Lanes.Fma(s, v1, c21);
            c22 = Lanes.Fma(s, v2, c22);
            c23 = Lanes.Fma(s, v3, c23);
            s = Vector512.Create(a3[0]);
            c30 = Lanes.Fma(s, v0, c30);
            c31 = Lanes.Fma(s, v1, c31);
            c32 = Lanes.Fma(s, v2, c32);
            c33 = Lanes.Fma(s, v3, c33);
            s = Vector512.Create(a3[aRow]);
            c40 = Lanes.Fma(s, v0, c40);
            c41 = Lanes.Fma(s, v1, c41);
            c42 = Lanes.Fma(s, v2, c42);
            c43 = Lanes.Fma(s, v3, c43);
            s = Vector512.Create(a3[2 * aRow]);
            c50 = Lanes.Fma(s, v0, c50);
            c51 = Lanes.Fma(s, v1, c51);
            c52 = Lanes.Fma(s, v2, c52);
            c53 = Lanes.Fma(s, v3, c53);
            a += aColumn;
            a3 += aColumn;
            b += bRow;
            b2 += bRow;
        }

        Store(c, c00, c01, onto);
        Store(c + 32, c02, c03, onto);
        Store(c + cRow, c10, c11, onto);
        Store(c + cRow + 32, c12, c13, onto);
        Store(c + 2 * cRow, c20, c21, onto);
        Store(c + 2 * cRow + 32, c22, c23, onto);
        Store(c + 3 * cRow, c30, c31, onto);
        Store(c + 3 * cRow + 32, c32, c33, onto);
        Store(c + 4 * cRow, c40, c41, onto);
        Store(c + 4 * cRow + 32, c42, c43, onto);
        Store(c + 5 * cRow, c50, c51, onto);
        Store(c + 5 * cRow + 32, c52, c53, onto);
    }

    private static void Tile8x2(
        float* a, nint aRow, nint aColumn, float* b0, float* b1, nint bRow, float* c, nint cRow, int steps, bool onto)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default;
        Vector512<float> c20 = default, c21 = default, c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default, c50 = default, c51 = default;
        Vector512<float> c60 = default, c61 = default, c70 = default, c71 = default;
        float* a4 = a + 4 * aRow;
        nint aRow3 = 3 * aRow;
        for (int k = 0; k < steps; k++)
        {
            Vector512<float> v0 = Vector512.Load(b0);
            Vector512<float> v1 = Vector512.Load(b1);
            Vector512<float> s = Vector512.Create(a[0]);
            c00 = Lanes.Fma(s, v0, c00);
            c01 = Lanes.Fma(s, v1, c01);
            s = Vector512.Create(a[aRow]);
            c10 = Lanes.Fma(s, v0, c10);
            c11 = Lanes.Fma(s, v1, c11);
            s = Vector512.Create(a[2 * aRow]);
            c20 = Lanes.Fma(s, v0, c20);
            c21 = Lanes.Fma(s, v1, c21);
            s = Vector512.Create(a[aRow3]);
            c30 = Lanes.Fma(s, v0, c30);
            c31 = Lanes.Fma(s, v1, c31);
            s = Vector512.Create(a4[0]);
            c40 = Lanes.Fma(s, v0, c40);
            c41 = Lanes.Fma(s, v1, c41);
            s = Vector512.Create(a4[aRow]);
            c50 = Lanes.Fma(s, v0, c50);
            c51 = Lanes.Fma(s, v1, c51);
            s = Vector512.Create(a4[2 * aRow]);
            c60 = Lanes.Fma(s, v0, c60);
            c61 = Lanes.Fma(s, v1, c61);
            s = Vector512.Create(a4[aRow3]);
            c70 = Lanes.Fma(s, v0, c70);
            c71 = Lanes.Fma(s, v1, c71);
            a += aColumn;
            a4 += aColumn;
            b0 += bRow;
            b1 += bRow;
        }

        Store(c, c00, c01, onto);
        Store(c + cRow, c10, c11, onto);
        Store(c + 2 * cRow, c20, c21, onto);
        Store(c + 3 * cRow, c30, c31, onto);
        Store(c + 4 * cRow, c40, c41, onto);
        Store(c + 5 * cRow, c50, c51, onto);
        Store(c + 6 * cRow, c60, c61, onto);
        Store(c + 7 * cRow, c70, c71, onto);
    }

    private static void Tile1x2(float* a, nint aColumn, float* b0, float* b1, nint bRow, float* c, int steps, bool onto)
    {
        Vector512<float> c0 = default, c1 = default;
        for (int k = 0; k < steps; k++)
        {
            Vector512<float> s = Vector512.Create(*a);
            c0 = Lanes.Fma(s, Vector512.Load(b0), c0);
            c1 = Lanes.Fma(s, Vector512.Load(b1), c1);
            a += aColumn;
            b0 += bRow;
            b1 += bRow;
        }

        Store(c, c0, c1, onto);
    }

    private static void Tile1x1(float* a, nint aColumn, float* b, nint bRow, float* c, int steps, bool onto)
    {
        Vector512<float> sum = default;
        for (int k = 0; k < steps; k++)
        {
            sum = Lanes.Fma(Vector512.Create(*a), Vector512.Load(b), sum);
            a += aColumn;
            b += bRow;
        }

        (onto ? Vector512.Load(c) + sum : sum).Store(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> c0, Vector512<float> c1, bool onto)
    {
        if (onto)
        {
            c0 = Vector512.Load(c) + c0;
            c1 = Vector512.Load(c + 16) + c1;
        }

        c0.Store(c);
        c1.Store(c + 16);
    }
}
