using PomIsa.Isa;
using PomIsa.Onnx.Lowering;

namespace PomIsa.Onnx.Operators;

/// <summary>Recurrent layers, written out over the steps of their sequence.</summary>
internal static class RecurrentOperators
{
    private const int MaxSteps = 4096;

    public static (string, Lower)[] All { get; } =
    [
        ("RNN", static n => Layer(n, 1, RnnCell)),
        ("GRU", static n => Layer(n, 3, GruCell)),
        ("LSTM", static n => Layer(n, 4, LstmCell)),
        ("LinearAttention", LinearAttention),
        ("CausalConvWithState", CausalConv),
        ("com.microsoft.LinearAttention", LinearAttention),
        ("com.microsoft.CausalConvWithState", CausalConv),
    ];

    /// <summary>What a cell has at hand: gates of the input, recurrent weights and their bias, and its functions.</summary>
    private sealed record Cell(NodeContext N, int Hidden, Reg Recurrent, Reg RecurrentBias, Reg? Peepholes, Func<Reg, Reg>[] Functions)
    {
        public Emitter E => N.E;

        /// <summary>Gate <paramref name="i"/> of several side by side.</summary>
        public Reg Gate(Reg gates, int i) => MoveOperators.SliceAxis(E, gates, gates.Rank - 1, (long)i * Hidden, 1, Hidden);
    }

    private static void Layer(NodeContext n, int gates, Func<Cell, Reg, Reg, Reg, (Reg H, Reg C)> step)
    {
        Emitter e = n.E;
        bool batchFirst = n.Int("layout", 0) != 0;
        Reg x = e.F32(n.Input(0));
        x = batchFirst ? e.Transpose(x, 1, 0, 2) : x;
        int length = x.Shape[0], batch = x.Shape[1], directions = n.Input(1).Shape[0], hidden = n.Input(2).Shape[2];
        if (length > MaxSteps)
        {
            throw new OnnxException($"sequences of more than {MaxSteps} steps are not supported");
        }

        string direction = n.Text("direction", "forward");
        long[]? lengths = n.OptionalConstants(4);
        Reg Initial(int input)
        {
            if (n.Optional(input) is not { } given)
            {
                return Emitter.Filled(DType.F32, [directions, batch, hidden], 0);
            }

            return batchFirst ? e.Transpose(e.F32(given), 1, 0, 2) : e.F32(given);
        }

        Reg h0 = Initial(5), c0 = gates == 4 ? Initial(6) : Initial(int.MaxValue);
        var outputs = new Reg[directions][];
        var lastH = new Reg[directions];
        var lastC = new Reg[directions];
        for (int d = 0; d < directions; d++)
        {
            Reg One(Reg r) => e.Reshape(MoveOperators.SliceAxis(e, r, 0, d, 1, 1), r.Shape.AsSpan(1));
            Reg w = e.Transpose(One(e.F32(n.Input(1))), 1, 0), r = e.Transpose(One(e.F32(n.Input(2))), 1, 0);
            Reg bias = n.Optional(3) is { } b ? One(e.F32(b)) : Emitter.Filled(DType.F32, [2 * gates * hidden], 0);
            Reg inputBias = MoveOperators.SliceAxis(e, bias, 0, 0, 1, gates * hidden), ownBias = MoveOperators.SliceAxis(e, bias, 0, gates * hidden, 1, gates * hidden);
            Reg? peepholes = gates == 4 && n.Optional(7) is { } p ? One(e.F32(p)) : null;
            var cell = new Cell(n, hidden, r, ownBias, peepholes, Functions(n, gates, d));
            Reg all = e.Zip("vadd", MatrixOperators.Product(e, x, w), inputBias);
            bool backward = direction == "reverse" || d == 1;
            (Reg h, Reg c) = (One(h0), One(c0));
            outputs[d] = new Reg[length];
            for (int i = 0; i < length; i++)
            {
                int t = backward ? length - 1 - i : i;
                (Reg nextH, Reg nextC) = step(cell, e.Reshape(MoveOperators.SliceAxis(e, all, 0, t, 1, 1), batch, gates * hidden), h, c);
                if (lengths is not null)
                {
                    // Beyond a sequence's end its state stays and its output is zero.
                    Reg goes = Reg.OfBytes(DType.Bool, [batch, 1], [.. lengths.Select(s => t < s ? (byte)1 : (byte)0)]);
                    Reg put = e.Emit("where", [goes, nextH, Emitter.Scalar(DType.F32, 0)]);
                    (h, c) = (e.Emit("where", [goes, nextH, h]), e.Emit("where", [goes, nextC, c]));
                    outputs[d][t] = put;
                    continue;
                }

                (h, c) = (nextH, nextC);
                outputs[d][t] = h;
            }

            (lastH[d], lastC[d]) = (h, c);
        }

        Reg Stack(IEnumerable<Reg> parts) => MoveOperators.ConcatAll(e, [.. parts.Select(p => e.Reshape(p, [1, .. p.Shape]))], 0);
        if (n.Wants(0))
        {
            Reg y = length == 0 ? Emitter.Filled(DType.F32, [0, directions, batch, hidden], 0)
                : Stack(Enumerable.Range(0, length).Select(t => Stack(outputs.Select(o => o[t]))));
            n.Output(0, e.As(batchFirst ? e.Transpose(y, 2, 0, 1, 3) : y, n.Input(0).Type));
        }

        Reg finalH = Stack(lastH);
        n.Output(1, e.As(batchFirst ? e.Transpose(finalH, 1, 0, 2) : finalH, n.Input(0).Type));
        if (gates == 4)
        {
            Reg finalC = Stack(lastC);
            n.Output(2, e.As(batchFirst ? e.Transpose(finalC, 1, 0, 2) : finalC, n.Input(0).Type));
        }
    }

    private static Func<Reg, Reg>[] Functions(NodeContext n, int gates, int direction)
    {
        string[] standard = gates switch { 1 => ["Tanh"], 3 => ["Sigmoid", "Tanh"], _ => ["Sigmoid", "Tanh", "Tanh"] };
        string[] names = n.Texts("activations") is { Length: > 0 } given ? given[(direction * standard.Length)..] : standard;
        if (names.Length < standard.Length || n.Has("activation_alpha") || n.Has("activation_beta"))
        {
            throw new OnnxException("activations with parameters of their own are not supported");
        }

        Emitter e = n.E;
        float clip = n.Float("clip", 0);
        Func<Reg, Reg> Named(string name) => name.ToUpperInvariant() switch
        {
            "TANH" => r => e.Emit("tanh", [r]),
            "SIGMOID" => r => e.Emit("sigmoid", [r]),
            "RELU" => r => ArithmeticOperators.Relu(e, r),
            "SOFTPLUS" => r => e.Emit("softplus", [r]),
            _ => throw new OnnxException($"activation {name} is not supported"),
        };
        return [.. names[..standard.Length].Select(name =>
        {
            Func<Reg, Reg> f = Named(name);
            return clip <= 0 ? f : r => f(e.Zip("vmin", e.Zip("vmax", r, Emitter.Scalar(DType.F32, -clip)), Emitter.Scalar(DType.F32, clip)));
        })];
    }

    private static (Reg H, Reg C) RnnCell(Cell k, Reg x, Reg h, Reg c)
    {
        Reg own = k.E.Zip("vadd", MatrixOperators.Product(k.E, h, k.Recurrent), k.RecurrentBias);
        return (k.Functions[0](k.E.Emit("vadd", [x, own])), c);
    }

    /// <summary>Gates in the order z, r, h.</summary>
    private static (Reg H, Reg C) GruCell(Cell k, Reg x, Reg h, Reg c)
    {
        Emitter e = k.E;
        Reg own = e.Zip("vadd", MatrixOperators.Product(e, h, k.Recurrent), k.RecurrentBias);
        Reg z = k.Functions[0](e.Emit("vadd", [k.Gate(x, 0), k.Gate(own, 0)]));
        Reg r = k.Functions[0](e.Emit("vadd", [k.Gate(x, 1), k.Gate(own, 1)]));
        Reg inner = k.N.Int("linear_before_reset", 0) != 0
            ? e.Emit("vmul", [r, k.Gate(own, 2)])
            : e.Zip("vadd", MatrixOperators.Product(e, e.Emit("vmul", [r, h]), k.Gate(k.Recurrent, 2)), MoveOperators.SliceAxis(e, k.RecurrentBias, 0, 2L * k.Hidden, 1, k.Hidden));
        Reg fresh = k.Functions[1](e.Emit("vadd", [k.Gate(x, 2), inner]));
        Reg rest = e.Zip("vsub", Emitter.Scalar(DType.F32, 1), z);
        return (e.Emit("vadd", [e.Emit("vmul", [rest, fresh]), e.Emit("vmul", [z, h])]), c);
    }

    /// <summary>Gates in the order i, o, f, c; peepholes i, o, f.</summary>
    private static (Reg H, Reg C) LstmCell(Cell k, Reg x, Reg h, Reg c)
    {
        Emitter e = k.E;
        Reg sum = e.Emit("vadd", [x, e.Zip("vadd", MatrixOperators.Product(e, h, k.Recurrent), k.RecurrentBias)]);
        Reg Peep(Reg gate, Reg state, int i) => k.Peepholes is null ? gate
            : e.Emit("vadd", [gate, e.Zip("vmul", state, MoveOperators.SliceAxis(e, k.Peepholes, 0, (long)i * k.Hidden, 1, k.Hidden))]);
        Reg i = k.Functions[0](Peep(k.Gate(sum, 0), c, 0));
        Reg f = k.N.Int("input_forget", 0) != 0 ? e.Zip("vsub", Emitter.Scalar(DType.F32, 1), i) : k.Functions[0](Peep(k.Gate(sum, 2), c, 2));
        Reg next = e.Emit("vadd", [e.Emit("vmul", [f, c]), e.Emit("vmul", [i, k.Functions[1](k.Gate(sum, 3))])]);
        Reg o = k.Functions[0](Peep(k.Gate(sum, 1), next, 1));
        return (e.Emit("vmul", [o, k.Functions[2](next)]), next);
    }

    /// <summary>Attention without softmax: a state [B, H, Dk, Dv] that decays and takes each key's outer product with its value.</summary>
    private static void LinearAttention(NodeContext n)
    {
        Emitter e = n.E;
        Val query = n.Input(0);
        int heads = (int)n.Int("q_num_heads", 1), shared = (int)n.Int("kv_num_heads", 1);
        Reg q = AttentionParts.Heads(e, e.F32(query), heads), k = AttentionParts.Heads(e, e.F32(n.Input(1)), shared), v = AttentionParts.Heads(e, e.F32(n.Input(2)), shared);
        int batch = q.Shape[0], length = q.Shape[2], depth = k.Shape[3], width = v.Shape[3];
        string rule = n.Text("update_rule", "gated_delta");
        float scale = n.Float("scale", 0) is not 0 and var s ? s : 1 / MathF.Sqrt(depth);
        if (length > MaxSteps)
        {
            throw new OnnxException($"sequences of more than {MaxSteps} steps are not supported");
        }

        Reg state = n.Optional(3) is { } past ? e.F32(past) : Emitter.Filled(DType.F32, [batch, shared, depth, width], 0);
        Reg? decay = rule is "gated" or "gated_delta" ? e.F32(n.Input(4)) : null, beta = rule is "delta" or "gated_delta" ? e.F32(n.Input(5)) : null;

        // [B, T, H] or [B, T, H · Dk]: a factor for each head, or for each row of its state.
        Reg PerHead(Reg x) => e.Transpose(e.Reshape(x, batch, length, shared, x.Shape[^1] / shared), 0, 2, 1, 3);
        Reg? gate = decay is null ? null : e.Emit("exp", [PerHead(decay)]);
        Reg? rate = beta is null ? null : beta.Shape[^1] == 1 ? e.Expand(e.Reshape(beta, batch, 1, length, 1), [batch, shared, length, 1]) : PerHead(beta);
        var outputs = new List<Reg>();
        for (int t = 0; t < length; t++)
        {
            Reg At(Reg x) => MoveOperators.SliceAxis(e, x, 2, t, 1, 1);
            Reg key = At(k), value = At(v);
            if (gate is not null)
            {
                state = e.Zip("vmul", state, e.Transpose(At(gate), 0, 1, 3, 2));
            }

            Reg put = value;
            if (rate is not null)
            {
                put = e.Zip("vmul", e.Emit("vsub", [value, e.Emit("matmul.batch", [key, state])]), At(rate));
            }

            state = e.Emit("vadd", [state, e.Emit("matmul.batch", [e.Transpose(key, 0, 1, 3, 2), put])]);
            outputs.Add(e.Emit("matmul.batch", [At(q), AttentionParts.Repeat(e, state, heads)]));
        }

        Reg y = e.Zip("vmul", MoveOperators.ConcatAll(e, outputs, 2), Emitter.Scalar(DType.F32, scale));
        n.Output(0, e.As(AttentionParts.Merge(e, y), query.Type));
        n.Output(1, e.As(state, n.Optional(3)?.Type ?? query.Type));
    }

    /// <summary>A filter for each channel over what was and what is, never over what comes.</summary>
    private static void CausalConv(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        Reg from = e.F32(x), w = e.F32(n.Input(1));
        int batch = x.Shape[0], channels = x.Shape[1], length = x.Shape[2], taps = w.Shape[^1];
        Reg past = n.Optional(3) is { } state ? e.F32(state) : Emitter.Filled(DType.F32, [batch, channels, taps - 1], 0);
        Reg all = MoveOperators.ConcatAll(e, [past, from], 2);
        Reg? y = null;
        for (int k = 0; k < taps; k++)
        {
            Reg tap = e.Reshape(MoveOperators.SliceAxis(e, w, w.Rank - 1, k, 1, 1), channels, 1);
            Reg part = e.Zip("vmul", MoveOperators.SliceAxis(e, all, 2, k, 1, length), tap);
            y = y is null ? part : e.Emit("vadd", [y, part]);
        }

        if (n.Optional(2) is { } bias)
        {
            y = e.Zip("vadd", y!, e.Reshape(e.F32(bias), channels, 1));
        }

        y = n.Text("activation", "none") is "silu" or "swish" ? e.Emit("silu", [y!]) : y;
        n.Output(0, e.As(y!, x.Type));
        n.Output(1, e.As(MoveOperators.SliceAxis(e, all, 2, all.Shape[2] == taps - 1 ? 0 : all.Shape[2] - taps + 1, 1, taps - 1), x.Type));
    }
}
