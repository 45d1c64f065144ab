using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Products of a few rows: each weight is read once, straight from where it is stored.</summary>
internal static unsafe class NarrowProduct
{
    /// <summary>The tallest tile.</summary>
    public const int MostRows = 6;

    public static void Run<TWeight>(in Product p)
        where TWeight : struct, IWeight
    {
        for (int column = 0; column < p.Columns;)
        {
            int width = Width(p.Rows, (p.Columns - column) / Lanes.Count);
            int kept = Math.Min(Lanes.Count, p.Columns - column);
            byte* w = p.W + (column / Lanes.Count * p.WPanel);
            for (int k = 0; k < p.Depth; k += MatMul.Block)
            {
                int steps = Math.Min(MatMul.Block, p.Depth - k);
                Block<TWeight>(p, p.X + k, w + (k * p.WRow), p.Y + column, width, kept, steps, p.Onto || k > 0 ? Chain.Later : Chain.First);
            }

            column += width * Lanes.Count;
        }
    }

    /// <summary>Panels at once: as many chains as the registers hold.</summary>
    private static int Width(int rows, int panels) =>
        Avx512F.IsSupported && rows <= 3 && panels >= 8 ? 8
        : (Avx512F.IsSupported || (Avx2.IsSupported && rows == 1)) && panels >= 4 ? 4
        : 1;

    private static void Block<TWeight>(in Product p, float* x, byte* w, float* y, int width, int kept, int steps, Chain chain)
        where TWeight : struct, IWeight
    {
        if (width == 1)
        {
            Tile.Panel<TWeight>(x, p.XRow, w, p.WRow, y, p.YRow, p.Rows, kept, steps, chain);
        }
        else if (Avx512F.IsSupported)
        {
            NarrowTiles512<TWeight>.Run(x, p.XRow, w, p.WRow, p.WPanel, y, p.YRow, p.Rows, width, steps, chain);
        }
        else
        {
            Tiles256.Panels4(x, (float*)w, p.WRow / sizeof(float), p.WPanel / sizeof(float), y, steps, chain);
        }
    }
}
