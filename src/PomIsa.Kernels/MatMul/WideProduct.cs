using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Products of many rows: blocked so that factors lie in the second cache and two panels of weights in the first.</summary>
/// <remarks>
/// For 64 panels, for at most 140 rows, for a block of 256 steps: two panels after the other (32 KiB) meet all of x's rows (140 KiB),
/// while the next two are called into the cache. Rows that are a multiple of 4 KiB apart would push each other out of the first cache:
/// such a block of x is copied, as is one with strides, to rows that are 17 lines apart.
/// </remarks>
internal static unsafe class WideProduct
{
    private const int MostRows = 140;

    private const int Page = 4096;

    private const int ColumnBlock = 64 * Lanes.Count;

    private const int PackedRow = MatMul.Block + Lanes.Count;

    private const int Fetched = MatMul.Block * Lanes.Count;

    [SkipLocalsInit]
    public static void Run<TWeight>(in Product p)
        where TWeight : struct, IWeight
    {
        bool packs = p.XStep != 1 || p.XRow * sizeof(float) % Page == 0;
        int rowBlock = RowBlock(p.Rows);
        float* scratch = stackalloc float[(packs ? rowBlock * PackedRow : 0) + (2 * Fetched) + Lanes.Count];
        float* weights = (float*)(((nint)scratch + 63) & ~63);
        float* packed = weights + (2 * Fetched);
        for (int column = 0; column < p.Columns; column += ColumnBlock)
        {
            for (int row = 0; row < p.Rows; row += rowBlock)
            {
                for (int k = 0; k < p.Depth; k += MatMul.Block)
                {
                    var block = new Blocks(
                        row, Math.Min(p.Rows, row + rowBlock), column, Math.Min(p.Columns, column + ColumnBlock), k, Math.Min(p.Depth, k + MatMul.Block));
                    if (packs)
                    {
                        Pack(p, block, packed);
                        Multiply<TWeight>(p, block, packed, PackedRow, weights);
                    }
                    else
                    {
                        Multiply<TWeight>(p, block, p.X + (row * p.XRow) + k, p.XRow, weights);
                    }
                }
            }
        }
    }

    /// <summary>Rows in each block where there are so many: blocks of nearly one height, whole tiles where it can be.</summary>
    private static int RowBlock(int rows)
    {
        int blocks = (rows + MostRows - 1) / MostRows;
        return (rows + blocks - 1) / blocks;
    }

    /// <summary>One block of k, for a range of rows and one of columns.</summary>
    private readonly record struct Blocks(int Row, int RowEnd, int Column, int ColumnEnd, int K, int KEnd);

    private static void Pack(in Product p, in Blocks b, float* packed)
    {
        float* x = p.X + (b.Row * p.XRow) + (b.K * p.XStep);
        int rows = b.RowEnd - b.Row, steps = b.KEnd - b.K;
        if (p.XStep != 1)
        {
            Transposition.Copy(x, p.XStep, p.XRow, steps, rows, packed, PackedRow);
            return;
        }

        for (int t = 0; t < rows; t++)
        {
            new ReadOnlySpan<float>(x + (t * p.XRow), steps).CopyTo(new Span<float>(packed + (t * PackedRow), steps));
        }
    }

    private static void Multiply<TWeight>(in Product p, in Blocks b, float* x, nint xRow, float* weights)
        where TWeight : struct, IWeight
    {
        int rows = b.RowEnd - b.Row, steps = b.KEnd - b.K;
        Chain chain = p.Onto || b.K > 0 ? Chain.Later : Chain.First;
        for (int column = b.Column; column < b.ColumnEnd;)
        {
            int width = Avx512F.IsSupported && b.ColumnEnd - column >= 2 * Lanes.Count ? 2 : 1;
            int kept = Math.Min(Lanes.Count, b.ColumnEnd - column);
            byte* w = p.W + (column / Lanes.Count * p.WPanel) + (b.K * p.WRow);
            float* y = p.Y + (b.Row * p.YRow) + column;
            if (TWeight.Size == sizeof(float) && p.IsPanels<TWeight>())
            {
                Tile.Rows(x, xRow, w, p.WRow, p.WPanel, y, p.YRow, rows, width, steps, chain, kept, Ahead(p, b, column));
            }
            else
            {
                for (int panel = 0; panel < width; panel++)
                {
                    TWeight.Fetch(w + (panel * p.WPanel), p.WRow, p.WPanel, kept, steps, weights + (panel * Fetched));
                }

                Tile.Rows(x, xRow, (byte*)weights, Lanes.Count * sizeof(float), Fetched * sizeof(float), y, p.YRow, rows, width, steps, chain, kept);
            }

            column += width * Lanes.Count;
        }
    }

    /// <summary>Bytes from the two panels in use to the two that are next: in this block, or else in the block after it.</summary>
    private static nint Ahead(in Product p, in Blocks b, int column) =>
        column + (2 * Lanes.Count) < b.ColumnEnd ? 2 * p.WPanel
        : b.KEnd < p.Depth ? (MatMul.Block * p.WRow) - ((column - b.Column) / Lanes.Count * p.WPanel)
        : 0;
}
