using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Attention operators of ONNX Runtime's contributed domain.</summary>
internal static class ContribAttention
{
    public static (string, Lower)[] All { get; } =
    [
        ("com.microsoft.Attention", Attention),
        ("com.microsoft.MultiHeadAttention", MultiHead),
        ("com.microsoft.GroupQueryAttention", GroupQuery),
        ("com.microsoft.RotaryEmbedding", Rotary),
    ];

    private const float LowestFilter = -10000f;

    /// <summary>Projection of queries, keys and values in one product, then attention.</summary>
    public static void Attention(NodeContext n)
    {
        Emitter e = n.E;
        Val input = n.Input(0);
        int heads = (int)n.Int("num_heads", 1), batch = input.Shape[0], rows = input.Shape[1];
        int[] weights = n.Input(1).Shape;
        int[] sizes = n.Ints("qkv_hidden_sizes") is { Length: 3 } given ? [.. given.Select(static s => (int)s)] : [weights[1] / 3, weights[1] / 3, weights[1] / 3];
        if (n.Int("do_rotary", 0) != 0)
        {
            throw new OnnxException("do_rotary is not supported");
        }

        Reg all = MatrixOperators.Product(e, e.F32(input), e.F32(n.Input(1)));
        all = n.Optional(2) is { } bias ? e.Zip("vadd", all, e.F32(bias)) : all;
        Reg q = AttentionParts.Heads(e, MoveOperators.SliceAxis(e, all, 2, 0, 1, sizes[0]), heads);
        Reg k = AttentionParts.Heads(e, MoveOperators.SliceAxis(e, all, 2, sizes[0], 1, sizes[1]), heads);
        Reg v = AttentionParts.Heads(e, MoveOperators.SliceAxis(e, all, 2, sizes[0] + sizes[1], 1, sizes[2]), heads);
        int past = 0;
        if (n.Optional(4) is { } stacked)
        {
            past = stacked.Shape[3];
            Reg Part(int i) => e.Reshape(MoveOperators.SliceAxis(e, e.F32(stacked), 0, i, 1, 1), stacked.Shape.AsSpan(1));
            (k, v) = (MoveOperators.ConcatAll(e, [Part(0), k], 2), MoveOperators.ConcatAll(e, [Part(1), v], 2));
        }

        if (n.Wants(1))
        {
            int[] one = [1, .. k.Shape];
            n.Output(1, e.As(MoveOperators.ConcatAll(e, [e.Reshape(k, one), e.Reshape(v, one)], 0), input.Type));
        }

        float scale = n.Float("scale", 0) is not 0 and var s ? s : 1 / MathF.Sqrt(q.Shape[3]);
        Reg scores = AttentionParts.Scores(e, q, k, scale);
        scores = Masked(n, scores, n.Optional(3), batch, rows, past);
        scores = n.Optional(5) is { } added ? e.Zip("vadd", scores, e.F32(added)) : scores;
        Reg y = e.Emit("matmul.batch", [AttentionParts.Weights(e, scores), v]);
        n.Output(0, e.As(AttentionParts.Merge(e, y), input.Type));
    }

    /// <summary>Adds the filter value where a mask, in one of its forms, or the causal rule says that nothing is to be seen.</summary>
    private static Reg Masked(NodeContext n, Reg scores, Val? mask, int batch, int rows, int past)
    {
        Emitter e = n.E;
        int total = scores.Shape[3];
        float filter = n.Float("mask_filter_value", LowestFilter);
        if (mask is not null)
        {
            Reg m = e.To(mask.Reg, DType.I32);
            Reg seen;
            if (mask.Rank == 1 && mask.Reg.Length == batch)
            {
                seen = e.Zip("vlt", Columns(e, total), e.Reshape(m, batch, 1, 1, 1));
            }
            else if (mask.Rank == 1 && mask.Reg.Length == 2 * batch)
            {
                // Ends, then starts.
                Reg ends = e.Reshape(MoveOperators.SliceAxis(e, m, 0, 0, 1, batch), batch, 1, 1, 1);
                Reg starts = e.Reshape(MoveOperators.SliceAxis(e, m, 0, batch, 1, batch), batch, 1, 1, 1);
                seen = e.Emit("vand", [e.Zip("vlt", Columns(e, total), ends), e.Zip("vge", Columns(e, total), starts)]);
            }
            else if (mask.Rank == 1)
            {
                // 3B + 2: lengths of keys come first.
                seen = e.Zip("vlt", Columns(e, total), e.Reshape(MoveOperators.SliceAxis(e, m, 0, 0, 1, batch), batch, 1, 1, 1));
            }
            else
            {
                int[] shape = mask.Rank switch
                {
                    2 => [mask.Shape[0], 1, 1, mask.Shape[1]],
                    3 => [mask.Shape[0], 1, mask.Shape[1], mask.Shape[2]],
                    _ => mask.Shape,
                };
                Reg flags = e.Reshape(m, shape);
                if (mask.Rank == 4)
                {
                    // [B, 1, M, M] for the longest text: rows of this step, columns so far.
                    flags = MoveOperators.SliceAxis(e, MoveOperators.SliceAxis(e, flags, 2, past, 1, rows), 3, 0, 1, total);
                }

                seen = e.Zip("vgt", flags, Emitter.Scalar(DType.I32, 0));
            }

            scores = e.Zip("vadd", scores, e.Emit("where", [seen, Emitter.Filled(DType.F32, seen.Shape, 0), Emitter.Scalar(DType.F32, filter)]));
        }

        if (n.Int("unidirectional", 0) != 0)
        {
            scores = e.Emit("where", [AttentionParts.Causal(rows, total, past), scores, Emitter.Scalar(DType.F32, float.MinValue)]);
        }

        return scores;
    }

    private static Reg Columns(Emitter e, int total) => e.To(AttentionParts.Count(total), DType.I32);

    private static void MultiHead(NodeContext n)
    {
        Emitter e = n.E;
        Val query = n.Input(0);
        int heads = (int)n.Int("num_heads", 1), batch = query.Shape[0], rows = query.Shape[1];
        Reg? bias = n.Optional(3) is { } b ? e.F32(b) : null;
        Reg q, k, v;
        if (query.Rank == 5)
        {
            Reg packed = e.F32(query);
            Reg Part(int i) => e.Reshape(MoveOperators.SliceAxis(e, packed, 3, i, 1, 1), batch, rows, heads * query.Shape[4]);
            (q, k, v) = (Part(0), Part(1), Part(2));
        }
        else if (n.Input(1).Rank == 5)
        {
            Val pair = n.Input(1);
            Reg packed = e.F32(pair);
            Reg Part(int i) => e.Reshape(MoveOperators.SliceAxis(e, packed, 3, i, 1, 1), batch, pair.Shape[1], heads * pair.Shape[4]);
            (q, k, v) = (e.F32(query), Part(0), Part(1));
        }
        else
        {
            (q, k, v) = (e.F32(query), e.F32(n.Input(1)), e.F32(n.Input(2)));
        }

        int width = q.Shape[2], wide = v.Rank == 4 ? v.Shape[1] * v.Shape[3] : v.Shape[2];
        if (bias is not null)
        {
            q = e.Zip("vadd", q, MoveOperators.SliceAxis(e, bias, 0, 0, 1, width));
            k = k.Rank == 4 ? k : e.Zip("vadd", k, MoveOperators.SliceAxis(e, bias, 0, width, 1, width));
            v = v.Rank == 4 ? v : e.Zip("vadd", v, MoveOperators.SliceAxis(e, bias, 0, 2 * width, 1, wide));
        }

        (q, k, v) = (AttentionParts.Heads(e, q, heads), k.Rank == 4 ? k : AttentionParts.Heads(e, k, heads), v.Rank == 4 ? v : AttentionParts.Heads(e, v, heads));
        int past = 0;
        if (n.Optional(6) is { } pastKey)
        {
            past = pastKey.Shape[2];
            (k, v) = (MoveOperators.ConcatAll(e, [e.F32(pastKey), k], 2), MoveOperators.ConcatAll(e, [e.F32(n.Input(7)), v], 2));
        }

        n.Output(1, e.As(k, query.Type));
        n.Output(2, e.As(v, query.Type));
        float scale = n.Float("scale", 0) is not 0 and var s ? s : 1 / MathF.Sqrt(q.Shape[3]);
        Reg scores = AttentionParts.Scores(e, q, k, scale);
        scores = Masked(n, scores, n.Optional(4), batch, rows, past);
        scores = n.Optional(5) is { } added ? e.Zip("vadd", scores, e.F32(added)) : scores;
        if (n.Wants(3))
        {
            n.Output(3, e.As(scores, query.Type));
        }

        n.Output(0, e.As(AttentionParts.Merge(e, e.Emit("matmul.batch", [AttentionParts.Weights(e, scores), v])), query.Type));
    }

    /// <summary>Causal attention with shared heads over a cache, whose lengths are known only when the program runs.</summary>
    private static void GroupQuery(NodeContext n)
    {
        Emitter e = n.E;
        Val query = n.Input(0);
        int heads = (int)n.Int("num_heads", 1), shared = (int)n.Int("kv_num_heads", 1), batch = query.Shape[0], rows = query.Shape[1];
        for (int i = 12; i < n.Inputs; i++)
        {
            if (n.Optional(i) is not null)
            {
                throw new OnnxException($"input {i} is not supported");
            }
        }

        Reg all = e.F32(query), q, k, v;
        if (n.Optional(1) is null)
        {
            int width = query.Shape[2] / (heads + (2 * shared));
            q = MoveOperators.SliceAxis(e, all, 2, 0, 1, heads * width);
            k = MoveOperators.SliceAxis(e, all, 2, heads * width, 1, shared * width);
            v = MoveOperators.SliceAxis(e, all, 2, (heads + shared) * width, 1, shared * width);
        }
        else
        {
            (q, k, v) = (all, e.F32(n.Input(1)), e.F32(n.Input(2)));
        }

        (q, k, v) = (AttentionParts.Heads(e, q, heads), AttentionParts.Heads(e, k, shared), AttentionParts.Heads(e, v, shared));
        int width1 = q.Shape[3];

        // What was there before: the total of each text, less the rows of this step.
        Reg before = e.Zip("vsub", e.To(e.Reshape(n.Input(5).Reg, batch), DType.I64), Emitter.Scalar(DType.I64, rows - 1));
        if (n.Int("do_rotary", 0) != 0)
        {
            Reg cos = e.F32(n.Input(7)), sin = e.F32(n.Input(8));
            Reg at = n.Optional(9) is { } ids ? e.To(e.Reshape(ids.Reg, batch, rows), DType.I64)
                : e.Zip("vadd", e.Zip("vmax", e.Reshape(before, batch, 1), Emitter.Scalar(DType.I64, 0)), AttentionParts.Count(rows));
            Reg Table(Reg t) => e.Reshape(e.Emit("gather", [t, at], Operand.OfU32(0)), batch, 1, rows, t.Shape[1]);
            bool interleaved = n.Int("rotary_interleaved", 0) != 0;
            q = AttentionParts.Rotate(e, q, Table(cos), Table(sin), interleaved);
            k = AttentionParts.Rotate(e, k, Table(cos), Table(sin), interleaved);
        }

        int room = n.Optional(3)?.Shape[2] ?? 0;
        long total = n.Optional(6)?.Known is { } known ? known.ToInt64()[0] : 0;
        if (total == 0)
        {
            total = n.Constants(6)[0];
        }

        int length = (int)Math.Max(total, room);
        Reg starts = e.Zip("vmax", before, Emitter.Scalar(DType.I64, 0));
        k = Cache(e, n.Optional(3), k, starts, length);
        v = Cache(e, n.Optional(4), v, starts, length);
        n.Output(1, e.As(k, query.Type));
        n.Output(2, e.As(v, query.Type));
        float scale = n.Float("scale", 0) is not 0 and var s ? s : 1 / MathF.Sqrt(width1);
        Reg scores = AttentionParts.Scores(e, q, AttentionParts.Repeat(e, k, heads), scale);
        scores = AttentionParts.Capped(e, scores, n.Float("softcap", 0));
        scores = n.Optional(10) is { } added ? e.Zip("vadd", scores, MoveOperators.PadAxis(e, e.F32(added), added.Rank - 1, 0, length - added.Shape[^1], "constant", Emitter.Scalar(DType.F32, 0))) : scores;
        Reg last = e.Zip("vadd", e.Reshape(starts, batch, 1, 1, 1), e.Reshape(AttentionParts.Count(rows), rows, 1));
        scores = AttentionParts.Masked(e, scores, e.Zip("vle", AttentionParts.Count(length), last));

        // In a batch whose shorter texts are filled up at the end, rows behind a text's end see no more than the text.
        Reg ends = e.Reshape(e.To(n.Input(5).Reg, DType.I64), batch, 1, 1, 1);
        scores = AttentionParts.Masked(e, scores, e.Zip("vle", AttentionParts.Count(length), ends));
        if (n.Int("local_window_size", -1) is > 0 and var window)
        {
            scores = AttentionParts.Masked(e, scores, e.Zip("vgt", AttentionParts.Count(length), e.Zip("vsub", last, Emitter.Scalar(DType.I64, window))));
        }

        Reg weights = n.Int("smooth_softmax", 0) != 0 || n.Optional(11) is not null
            ? Smooth(e, scores, n.Optional(11) is { } sink ? e.Reshape(e.F32(sink), heads, 1, 1) : Emitter.Scalar(DType.F32, 0))
            : AttentionParts.Weights(e, scores);
        n.Output(0, e.As(AttentionParts.Merge(e, e.Emit("matmul.batch", [weights, AttentionParts.Repeat(e, v, heads)])), query.Type));
    }

    /// <summary>Softmax with one more entry, which takes its share and gives nothing.</summary>
    private static Reg Smooth(Emitter e, Reg scores, Reg sink)
    {
        int[] shape = scores.Shape;
        Reg extra = e.Expand(sink, [.. shape[..3], 1]);
        Reg all = e.Emit("softmax", [MoveOperators.ConcatAll(e, [scores, extra], 3)]);
        return MoveOperators.SliceAxis(e, all, 3, 0, 1, shape[3]);
    }

    /// <summary>A cache of the wanted length with new rows put where each text goes on.</summary>
    private static Reg Cache(Emitter e, Val? past, Reg rows, Reg starts, int length)
    {
        int[] shape = rows.Shape;
        int batch = shape[0], count = shape[2];
        Reg room = past is null || past.Shape[2] == 0 ? Emitter.Filled(DType.F32, [batch, shape[1], length, shape[3]], 0)
            : MoveOperators.PadAxis(e, e.F32(past), 2, 0, length - past.Shape[2], "constant", Emitter.Scalar(DType.F32, 0));
        if (past is null && length == count)
        {
            return rows;
        }

        // Rows of all texts after one another: text b's row r of the cache is b · length + r.
        Reg first = e.Transpose(room, 0, 2, 1, 3), put = e.Transpose(rows, 0, 2, 1, 3);
        Reg at = e.Zip("vadd", e.Reshape(starts, batch, 1), AttentionParts.Count(count));
        at = e.Zip("vadd", at, Emitter.Integers([batch, 1], [.. Enumerable.Range(0, batch).Select(b => (long)b * length)]));
        Reg y = e.Emit("scatter", [e.Reshape(first, batch * length, shape[1] * shape[3]), e.Reshape(at, batch * count), e.Reshape(put, batch * count, shape[1] * shape[3])],
            Operand.OfU32(0), Operand.OfU32(0));
        return e.Transpose(e.Reshape(y, batch, length, shape[1], shape[3]), 0, 2, 1, 3);
    }

    private static void Rotary(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0), positions = n.Input(1);
        Reg from = e.F32(x), cos = e.F32(n.Input(2)), sin = e.F32(n.Input(3));
        int turning = (int)n.Int("rotary_embedding_dim", 0);
        bool flat = x.Rank == 3;
        int heads = (int)n.Int("num_heads", 0);
        if (flat)
        {
            heads = heads > 0 ? heads : x.Shape[2] / (turning > 0 ? turning : 2 * cos.Shape[1]);
            from = AttentionParts.Heads(e, from, heads);
        }

        int batch = x.Shape[0], rows = from.Shape[2];
        Reg at = e.To(positions.Reg, DType.I64);
        at = positions.Reg.Length == 1 ? e.Expand(e.Reshape(e.Zip("vadd", e.Reshape(at), AttentionParts.Count(rows)), 1, rows), [batch, rows]) : e.Reshape(at, batch, rows);
        Reg Table(Reg t) => e.Reshape(e.Emit("gather", [t, at], Operand.OfU32(0)), batch, 1, rows, t.Shape[1]);
        Reg y = AttentionParts.Rotate(e, from, Table(cos), Table(sin), n.Int("interleaved", 0) != 0);
        y = MatrixOperators.Scaled(e, y, n.Float("scale", 1));
        n.Output(0, e.As(flat ? AttentionParts.Merge(e, y) : y, x.Type));
    }
}
