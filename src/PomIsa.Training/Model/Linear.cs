using PomIsa.Kernels;

namespace PomIsa.Training.Model;

/// <summary>Matrix products of training, shared over a pool; each output is summed in one fixed order.</summary>
internal sealed unsafe class Linear(WorkerPool pool)
{
    private const int RowChunk = 64;
    private const int Width = 64; // columns that one item of a weight gradient takes

    private readonly WorkerPool _pool = pool;

    /// <summary>y = x · w for <c>w</c> in panels <c>[n/16][k][16]</c>, or y + x · w. Rows are <c>k</c> and <c>n</c> apart.</summary>
    public void Forward(float* x, float* panels, float* y, int rows, int k, int n, bool add = false)
    {
        _pool.Run((rows + RowChunk - 1) / RowChunk, chunk =>
        {
            int first = chunk * RowChunk;
            Gemm.Multiply(
                LeftOperand.RowMajor(x + (long)first * k, k),
                RightOperand.Panels(panels, k),
                y + (long)first * n,
                n,
                Math.Min(RowChunk, rows - first),
                n,
                k,
                add);
        });
    }

    /// <summary>dw += xᵀ · dy, summed over rows in blocks of 256. <c>dw:[k,n]</c> row-major.</summary>
    public void WeightGradient(float* x, float* dy, float* dw, int rows, int k, int n)
    {
        _pool.Run((n + Width - 1) / Width, item =>
        {
            const int Block = Gemm.Block;
            int column = item * Width, width = Math.Min(Width, n - column);
            float* packed = stackalloc float[Block * Width];
            for (int first = 0; first < rows; first += Block)
            {
                int steps = Math.Min(Block, rows - first);
                for (int t = 0; t < steps; t++)
                {
                    float* row = dy + (long)(first + t) * n + column;
                    for (int panel = 0; panel < width; panel += 16)
                    {
                        new ReadOnlySpan<float>(row + panel, 16).CopyTo(new Span<float>(packed + panel * steps + t * 16, 16));
                    }
                }

                Gemm.Multiply(
                    LeftOperand.Transposed(x + (long)first * k, k), RightOperand.Panels(packed, steps), dw + column, n, k, width, steps, add: true);
            }
        });
    }

    /// <summary>Row-major <c>w:[k,n]</c> to panels <c>[n/16][k][16]</c>.</summary>
    public void Pack(float* w, float* panels, int k, int n)
    {
        _pool.Run(n / 16, p =>
        {
            float* to = panels + (long)p * k * 16;
            for (int i = 0; i < k; i++)
            {
                new ReadOnlySpan<float>(w + (long)i * n + p * 16, 16).CopyTo(new Span<float>(to + i * 16, 16));
            }
        });
    }

    /// <summary>Row-major <c>w:[k,n]</c> to the panels of its transpose, <c>[k/16][n][16]</c>.</summary>
    public void PackTransposed(float* w, float* panels, int k, int n)
    {
        _pool.Run(k / 16, p =>
        {
            float* to = panels + (long)p * n * 16;
            for (int i = 0; i < 16; i++)
            {
                float* row = w + (long)(p * 16 + i) * n;
                for (int j = 0; j < n; j++)
                {
                    to[j * 16 + i] = row[j];
                }
            }
        });
    }
}
