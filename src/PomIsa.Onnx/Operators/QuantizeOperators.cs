using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Quantization with scales and zero points, and products of quantized matrices, whose sums are exact.</summary>
internal static class QuantizeOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("QuantizeLinear", QuantizeLinear),
        ("DequantizeLinear", DequantizeLinear),
        ("com.microsoft.QuantizeLinear", QuantizeLinear),
        ("com.microsoft.DequantizeLinear", DequantizeLinear),
        ("DynamicQuantizeLinear", static n => Dynamic(n)),
        ("MatMulInteger", MatMulInteger),
        ("QLinearMatMul", QLinearMatMul),
        ("com.microsoft.MatMulIntegerToFloat", MatMulIntegerToFloat),
        ("com.microsoft.DynamicQuantizeMatMul", DynamicQuantizeMatMul),
    ];

    /// <summary>Least and greatest value of an integer type.</summary>
    private static (double Least, double Most) RangeOf(OnnxType type)
    {
        int bits = OnnxTypes.IntegerBits(type);
        return OnnxTypes.IsUnsigned(type) ? (0, Math.Pow(2, bits) - 1) : (-Math.Pow(2, bits - 1), Math.Pow(2, bits - 1) - 1);
    }

    /// <summary>Scale or zero point shaped so that it broadcasts over x: for all, along one axis, or for blocks along it.</summary>
    private static Reg Spread(NodeContext n, Reg p, Val x)
    {
        if (p.Length == 1 && p.Rank <= 1)
        {
            return n.E.Reshape(p);
        }

        int axis = NodeContext.Axis(n.Int("axis", 1), x.Rank), block = (int)n.Int("block_size", 0);
        if (block == 0)
        {
            return n.E.Reshape(p, [.. Enumerable.Range(0, x.Rank).Select(i => i == axis ? p.Length : 1)]);
        }

        return Blocks(n.E, p, axis, block, x.Shape[axis]);
    }

    /// <summary>Each entry along an axis as often as its block is long; the last block may be shorter.</summary>
    public static Reg Blocks(Emitter e, Reg p, int axis, int block, int length)
    {
        int[] shape = p.Shape;
        Reg wide = e.Expand(e.Reshape(p, [.. shape[..(axis + 1)], 1, .. shape[(axis + 1)..]]), [.. shape[..(axis + 1)], block, .. shape[(axis + 1)..]]);
        shape[axis] *= block;
        return MoveOperators.SliceAxis(e, e.Reshape(wide, shape), axis, 0, 1, length);
    }

    /// <summary>Whole numbers in f32 clamped to a type's range, as values of that type.</summary>
    public static Val Clamped(Emitter e, Reg q, OnnxType type)
    {
        (double least, double most) = RangeOf(type);
        Reg inside = e.Zip("vmin", e.Zip("vmax", q, Emitter.Scalar(DType.F32, least)), Emitter.Scalar(DType.F32, most));
        return new Val(type, e.To(inside, OnnxTypes.CarrierOf(type)));
    }

    /// <summary>Rounded quotient plus zero point, clamped to the type: in f32, where all of these integers are exact.</summary>
    private static Val Quantize(Emitter e, Reg x, Reg scale, Reg zero, OnnxType type) =>
        Clamped(e, e.Zip("vadd", e.Emit("round", [e.Zip("vdiv", x, scale)]), zero), type);

    private static void QuantizeLinear(NodeContext n)
    {
        Val x = n.Input(0);
        Val? zero = n.Optional(2);
        OnnxType type = zero?.Type ?? (OnnxType)n.Int("output_dtype", 0);
        type = type == OnnxType.None ? OnnxType.UInt8 : type;
        if (OnnxTypes.IntegerBits(type) is 0 or > 16)
        {
            throw new OnnxException($"quantization to {OnnxTypes.NameOf(type)} is not supported");
        }

        Reg offset = zero is null ? Emitter.Scalar(DType.F32, 0) : Spread(n, n.E.To(zero.Reg, DType.F32), x);
        n.Output(0, Quantize(n.E, n.E.To(x.Reg, DType.F32), Spread(n, n.E.F32(n.Input(1)), x), offset, type));
    }

    private static void DequantizeLinear(NodeContext n)
    {
        Val x = n.Input(0), scale = n.Input(1);
        Reg from = x.Reg;
        if (n.Optional(2) is { } zero)
        {
            from = n.E.Zip("vsub", from, Spread(n, zero.Reg, x));
        }

        var given = (OnnxType)n.Int("output_dtype", 0);
        n.Output(0, n.E.As(n.E.Zip("vmul", n.E.To(from, DType.F32), Spread(n, n.E.F32(scale), x)), given == OnnxType.None ? scale.Type : given));
    }

    private static (Val Y, Reg Scale, Val Zero) Dynamic(NodeContext n)
    {
        Reg x = n.E.F32(n.Input(0)), flat = n.E.Reshape(x, x.Length), zero = Emitter.Scalar(DType.F32, 0);
        Reg most = n.E.Zip("vmax", n.E.Reshape(n.E.Emit("reduce.max", [flat])), zero), least = n.E.Zip("vmin", n.E.Reshape(n.E.Emit("reduce.min", [flat])), zero);
        Reg scale = n.E.Zip("vdiv", n.E.Emit("vsub", [most, least]), Emitter.Scalar(DType.F32, 255));

        // A tensor of zeros has any scale: it is 1.
        scale = n.E.Emit("where", [n.E.Emit("veq", [scale, zero]), Emitter.Scalar(DType.F32, 1), scale]);
        Reg point = n.E.Emit("round", [n.E.Emit("vdiv", [n.E.Emit("neg", [least]), scale])]);
        point = n.E.Zip("vmin", n.E.Zip("vmax", point, zero), Emitter.Scalar(DType.F32, 255));
        Val y = Quantize(n.E, x, scale, point, OnnxType.UInt8), zeroPoint = new(OnnxType.UInt8, n.E.To(point, DType.I32));
        if (n.Node.OpType == "DynamicQuantizeLinear")
        {
            n.Output(0, y);
            n.Output(1, new Val(OnnxType.Float, scale));
            n.Output(2, zeroPoint);
        }

        return (y, scale, zeroPoint);
    }

    /// <summary>A quantized matrix without its zero point; a point for each row of a, or each column of b, stands along that axis.</summary>
    private static Reg Centred(Emitter e, Val x, Val? zero, bool rows)
    {
        if (zero is null)
        {
            return x.Reg;
        }

        Reg point = zero.Rank == 1 && zero.Reg.Length > 1 && rows ? e.Reshape(zero.Reg, zero.Reg.Length, 1)
            : zero.Reg.Length == 1 ? e.Reshape(zero.Reg) : zero.Reg;
        return e.Zip("vsub", x.Reg, point);
    }

    /// <summary>The exact product of two integer matrices, in 32 bits as ONNX has it.</summary>
    private static Reg Sums(Emitter e, Reg a, Reg b) => e.To(MatrixOperators.Product(e, new Val(OnnxType.Int64, a), new Val(OnnxType.Int64, b)), DType.I32);

    private static void MatMulInteger(NodeContext n) => n.Output(0, new Val(OnnxType.Int32,
        Sums(n.E, Centred(n.E, n.Input(0), n.Optional(2), rows: true), Centred(n.E, n.Input(1), n.Optional(3), rows: false))));

    private static void QLinearMatMul(NodeContext n)
    {
        Val a = n.Input(0), b = n.Input(3), zero = n.Input(7);
        Reg sums = Sums(n.E, Centred(n.E, a, n.Input(2), rows: true), Centred(n.E, b, n.Input(5), rows: false));
        Reg left = n.E.F32(n.Input(1)), right = n.E.F32(n.Input(4)), by = n.E.F32(n.Input(6));
        left = left.Rank == 1 && left.Length > 1 ? n.E.Reshape(left, left.Length, 1) : left.Length == 1 ? n.E.Reshape(left) : left;
        Reg scale = n.E.Zip("vdiv", n.E.Zip("vmul", left, right.Length == 1 ? n.E.Reshape(right) : right), by.Length == 1 ? n.E.Reshape(by) : by);
        Reg y = n.E.Emit("round", [n.E.Zip("vmul", n.E.To(sums, DType.F32), scale)]);
        y = n.E.Zip("vadd", y, n.E.To(zero.Reg.Length == 1 ? n.E.Reshape(zero.Reg) : zero.Reg, DType.F32));
        n.Output(0, Clamped(n.E, y, zero.Type));
    }

    private static void MatMulIntegerToFloat(NodeContext n)
    {
        Reg sums = Sums(n.E, Centred(n.E, n.Input(0), n.Optional(4), rows: true), Centred(n.E, n.Input(1), n.Optional(5), rows: false));
        Reg scale = n.E.Zip("vmul", Flat(n.E, n.Input(2)), Flat(n.E, n.Input(3)));
        Reg y = n.E.Zip("vmul", n.E.To(sums, DType.F32), scale);
        n.Output(0, new Val(OnnxType.Float, n.Optional(6) is { } bias ? n.E.Zip("vadd", y, n.E.F32(bias)) : y));
    }

    private static Reg Flat(Emitter e, Val x) => x.Reg.Length == 1 ? e.Reshape(e.F32(x)) : e.F32(x);

    private static void DynamicQuantizeMatMul(NodeContext n)
    {
        (Val a, Reg scale, Val zero) = Dynamic(n);
        Reg sums = Sums(n.E, Centred(n.E, a, zero, rows: true), Centred(n.E, n.Input(1), n.Optional(3), rows: false));
        Reg y = n.E.Zip("vmul", n.E.To(sums, DType.F32), n.E.Zip("vmul", scale, Flat(n.E, n.Input(2))));
        n.Output(0, new Val(OnnxType.Float, n.Optional(4) is { } bias ? n.E.Zip("vadd", y, n.E.F32(bias)) : y));
    }
}
