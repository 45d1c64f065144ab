using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Operations;

/// <summary>Operations on one row at a time: norms, softmax, rotations, embeddings. Many rows are shared over the pool.</summary>
internal static class RowOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "softmax" => SoftmaxRows,
        "rmsnorm" => RmsNorm,
        "layernorm" => LayerNorm,
        "rope" => RotaryEmbedding,
        "embed" => EmbedTokens,
        _ => null,
    };

    private static FaultCode SoftmaxRows(OpContext c)
    {
        Pieces pieces = Cut(c, picosecondsPerElement: 1000);
        return c.Share(pieces.Count, new SoftmaxWork(pieces, c.View(1), c.View(0)));
    }

    private static FaultCode RmsNorm(OpContext c)
    {
        Pieces pieces = Cut(c, picosecondsPerElement: 250);
        return c.Share(pieces.Count, new NormWork(pieces, c.View(1), c.Weight(2), c.Immediate(0).F32, c.View(0)));
    }

    private static FaultCode LayerNorm(OpContext c)
    {
        Pieces pieces = Cut(c, picosecondsPerElement: 500);
        return c.Share(pieces.Count, new LayerNormWork(pieces, c.View(1), c.Weight(2), c.Weight(3), c.Immediate(0).F32, c.View(0)));
    }

    private static FaultCode RotaryEmbedding(OpContext c)
    {
        BoundWeight cos = c.Weight(2);
        int positions = cos.Entry.Shape[0], headDim = 2 * cos.Entry.Shape[1];
        long start = c.Symbol(4);
        if (start + c.View(1).Rows > positions)
        {
            return FaultCode.TableExceeded;
        }

        Pieces pieces = Cut(c, picosecondsPerElement: 250);
        return c.Share(pieces.Count, new RopeWork(pieces, c.View(1), cos, c.Weight(3), headDim, (int)start, c.View(0)));
    }

    private static FaultCode EmbedTokens(OpContext c)
    {
        int vocabulary = c.Weight(2).Entry.Shape[1];
        foreach (int id in c.View(1).I32)
        {
            if (id < 0 || id >= vocabulary)
            {
                return FaultCode.IdOutOfRange;
            }
        }

        Pieces pieces = Cut(c, picosecondsPerElement: 1500);
        return c.Share(pieces.Count, new EmbedWork(pieces, c.View(1), c.Weight(2), c.View(0)));
    }

    private static Pieces Cut(OpContext c, long picosecondsPerElement) =>
        Sharing.Cut(c, c.View(0).Length * picosecondsPerElement / 1000, c.View(0).Length == 0 ? 0 : c.View(0).Rows);

    private readonly struct SoftmaxWork(Pieces pieces, TensorView x, TensorView y) : IWork
    {
        public void Item(int item, int worker) =>
            Softmax.Rows(x.F32Rows(pieces, item), y.F32Rows(pieces, item), x.Columns);
    }

    private readonly struct NormWork(Pieces pieces, TensorView x, BoundWeight w, float eps, TensorView y) : IWork
    {
        public void Item(int item, int worker) => Norm.Rms(x.F32Rows(pieces, item), w.F32, eps, y.F32Rows(pieces, item));
    }

    private readonly struct LayerNormWork(Pieces pieces, TensorView x, BoundWeight w, BoundWeight b, float eps, TensorView y) : IWork
    {
        public void Item(int item, int worker) => Norm.Layer(x.F32Rows(pieces, item), w.F32, b.F32, eps, y.F32Rows(pieces, item));
    }

    private readonly struct RopeWork(
        Pieces pieces, TensorView x, BoundWeight cos, BoundWeight sin, int headDim, int start, TensorView y) : IWork
    {
        public void Item(int item, int worker) => Rope.Apply(
            x.F32Rows(pieces, item), cos.F32, sin.F32, x.Columns / headDim, headDim, start + pieces.From(item), y.F32Rows(pieces, item));
    }

    private readonly struct EmbedWork(Pieces pieces, TensorView ids, BoundWeight w, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            int width = w.Entry.Shape[0], vocabulary = w.Entry.Shape[1];
            ReadOnlySpan<int> tokens = ids.I32[pieces.From(item)..pieces.To(item)];
            Span<float> rows = y.F32Rows(pieces, item);
            switch (w.Entry.Element)
            {
                case DType.W8:
                    Embed.Rows(tokens, w.W8, w.Scales, vocabulary, width, rows);
                    break;
                case DType.W4:
                    Embed.Rows(tokens, w.W4, w.SubScales, w.Scales, vocabulary, width, rows);
                    break;
                case DType.F16:
                    Embed.RowsF16(tokens, w.U16, vocabulary, width, rows);
                    break;
                case DType.BF16:
                    Embed.RowsBF16(tokens, w.U16, vocabulary, width, rows);
                    break;
                default:
                    Embed.Rows(tokens, w.F32, vocabulary, width, rows);
                    break;
            }
        }
    }
}
