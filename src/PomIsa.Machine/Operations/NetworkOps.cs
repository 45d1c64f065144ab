using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Operations;

/// <summary>The large operations of a language model. Wide ones are shared over columns, rows or heads, never over a sum.</summary>
internal static unsafe class NetworkOps
{
    /// <summary>Multiply-adds below which waking other threads costs more than it saves.</summary>
    private const long WorthSharing = 1 << 20;

    public static (string, Operation)[] All { get; } =
    [
        ("matmul", MatMulF32),
        ("linear.w8", LinearQuantized),
        ("softmax", SoftmaxRows),
        ("rmsnorm", RmsNorm),
        ("rope", RotaryEmbedding),
        ("attention", CausalAttention),
        ("embed", EmbedTokens),
    ];

    private static FaultCode MatMulF32(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        BoundWeight w = c.Weight(2);
        Share(c, y.Rows, x.Columns, y.Columns, (from, to) =>
            MatMul.F32Panels(x.F32, w.F32, y.F32, y.Rows, x.Columns, y.Columns, from, to));
        return FaultCode.None;
    }

    private static FaultCode LinearQuantized(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        BoundWeight w = c.Weight(2);
        int rows = y.Rows, depth = x.Columns, columns = y.Columns;
        sbyte* q = c.Quantized.Get<sbyte>(rows * depth);
        float* scales = c.Scales.Get<float>(rows);
        int* sums = c.Accumulators.Get<int>(rows * columns);
        LinearW8.QuantizeRows(x.F32, depth, new Span<sbyte>(q, rows * depth), new Span<float>(scales, rows));
        Share(c, rows, depth, columns, (from, to) =>
        {
            var accumulators = new Span<int>(sums, rows * columns);
            LinearW8.MatMulI8(new ReadOnlySpan<sbyte>(q, rows * depth), w.W8, w.ColumnSums, rows, depth, columns, accumulators, from, to);
            LinearW8.Dequantize(accumulators, new ReadOnlySpan<float>(scales, rows), w.Scales, rows, columns, y.F32, from, to);
        });
        c.Product = new ProductView(scales, sums, rows, columns);
        return FaultCode.None;
    }

    private static FaultCode SoftmaxRows(OpContext c)
    {
        Softmax.Rows(c.View(1).F32, c.View(0).F32, c.View(1).Columns);
        return FaultCode.None;
    }

    private static FaultCode RmsNorm(OpContext c)
    {
        Norm.Rms(c.View(1).F32, c.Weight(2).F32, c.Immediate(0).F32, c.View(0).F32);
        return FaultCode.None;
    }

    private static FaultCode RotaryEmbedding(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        BoundWeight cos = c.Weight(2), sin = c.Weight(3);
        int positions = cos.Entry.Shape[0], headDim = 2 * cos.Entry.Shape[1];
        long start = c.Symbol(4);
        if (start + x.Rows > positions)
        {
            return FaultCode.TableExceeded;
        }

        Rope.Apply(x.F32, cos.F32, sin.F32, x.Columns / headDim, headDim, (int)start, y.F32);
        return FaultCode.None;
    }

    private static FaultCode CausalAttention(OpContext c)
    {
        TensorView y = c.View(0), q = c.View(1);
        StateBuffer k = c.State(2), v = c.State(3);
        int headDim = (int)c.Immediate(0).U32, rows = q.Rows, heads = q.Columns / headDim;
        float scale = c.Immediate(1).F32;
        int groups = k.RowElementsF32 / headDim, positions = k.Rows, seen = positions - rows, pairs = rows * heads;
        int length = Attention.ScratchLength(headDim, positions);
        bool shared = (long)pairs * positions * headDim >= WorthSharing && c.Pool.Threads > 1;
        int pieces = shared ? Math.Min(pairs, c.Pool.Threads * 4) : 1;
        float* scratch = c.Attention.Get<float>(checked(length * pieces));
        if (pieces == 1)
        {
            Attention.Causal(
                q.F32, k.F32, v.F32, rows, heads, groups, headDim, seen, scale, y.F32, new Span<float>(scratch, length), 0, pairs);
            return FaultCode.None;
        }

        c.Pool.Run(pieces, piece => Attention.Causal(
            q.F32,
            k.F32,
            v.F32,
            rows,
            heads,
            groups,
            headDim,
            seen,
            scale,
            y.F32,
            new Span<float>(scratch + ((long)piece * length), length),
            (int)((long)pairs * piece / pieces),
            (int)((long)pairs * (piece + 1) / pieces)));
        return FaultCode.None;
    }

    private static FaultCode EmbedTokens(OpContext c)
    {
        TensorView y = c.View(0), ids = c.View(1);
        BoundWeight w = c.Weight(2);
        int width = w.Entry.Shape[0], vocabulary = w.Entry.Shape[1];
        foreach (int id in ids.I32)
        {
            if (id < 0 || id >= vocabulary)
            {
                return FaultCode.IdOutOfRange;
            }
        }

        if (w.Entry.Element == DType.W8)
        {
            Embed.Rows(ids.I32, w.W8, w.Scales, vocabulary, width, y.F32);
        }
        else
        {
            Embed.Rows(ids.I32, w.F32, vocabulary, width, y.F32);
        }

        return FaultCode.None;
    }

    /// <summary>Runs a product over ranges of panels: all at once, or a few for each thread.</summary>
    private static void Share(OpContext c, int rows, int depth, int columns, Action<int, int> product)
    {
        int panels = Panels.Count(columns);
        if ((long)rows * depth * columns < WorthSharing || c.Pool.Threads == 1)
        {
            product(0, panels);
            return;
        }

        int pieces = Math.Min(panels, c.Pool.Threads * 4);
        c.Pool.Run(pieces, piece => product((int)((long)panels * piece / pieces), (int)((long)panels * (piece + 1) / pieces)));
    }
}
