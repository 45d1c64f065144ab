using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Attention and rotary embedding of the standard's own domain (since 23).</summary>
internal static class AttentionOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("Attention", Attention),
        ("RotaryEmbedding", Rotary),
    ];

    private static void Attention(NodeContext n)
    {
        if (n.Opset < 23 && n.Has("num_heads"))
        {
            ContribAttention.Attention(n); // files in the wild name the contributed operator without its domain
            return;
        }

        Emitter e = n.E;
        Val query = n.Input(0);
        bool flat = query.Rank == 3;
        Reg q = e.F32(query), k = e.F32(n.Input(1)), v = e.F32(n.Input(2));
        if (flat)
        {
            int heads = (int)n.Int("q_num_heads", 0), shared = (int)n.Int("kv_num_heads", 0);
            if (heads < 1 || shared < 1)
            {
                throw new OnnxException("q_num_heads and kv_num_heads are missing");
            }

            q = AttentionParts.Heads(e, q, heads);
            k = AttentionParts.Heads(e, k, shared);
            v = AttentionParts.Heads(e, v, shared);
        }

        int past = 0;
        if (n.Optional(4) is { } pastKey)
        {
            past = pastKey.Shape[2];
            k = MoveOperators.ConcatAll(e, [e.F32(pastKey), k], 2);
            v = MoveOperators.ConcatAll(e, [e.F32(n.Input(5)), v], 2);
        }

        n.Output(1, e.As(k, n.Input(1).Type));
        n.Output(2, e.As(v, n.Input(2).Type));
        int rows = q.Shape[2], total = k.Shape[2], width = q.Shape[3];
        (k, v) = (AttentionParts.Repeat(e, k, q.Shape[1]), AttentionParts.Repeat(e, v, q.Shape[1]));
        Reg scores = AttentionParts.Scores(e, q, k, n.Has("scale") ? n.Float("scale", 1) : 1 / MathF.Sqrt(width));
        long mode = n.Int("qk_matmul_output_mode", 0);
        Tap(n, mode == 0, scores);
        scores = AttentionParts.Capped(e, scores, n.Float("softcap", 0));
        Tap(n, mode == 1, scores);
        Val? lengths = n.Optional(6);
        if (n.Int("is_causal", 0) != 0)
        {
            scores = AttentionParts.Masked(e, scores, lengths is null
                ? AttentionParts.Causal(rows, total, past)
                : CausalFrom(e, e.Zip("vsub", e.To(lengths.Reg, DType.I64), Emitter.Scalar(DType.I64, rows)), rows, total));
        }

        if (lengths is not null)
        {
            Reg ends = e.Reshape(e.To(lengths.Reg, DType.I64), lengths.Reg.Length, 1, 1, 1);
            scores = AttentionParts.Masked(e, scores, e.Zip("vlt", AttentionParts.Count(total), ends));
        }

        if (n.Optional(3) is { } mask)
        {
            scores = Mask(e, scores, mask, total);
        }

        Tap(n, mode == 2, scores);
        Reg weights = AttentionParts.Weights(e, scores);
        Tap(n, mode == 3, weights);
        Reg y = e.Emit("matmul.batch", [weights, v]);
        n.Output(0, e.As(flat ? AttentionParts.Merge(e, y) : y, query.Type));
    }

    private static void Tap(NodeContext n, bool here, Reg scores)
    {
        if (here && n.Wants(3))
        {
            n.Output(3, n.E.As(scores, n.Input(0).Type));
        }
    }

    /// <summary>Causal with an offset [B] that is known only when the program runs.</summary>
    private static Reg CausalFrom(Emitter e, Reg offset, int rows, int columns)
    {
        Reg last = e.Zip("vadd", e.Reshape(offset, offset.Length, 1, 1, 1), e.Reshape(AttentionParts.Count(rows), rows, 1));
        return e.Zip("vle", AttentionParts.Count(columns), last);
    }

    /// <summary>A mask that says true where something is seen, or one that is added; columns that it lacks are not seen.</summary>
    private static Reg Mask(Emitter e, Reg scores, Val mask, int total)
    {
        int have = mask.Shape[^1];
        Reg m = mask.Type == OnnxType.Bool ? mask.Reg : e.F32(mask);
        if (have < total && have != 1)
        {
            Reg unseen = mask.Type == OnnxType.Bool ? Emitter.Scalar(DType.Bool, 0) : Emitter.Scalar(DType.F32, double.NegativeInfinity);
            m = MoveOperators.PadAxis(e, m, mask.Rank - 1, 0, total - have, "constant", unseen);
        }

        return mask.Type == OnnxType.Bool ? AttentionParts.Masked(e, scores, m) : e.Zip("vadd", scores, m);
    }

    private static void Rotary(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        Reg from = e.F32(x), cos = e.F32(n.Input(1)), sin = e.F32(n.Input(2));
        if (x.Rank == 3)
        {
            from = AttentionParts.Heads(e, from, (int)n.Int("num_heads", 0) is > 0 and var heads ? heads : throw new OnnxException("num_heads is missing"));
        }

        if (n.Optional(3) is { } positions)
        {
            cos = e.Emit("gather", [cos, positions.Reg], Operand.OfU32(0));
            sin = e.Emit("gather", [sin, positions.Reg], Operand.OfU32(0));
        }

        // [B, S, r/2]: the same for all heads.
        int[] table = [cos.Shape[0], 1, cos.Shape[1], cos.Shape[2]];
        int turning = (int)n.Int("rotary_embedding_dim", 0);
        int half = turning > 0 ? turning / 2 : cos.Shape[2];
        Reg Table(Reg t) => MoveOperators.SliceAxis(e, e.Reshape(t, table), 3, 0, 1, half);
        Reg y = AttentionParts.Rotate(e, from, Table(cos), Table(sin), n.Int("interleaved", 0) != 0);
        n.Output(0, e.As(x.Rank == 3 ? AttentionParts.Merge(e, y) : y, x.Type));
    }
}
