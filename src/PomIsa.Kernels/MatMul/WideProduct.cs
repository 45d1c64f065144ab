using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Products of many rows: blocked so that factors lie in the second cache and two panels of weights in the first.</summary>
/// <remarks>
/// For 64 panels, for 112 rows, for a block of 256 steps: the block of x is copied (122 KiB), then two panels after the other
/// (32 KiB) meet all of its rows, while the next two are called into the cache. The copy's rows are 17 lines apart, since rows
/// that are a multiple of 4 KiB apart would push each other out of the first cache.
/// </remarks>
internal static unsafe class WideProduct
{
    private const int RowBlock = 112;

    private const int ColumnBlock = 64 * Lanes.Count;

    private const int PackedRow = MatMul.Block + Lanes.Count;

    private const int Fetched = MatMul.Block * Lanes.Count;

    [SkipLocalsInit]
    public static void Run<TWeight>(in Product p)
        where TWeight : struct, IWeight
    {
        float* scratch = stackalloc float[(RowBlock * PackedRow) + (2 * Fetched) + Lanes.Count];
        float* weights = (float*)(((nint)scratch + 63) & ~63);
        float* packed = weights + (2 * Fetched);
        for (int column = 0; column < p.Columns; column += ColumnBlock)
        {
            for (int row = 0; row < p.Rows; row += RowBlock)
            {
                for (int k = 0; k < p.Depth; k += MatMul.Block)
                {
                    var block = new Blocks(
                        row, Math.Min(p.Rows, row + RowBlock), column, Math.Min(p.Columns, column + ColumnBlock), k, Math.Min(p.Depth, k + MatMul.Block));
                    Pack(p, block, packed);
                    Multiply<TWeight>(p, block, packed, weights);
                }
            }
        }
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

    private static void Multiply<TWeight>(in Product p, in Blocks b, float* packed, float* weights)
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
                Tile.Rows(packed, PackedRow, w, p.WRow, p.WPanel, y, p.YRow, rows, width, steps, chain, kept, Ahead(p, b, column));
            }
            else
            {
                for (int panel = 0; panel < width; panel++)
                {
                    TWeight.Fetch(w + (panel * p.WPanel), p.WRow, p.WPanel, kept, steps, weights + (panel * Fetched));
                }

                Tile.Rows(packed, PackedRow, (byte*)weights, Lanes.Count * sizeof(float), Fetched * sizeof(float), y, p.YRow, rows, width, steps, chain, kept);
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
