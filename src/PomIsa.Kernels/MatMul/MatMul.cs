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
        Check(x.Length, w.Length, y.Length, rows, depth, columns, panelFrom, panelTo);
        fixed (float* px = x, pw = w, py = y)
        {
            Stored<F32Weight>(px, pw, py, rows, depth, columns, panelFrom, panelTo);
        }
    }

    /// <summary>y = x · w with weights of f16, each converted exactly. Shapes: <c>x:[T,K], w: panels [⌈N/16⌉][K][16] → y:[T,N]</c>.</summary>
    /// <inheritdoc cref="F32Panels" path="/remarks"/>
    /// <inheritdoc cref="F32Panels" path="/exception"/>
    public static void F16Panels(
        ReadOnlySpan<float> x, ReadOnlySpan<ushort> w, Span<float> y, int rows, int depth, int columns, int panelFrom, int panelTo) =>
        HalfPanels<F16Weight>(x, w, y, rows, depth, columns, panelFrom, panelTo);

    /// <summary>y = x · w with weights of bf16, each converted exactly. Shapes: <c>x:[T,K], w: panels [⌈N/16⌉][K][16] → y:[T,N]</c>.</summary>
    /// <inheritdoc cref="F32Panels" path="/remarks"/>
    /// <inheritdoc cref="F32Panels" path="/exception"/>
    public static void BF16Panels(
        ReadOnlySpan<float> x, ReadOnlySpan<ushort> w, Span<float> y, int rows, int depth, int columns, int panelFrom, int panelTo) =>
        HalfPanels<BF16Weight>(x, w, y, rows, depth, columns, panelFrom, panelTo);

    /// <summary>y[i] = a[i] · b[i] for each matrix of a batch. Shapes: <c>a:[B,T,K], b:[B,K,N] → y:[B,T,N]</c>; f32, in rows.</summary>
    /// <remarks>
    /// With <paramref name="transposed"/>, <c>b:[B,N,K]</c> and y[i] = a[i] · b[i]ᵀ; the order of a sum is the same. Rows i·T + t
    /// from <paramref name="from"/> to <paramref name="to"/> (exclusive) are written, so that workers can share one call. No overlap.
    /// </remarks>
    /// <param name="batch">B.</param>
    /// <param name="rows">T.</param>
    /// <param name="depth">K.</param>
    /// <param name="columns">N.</param>
    /// <exception cref="ArgumentException">Lengths disagree with B, T, K and N, or the range is not within B·T.</exception>
    public static void Batched(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int batch, int rows, int depth, int columns, bool transposed, int from, int to)
    {
        Shape.Require(a.Length == (long)batch * rows * depth, "a is not [B,T,K]");
        Shape.Require(b.Length == (long)batch * depth * columns, "b is neither [B,K,N] nor [B,N,K]");
        Shape.Require(y.Length == (long)batch * rows * columns, "y is not [B,T,N]");
        Shape.RequireRange(from, to, batch * rows);
        fixed (float* pa = a, pb = b, py = y)
        {
            for (int row = from; row < to;)
            {
                int i = row / rows, end = Math.Min(to, (i + 1) * rows);
                float* x = pa + ((nint)row * depth), w = pb + ((nint)i * depth * columns), into = py + ((nint)row * columns);
                if (transposed)
                {
                    new Product(x, depth, 1, w, sizeof(float), (nint)depth * Lanes.Count * sizeof(float), into, columns, end - row, depth, columns).Run<TransposedF32Weight>();
                }
                else
                {
                    new Product(x, depth, 1, w, (nint)columns * sizeof(float), Lanes.Count * sizeof(float), into, columns, end - row, depth, columns).Run<F32Weight>();
                }

                row = end;
            }
        }
    }

    private static void HalfPanels<TWeight>(
        ReadOnlySpan<float> x, ReadOnlySpan<ushort> w, Span<float> y, int rows, int depth, int columns, int panelFrom, int panelTo)
        where TWeight : struct, IWeight
    {
        Check(x.Length, w.Length, y.Length, rows, depth, columns, panelFrom, panelTo);
        fixed (float* px = x, py = y)
        {
            fixed (ushort* pw = w)
            {
                Stored<TWeight>(px, pw, py, rows, depth, columns, panelFrom, panelTo);
            }
        }
    }

    private static void Check(int x, int w, int y, int rows, int depth, int columns, int panelFrom, int panelTo)
    {
        int panels = Panels.Count(columns);
        Shape.Require(x == (long)rows * depth, "x is not [T,K]");
        Shape.Require(w == (long)panels * depth * Lanes.Count, "w is not [N/16][K][16]");
        Shape.Require(y == (long)rows * columns, "y is not [T,N]");
        Shape.RequireRange(panelFrom, panelTo, panels);
    }

    /// <summary>The product with stored panels of any format.</summary>
    private static void Stored<TWeight>(float* x, void* w, float* y, int rows, int depth, int columns, int panelFrom, int panelTo)
        where TWeight : struct, IWeight
    {
        int from = panelFrom * Lanes.Count, to = Math.Min(columns, panelTo * Lanes.Count);
        nint wRow = TWeight.Size * Lanes.Count, wPanel = depth * wRow;
        if (from < to)
        {
            new Product(x, depth, 1, (byte*)w + (panelFrom * wPanel), wRow, wPanel, y + from, columns, rows, depth, to - from).Run<TWeight>();
        }
    }
}
