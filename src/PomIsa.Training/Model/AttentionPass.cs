using System.Runtime.Intrinsics;
using PomIsa.Kernels;

namespace PomIsa.Training.Model;

/// <summary>Causal grouped-query attention of training, forward and backward, one (sequence, key head) an item.</summary>
internal sealed unsafe class AttentionPass(DecoderShape shape, WorkerPool pool)
{
    private const int RowBlock = 64;

    [ThreadStatic]
    private static FloatBuffer? t_scratch;

    private readonly float _scale = 1f / MathF.Sqrt(shape.HeadDim);

    /// <summary>f32 values that the probabilities of one layer need.</summary>
    public static long ProbabilityCount(DecoderShape shape, int[] starts)
    {
        long count = 0;
        for (int s = 0; s + 1 < starts.Length; s++)
        {
            long length = starts[s + 1] - starts[s];
            count += shape.Heads * length * Pad(length);
        }

        return count;
    }

    /// <summary>out = softmax(q·kᵀ·scale)·v; <c>qkv:[N, D + 2·KV]</c>, <c>output:[N, D]</c>, probabilities kept for the way back.</summary>
    public void Forward(float* qkv, float* probabilities, float* output, int[] starts)
    {
        long[] offsets = Offsets(starts);
        pool.Run((starts.Length - 1) * shape.KvHeads, item =>
        {
            (int s, int kv) = Math.DivRem(item, shape.KvHeads);
            int length = starts[s + 1] - starts[s], padded = (int)Pad(length), group = shape.Heads / shape.KvHeads;
            float* rows = qkv + (long)starts[s] * shape.QkvDim;
            float* keysT = Scratch(shape.HeadDim * padded);
            PackRowsTransposed(rows + shape.Dim + kv * shape.HeadDim, keysT, length, padded);
            for (int g = 0; g < group; g++)
            {
                int head = kv * group + g;
                float* p = probabilities + offsets[s] + (long)head * length * padded;
                for (int first = 0; first < length; first += RowBlock)
                {
                    int count = Math.Min(RowBlock, length - first), visible = (int)Pad(first + count);
                    Gemm.Multiply(
                        LeftOperand.RowMajor(rows + (long)first * shape.QkvDim + head * shape.HeadDim, shape.QkvDim),
                        new RightOperand((nint)keysT, padded, 16),
                        p + (long)first * padded,
                        padded,
                        count,
                        visible,
                        shape.HeadDim);
                    for (int t = first; t < first + count; t++)
                    {
                        SoftmaxRow(p + (long)t * padded, t + 1, visible);
                    }

                    Gemm.Multiply(
                        LeftOperand.RowMajor(p + (long)first * padded, padded),
                        RightOperand.RowMajor(rows + shape.Dim + shape.KvDim + kv * shape.HeadDim, shape.QkvDim),
                        output + (long)(starts[s] + first) * shape.Dim + head * shape.HeadDim,
                        shape.Dim,
                        count,
                        shape.HeadDim,
                        first + count);
                }
            }
        });
    }

    /// <summary>dqkv from doutput; every element of <c>dqkv:[N, D + 2·KV]</c> is written.</summary>
    public void Backward(float* qkv, float* probabilities, float* doutput, float* dqkv, int[] starts)
    {
        long[] offsets = Offsets(starts);
        pool.Run((starts.Length - 1) * shape.KvHeads, item =>
        {
            (int s, int kv) = Math.DivRem(item, shape.KvHeads);
            int length = starts[s + 1] - starts[s], padded = (int)Pad(length), group = shape.Heads / shape.KvHeads;
            int headDim = shape.HeadDim, width = shape.QkvDim;
            float* rows = qkv + (long)starts[s] * width;
            float* drows = dqkv + (long)starts[s] * width;
            float* valuesT = Scratch((headDim + length) * padded);
            float* dscores = valuesT + headDim * padded;
            PackRowsTransposed(rows + shape.Dim + shape.KvDim + kv * headDim, valuesT, length, padded);
            float* keys = rows + shape.Dim + kv * headDim;
            float* dkeys = drows + shape.Dim + kv * headDim;
            float* dvalues = drows + shape.Dim + shape.KvDim + kv * headDim;
            for (int g = 0; g < group; g++)
            {
                int head = kv * group + g;
                float* p = probabilities + offsets[s] + (long)head * length * padded;
                float* dout = doutput + (long)starts[s] * shape.Dim + head * headDim;
                for (int first = 0; first < length; first += RowBlock)
                {
                    int count = Math.Min(RowBlock, length - first), visible = (int)Pad(first + count);
                    Gemm.Multiply(
                        LeftOperand.RowMajor(dout + (long)first * shape.Dim, shape.Dim),
                        new RightOperand((nint)valuesT, padded, 16),
                        dscores + (long)first * padded,
                        padded,
                        count,
                        visible,
                        headDim);
                    for (int t = first; t < first + count; t++)
                    {
                        SoftmaxRowBackward(p + (long)t * padded, dscores + (long)t * padded, visible);
                    }

                    Gemm.Multiply(
                        LeftOperand.RowMajor(dscores + (long)first * padded, padded),
                        RightOperand.RowMajor(keys, width),
                        drows + (long)first * width + head * headDim,
                        width,
                        count,
                        headDim,
                        first + count);
                }

                for (int first = 0; first < length; first += RowBlock)
                {
                    // Rows before `first` do not see these positions, so the sum over rows begins there.
                    int count = Math.Min(RowBlock, length - first), below = length - first;
                    Gemm.Multiply(
                        LeftOperand.Transposed(dscores + (long)first * padded + first, padded),
                        RightOperand.RowMajor(rows + (long)first * width + head * headDim, width),
                        dkeys + (long)first * width,
                        width,
                        count,
                        headDim,
                        below,
                        add: g > 0);
                    Gemm.Multiply(
                        LeftOperand.Transposed(p + (long)first * padded + first, padded),
                        RightOperand.RowMajor(dout + (long)first * shape.Dim, shape.Dim),
                        dvalues + (long)first * width,
                        width,
                        count,
                        headDim,
                        below,
                        add: g > 0);
                }
            }
        });
    }

    private static long Pad(long n) => (n + 15) & ~15L;

    private static float* Scratch(int length)
    {
        if (t_scratch is null || t_scratch.Length < length)
        {
            t_scratch?.Dispose();
            t_scratch = new FloatBuffer(length * 2L);
        }

        return t_scratch.Data;
    }

    private long[] Offsets(int[] starts)
    {
        var offsets = new long[starts.Length];
        for (int s = 0; s + 1 < starts.Length; s++)
        {
            long length = starts[s + 1] - starts[s];
            offsets[s + 1] = offsets[s] + shape.Heads * length * Pad(length);
        }

        return offsets;
    }

    /// <summary><c>[length, headDim]</c> with rows QkvDim apart to <c>[headDim, padded]</c>, zero beyond the length.</summary>
    private void PackRowsTransposed(float* rows, float* to, int length, int padded)
    {
        for (int d = 0; d < shape.HeadDim; d++)
        {
            float* column = to + (long)d * padded;
            for (int t = 0; t < length; t++)
            {
                column[t] = rows[(long)t * shape.QkvDim + d];
            }

            new Span<float>(column + length, padded - length).Clear();
        }
    }

    private void SoftmaxRow(float* row, int visible, int width)
    {
        new Span<float>(row + visible, width - visible).Fill(float.NegativeInfinity);
        RowMath.Scale(row, _scale, row, width);
        var max = Vector512.Create(RowMath.Max(row, width));
        for (int i = 0; i < width; i += 16)
        {
            Vector512.Store(Vector512.Load(row + i) - max, row + i);
        }

        Elementary.Exp(new ReadOnlySpan<float>(row, width), new Span<float>(row, width));
        RowMath.Scale(row, 1f / RowMath.Sum(row, width), row, width);
    }

    /// <summary>ds = p·(dp − Σ p·dp)·scale, in place over dp.</summary>
    private void SoftmaxRowBackward(float* p, float* dp, int width)
    {
        var mean = Vector512.Create(RowMath.Dot(p, dp, width));
        var scale = Vector512.Create(_scale);
        for (int i = 0; i < width; i += 16)
        {
            Vector512<float> step = Vector512.Load(dp + i) - mean;
            Vector512.Store(Vector512.Load(p + i) * step * scale, dp + i);
        }
    }
}
