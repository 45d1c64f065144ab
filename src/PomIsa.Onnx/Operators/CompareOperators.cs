using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Comparisons, logic, bits and conversions.</summary>
internal static class CompareOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("Equal", Compare("veq")),
        ("Less", Compare("vlt")),
        ("LessOrEqual", Compare("vle")),
        ("Greater", Compare("vgt")),
        ("GreaterOrEqual", Compare("vge")),
        ("And", Logic("vand")),
        ("Or", Logic("vor")),
        ("Xor", Logic("vxor")),
        ("BitwiseAnd", Logic("vand")),
        ("BitwiseOr", Logic("vor")),
        ("BitwiseXor", Logic("vxor")),
        ("Not", Invert),
        ("BitwiseNot", Invert),
        ("BitShift", BitShift),
        ("IsNaN", IsNaN),
        ("IsInf", IsInf),
        ("Cast", static n => n.Output(0, Convert(n.E, n.Input(0), (OnnxType)n.Int("to", 1)))),
        ("CastLike", static n => n.Output(0, Convert(n.E, n.Input(0), n.Input(1).Type))),
    ];

    /// <summary>A value in another type of the model.</summary>
    public static Val Convert(Emitter e, Val x, OnnxType type)
    {
        // Unsigned 64-bit integers are carried by their bits, so those above 2^63 need a step of their own.
        if (x.Type == OnnxType.UInt64 && OnnxTypes.IsFloat(type))
        {
            Reg real = e.To(x.Reg, DType.F32);
            Reg high = e.Zip("vadd", real, Emitter.Scalar(DType.F32, 18446744073709551616.0));
            return e.As(e.Emit("where", [e.Zip("vlt", x.Reg, Emitter.Scalar(DType.I64, 0)), high, real]), type);
        }

        if (OnnxTypes.IsFloat(x.Type) && OnnxTypes.IntegerBits(type) is > 0 and < 64)
        {
            // Through 64 bits, so that what is in range of the type stays and the rest wraps.
            return e.As(e.To(e.To(x.Reg, DType.I64), OnnxTypes.CarrierOf(type)), type);
        }

        return type == OnnxType.UInt64 && OnnxTypes.IsFloat(x.Type) ? new Val(type, Unsigned.FromReal(e, e.F32(x))) : e.As(x.Reg, type);
    }

    private static Lower Compare(string mnemonic) => n =>
    {
        Val a = n.Input(0), b = n.Input(1);
        n.Output(0, new Val(OnnxType.Bool, n.E.Zip(mnemonic, Unsigned.Ordered(n.E, a), Unsigned.Ordered(n.E, b))));
    };

    private static Lower Logic(string mnemonic) => n =>
    {
        Val a = n.Input(0);
        n.Output(0, n.E.As(n.E.Zip(mnemonic, a.Reg, n.Input(1).Reg), a.Type));
    };

    private static void Invert(NodeContext n)
    {
        Val a = n.Input(0);
        n.Output(0, n.E.As(n.E.Emit("vnot", [a.Reg]), a.Type));
    }

    private static void BitShift(NodeContext n)
    {
        Val a = n.Input(0), b = n.Input(1);
        int bits = OnnxTypes.IntegerBits(a.Type);
        int[] shape = Types.Broadcast(a.Shape, b.Shape);
        bool left = n.Text("direction", "") == "LEFT";
        if (bits == 64)
        {
            n.Output(0, a with { Reg = Unsigned.Shift(n.E, a.Reg, n.E.To(b.Reg, DType.I64), left) });
            return;
        }

        // A shift is a product with, or a quotient by, a power of two, which a table gives; what is shifted out is gone.
        long[] powers = [.. Enumerable.Range(0, bits + 1).Select(static i => 1L << i)];
        Reg by = n.E.Zip("vmin", n.E.To(b.Reg, DType.I64), Emitter.Scalar(DType.I64, bits));
        Reg power = n.E.Emit("gather", [Emitter.Integers([powers.Length], powers), by], Operand.OfU32(0));
        Reg wide = n.E.To(a.Reg, DType.I64);
        Reg y = n.E.Emit(left ? "vmul" : "vdiv", [n.E.Expand(wide, shape), power]);
        n.Output(0, n.E.As(n.E.To(left ? n.E.Emit("vand", [y, Emitter.Scalar(DType.I64, (1L << bits) - 1)]) : y, a.Reg.Element), a.Type));
    }

    private static void IsNaN(NodeContext n)
    {
        Reg x = n.E.F32(n.Input(0));
        n.Output(0, new Val(OnnxType.Bool, n.E.Emit("vne", [x, x])));
    }

    private static void IsInf(NodeContext n)
    {
        Reg x = n.E.F32(n.Input(0));
        Reg positive = n.E.Zip("veq", x, Emitter.Scalar(DType.F32, double.PositiveInfinity));
        Reg negative = n.E.Zip("veq", x, Emitter.Scalar(DType.F32, double.NegativeInfinity));
        bool up = n.Int("detect_positive", 1) != 0, down = n.Int("detect_negative", 1) != 0;
        n.Output(0, new Val(OnnxType.Bool, up && down ? n.E.Emit("vor", [positive, negative])
            : up ? positive : down ? negative : Emitter.Filled(DType.Bool, x.Shape, 0)));
    }
}
