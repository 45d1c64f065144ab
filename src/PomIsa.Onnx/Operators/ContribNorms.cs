using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Norms with residuals and embeddings of ONNX Runtime's contributed domain, and its block-quantized weights.</summary>
internal static class ContribNorms
{
    public static (string, Lower)[] All { get; } =
    [
        ("com.microsoft.SkipLayerNormalization", static n => Skip(n, layer: true)),
        ("com.microsoft.SkipSimplifiedLayerNormalization", static n => Skip(n, layer: false)),
        ("com.microsoft.EmbedLayerNormalization", Embed),
        ("com.microsoft.MatMulNBits", MatMulNBits),
        ("com.microsoft.GatherBlockQuantized", GatherBlockQuantized),
    ];

    private static void Skip(NodeContext n, bool layer)
    {
        Emitter e = n.E;
        Val x = n.Input(0), skip = n.Input(1);
        Reg sum = e.Zip("vadd", e.F32(x), e.F32(skip));
        Val? bias = n.Optional(layer ? 4 : 3);
        sum = bias is null ? sum : e.Zip("vadd", sum, e.F32(bias));
        Reg scale = e.F32(n.Input(2));
        float eps = n.Float("epsilon", layer ? 1e-12f : 1e-5f);
        int width = x.Shape[^1];
        Reg y = layer
            ? NormOperators.Layer(e, sum, scale, n.Optional(3) is { } beta ? e.F32(beta) : Emitter.Filled(DType.F32, [width], 0), eps)
            : NormOperators.Rms(e, sum, scale, eps);
        n.Output(0, e.As(y, x.Type));
        n.Output(3, e.As(sum, x.Type));
        if (n.Wants(1) || n.Wants(2))
        {
            Reg mean = e.Emit("mean", [sum]);
            n.Output(1, new Val(OnnxType.Float, layer ? mean : Emitter.Filled(DType.F32, mean.Shape, 0)));
            n.Output(2, new Val(OnnxType.Float, NormOperators.Inverse(e, layer ? e.Emit("vsub", [sum, mean]) : sum, eps)));
        }
    }

    private static void Embed(NodeContext n)
    {
        Emitter e = n.E;
        Val ids = n.Input(0), words = n.Input(2), places = n.Input(3);
        int batch = ids.Shape[0], rows = ids.Shape[1];
        Reg sum = e.Emit("gather", [e.F32(words), ids.Reg], Operand.OfU32(0));
        Reg at = n.Optional(8) is { } given ? given.Reg : AttentionParts.Count(rows);
        sum = e.Zip("vadd", sum, e.Emit("gather", [e.F32(places), at], Operand.OfU32(0)));
        if (n.Optional(1) is { } segments && n.Optional(4) is { } table)
        {
            sum = e.Emit("vadd", [sum, e.Emit("gather", [e.F32(table), segments.Reg], Operand.OfU32(0))]);
        }

        Reg y = NormOperators.Layer(e, sum, e.F32(n.Input(5)), e.F32(n.Input(6)), n.Float("epsilon", 1e-12f));
        n.Output(0, e.As(y, words.Type));
        Reg counts = n.Optional(7) is { } mask
            ? e.Reshape(e.Emit("sum", [e.To(e.Zip("vne", mask.Reg, Emitter.Scalar(mask.Reg.Element, 0)), DType.I32)]), batch)
            : Emitter.Filled(DType.I32, [batch], 0);
        n.Output(1, new Val(OnnxType.Int32, counts));
        n.Output(2, e.As(sum, words.Type));
    }

    /// <summary>Entries of 2, 4 or 8 bits, the low bits of a byte first, of a packed table.</summary>
    private static Reg Unpack(Emitter e, Reg bytes, int bits)
    {
        if (bits == 8)
        {
            return bytes;
        }

        if (bits is not (2 or 4))
        {
            throw new OnnxException($"{bits} bits to a weight are not supported");
        }

        int many = 8 / bits;
        int[] one = [.. bytes.Shape, 1], wide = [.. bytes.Shape[..^1], many * bytes.Shape[^1]];
        Reg Entry(int i) => e.Reshape(
            e.Emit("vand", [e.Zip("vdiv", bytes, Emitter.Scalar(DType.I32, 1 << (bits * i))), Emitter.Scalar(DType.I32, (1 << bits) - 1)]), one);
        return e.Reshape(MoveOperators.ConcatAll(e, [.. Enumerable.Range(0, many).Select(Entry)], bytes.Rank), wide);
    }

    private static void MatMulNBits(NodeContext n)
    {
        Emitter e = n.E;
        Val a = n.Input(0);
        int depth = (int)n.Int("K", 0), columns = (int)n.Int("N", 0), bits = (int)n.Int("bits", 4), block = (int)n.Int("block_size", 32);
        if (n.Optional(4) is not null)
        {
            throw new OnnxException("g_idx is not supported");
        }

        if (depth < 1 || columns < 1 || block < 1 || n.Input(1).Reg.Length % columns != 0)
        {
            throw new OnnxException("K, N and block_size do not fit the weights");
        }

        int blocks = (depth + block - 1) / block;
        Reg q = Unpack(e, e.Reshape(n.Input(1).Reg, columns, n.Input(1).Reg.Length / columns), bits);
        q = e.To(e.Reshape(q, columns, blocks, block), DType.F32);
        Reg zero = Emitter.Scalar(DType.F32, 1 << (bits - 1));
        if (n.Optional(3) is { } points)
        {
            // Points of 4 bits are packed too, each column's beginning with a byte of its own.
            zero = OnnxTypes.IsFloat(points.Type) ? e.Reshape(e.F32(points), columns, blocks, 1)
                : e.To(e.Reshape(MoveOperators.SliceAxis(e, Unpack(e, e.Reshape(points.Reg, columns, points.Reg.Length / columns), bits), 1, 0, 1, blocks), columns, blocks, 1), DType.F32);
        }

        Reg w = e.Emit("vmul", [e.Zip("vsub", q, zero), e.Reshape(e.F32(n.Input(2)), columns, blocks, 1)]);
        w = MoveOperators.SliceAxis(e, e.Reshape(w, columns, blocks * block), 1, 0, 1, depth);
        Reg y = MatrixOperators.Product(e, e.F32(a), e.Transpose(w, 1, 0));
        n.Output(0, e.As(n.Optional(5) is { } bias ? e.Zip("vadd", y, e.F32(bias)) : y, a.Type));
    }

    private static void GatherBlockQuantized(NodeContext n)
    {
        Emitter e = n.E;
        Val data = n.Input(0), ids = n.Input(1), scales = n.Input(2);
        int bits = (int)n.Int("bits", 4), block = (int)n.Int("block_size", 128);
        bool packed = data.Type == OnnxType.UInt8;
        Reg table = packed ? Unpack(e, data.Reg, bits) : data.Reg;
        int axis = NodeContext.Axis(n.Int("quantize_axis", 1), table.Rank), along = NodeContext.Axis(n.Int("gather_axis", 0), table.Rank);
        Reg points = n.Optional(3) is { } given ? e.To(packed ? Unpack(e, given.Reg, bits) : given.Reg, DType.F32)
            : Emitter.Filled(DType.F32, scales.Shape, packed ? 1 << (bits - 1) : 0);
        points = MoveOperators.SliceAxis(e, points, axis, 0, 1, scales.Shape[axis]);
        Reg Wide(Reg x) => QuantizeOperators.Blocks(e, x, axis, block, table.Shape[axis]);

        Reg values = e.Emit("vmul", [e.Emit("vsub", [e.To(table, DType.F32), Wide(points)]), Wide(e.F32(scales))]);
        n.Output(0, e.As(e.Emit("gather", [values, ids.Reg], Operand.OfU32((uint)along)), scales.Type));
    }
}
