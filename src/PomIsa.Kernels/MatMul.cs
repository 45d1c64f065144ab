using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>The f32 matrix product in the order of spec/numerics.md, rule 3.</summary>
public static unsafe class MatMul
{
    /// <summary>Steps along k that are summed by one chain of fma: the block of rule 3.</summary>
    public const int Block = 256;

    /// <summary>y = x · w. Shapes: <c>x:[T,K], w: panels [⌈N/16⌉][K][16] → y:[T,N]</c>; f32.</summary>
    /// <remarks>
    /// Only columns of panels <paramref name="panelFrom"/> to <paramref name="panelTo"/> (exclusive) are written, so
    /// that workers can share one product. Lanes of the last panel beyond N are not read into y. No overlap.
    /// </remarks>
    /// <exception cref="ArgumentException">Lengths disagree with T, K and N, or the range is not within the panels.</exception>
    public static void F32Panels(
        ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> y, int rows, int depth, int columns, int panelFrom, int panelTo)
    {
        int panels = Panels.Count(columns);
        Shape.Require(x.Length == (long)rows * depth, "x is not [T,K]");
        Shape.Require(w.Length == (long)panels * depth * Lanes.Count, "w is not [N/16][K][16]");
        Shape.Require(y.Length == (long)rows * columns, "y is not [T,N]");
        Shape.RequireRange(panelFrom, panelTo, panels);
        fixed (float* px = x, pw = w, py = y)
        {
            nint panel = (nint)depth * Lanes.Count;
            int whole = Math.Min(panelTo, columns / Lanes.Count);
            if (whole > panelFrom)
            {
                Product(
                    px, depth, pw + (panelFrom * panel), Lanes.Count, panel, py + ((nint)panelFrom * Lanes.Count), columns, rows, depth, whole - panelFrom);
            }

            if (panelTo > whole && panelTo > panelFrom)
            {
                Partial(px, pw + (whole * panel), py + ((nint)whole * Lanes.Count), rows, depth, columns);
            }
        }
    }

    /// <summary>The product of strided operands: w at <c>k · wRow + panel · wPanel</c>, y at <c>t · yRow + panel · 16</c>.</summary>
    internal static void Product(
        float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int rows, int depth, int panels)
    {
        if (depth == 0)
        {
            for (int t = 0; t < rows; t++)
            {
                new Span<float>(y + (t * yRow), panels * Lanes.Count).Clear();
            }
        }

        for (int panel = 0; panel < panels;)
        {
            int width = Width(rows, panels - panel);
            for (int k = 0; k < depth; k += Block)
            {
                Columns(
                    x + k, xRow, w + (k * wRow) + (panel * wPanel), wRow, wPanel, y + (panel * Lanes.Count), yRow, rows, Math.Min(Block, depth - k), k > 0, width);
            }

            panel += width;
        }
    }

    /// <summary>Panels at once: as many chains as the registers hold.</summary>
    private static int Width(int rows, int panels) =>
        Avx512F.IsSupported && rows == 1 && panels >= 8 ? 8
        : panels >= 4 && (Avx512F.IsSupported || rows < 6) ? 4
        : 1;

    /// <summary>One block of k for all rows of <paramref name="width"/> panels.</summary>
    private static void Columns(
        float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int rows, int steps, bool onto, int width)
    {
        for (int t = 0; t < rows;)
        {
            float* xt = x + (t * xRow);
            float* yt = y + (t * yRow);
            t += Avx512F.IsSupported
                ? Tile512(xt, xRow, w, wRow, wPanel, yt, yRow, steps, onto, width, rows - t)
                : Tile256(xt, xRow, w, wRow, wPanel, yt, yRow, steps, onto, width, rows - t);
        }
    }

    /// <summary>Runs the tallest tile that fits and returns its rows.</summary>
    private static int Tile512(
        float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto, int width, int rows)
    {
        switch (width)
        {
            case 8:
                MatMulTiles.Rows1Panels8(x, xRow, w, wRow, wPanel, y, yRow, steps, onto);
                return 1;
            case 4 when rows >= 6:
                MatMulTiles.Rows6Panels4(x, xRow, w, wRow, wPanel, y, yRow, steps, onto);
                return 6;
            case 4 when rows >= 2:
                MatMulTiles.Rows2Panels4(x, xRow, w, wRow, wPanel, y, yRow, steps, onto);
                return 2;
            case 4:
                MatMulTiles.Rows1Panels4(x, xRow, w, wRow, wPanel, y, yRow, steps, onto);
                return 1;
            case 1 when rows >= 6:
                MatMulTiles.Rows6Panels1(x, xRow, w, wRow, wPanel, y, yRow, steps, onto);
                return 6;
            default:
                MatMulTiles.Rows1Panels1(x, xRow, w, wRow, wPanel, y, yRow, steps, onto);
                return 1;
        }
    }

    /// <summary>Runs the tallest tile that fits and returns its rows.</summary>
    private static int Tile256(
        float* x, nint xRow, float* w, nint wRow, nint wPanel, float* y, nint yRow, int steps, bool onto, int width, int rows)
    {
        switch (width)
        {
            case 4:
                MatMulTiles256.Rows1Panels4(x, xRow, w, wRow, wPanel, y, yRow, steps, onto);
                return 1;
            case 1 when rows >= 6:
                MatMulTiles256.Rows6Panels1(x, xRow, w, wRow, wPanel, y, yRow, steps, onto);
                return 6;
            default:
                MatMulTiles256.Rows1Panels1(x, xRow, w, wRow, wPanel, y, yRow, steps, onto);
                return 1;
        }
    }

    /// <summary>The last panel where N is not a multiple of 16: its columns beyond N go nowhere.</summary>
    private static void Partial(float* x, float* w, float* y, int rows, int depth, int columns)
    {
        float* lanes = stackalloc float[Lanes.Count];
        int kept = columns % Lanes.Count;
        for (int t = 0; t < rows; t++)
        {
            Product(x + ((nint)t * depth), depth, w, Lanes.Count, 0, lanes, Lanes.Count, 1, depth, 1);
            new ReadOnlySpan<float>(lanes, kept).CopyTo(new Span<float>(y + ((nint)t * columns), kept));
        }
    }
}
