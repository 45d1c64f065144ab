using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Operators of one or two operands, element by element: arithmetic and functions.</summary>
internal static class ArithmeticOperators
{
    private const int MostCounted = 1 << 24;

    public static (string, Lower)[] All { get; } =
    [
        ("Add", Binary("vadd")),
        ("Sub", Binary("vsub")),
        ("Mul", Binary("vmul")),
        ("Div", Binary("vdiv")),
        ("Sqrt", Unary("sqrt")),
        ("Tanh", Unary("tanh")),
        ("Erf", Unary("erf")),
        ("Sigmoid", Unary("sigmoid")),
        ("Sin", Unary("sin")),
        ("Cos", Unary("cos")),
        ("Exp", Unary("exp")),
        ("Log", Unary("log")),
        ("Floor", Unary("floor")),
        ("Ceil", Unary("ceil")),
        ("Round", Unary("round")),
        ("Softplus", Unary("softplus")),
        ("Reciprocal", static n => n.Output(0, n.E.As(n.E.Zip("vdiv", Emitter.Scalar(DType.F32, 1), n.E.F32(n.Input(0))), n.Input(0).Type))),
        ("Relu", static n => n.Output(0, n.E.As(Relu(n.E, Computed(n.E, n.Input(0))), n.Input(0).Type))),
        ("Pow", Power),
        ("Mod", Mod),
        ("Min", Several("vmin")),
        ("Max", Several("vmax")),
        ("Sum", Several("vadd")),
        ("Mean", Mean),
        ("Clip", Clip),
        ("Gelu", static n => n.Output(0, n.E.As(n.E.Emit(n.Text("approximate", "none") == "tanh" ? "gelu.tanh" : "gelu", [n.E.F32(n.Input(0))]), n.Input(0).Type))),
        ("Dropout", Dropout),
        ("Range", Range),
        ("ConstantOfShape", ConstantOfShape),
        ("Neg", Signed("neg")),
        ("Abs", Signed("abs")),
        ("Sign", Signed("sign")),
    ];

    /// <summary>A function of one floating-point value, computed in f32.</summary>
    private static Lower Unary(string mnemonic) => n =>
    {
        Val x = n.Input(0);
        n.Output(0, n.E.As(n.E.Emit(mnemonic, [n.E.F32(x)]), x.Type));
    };

    /// <summary>A function of one number of any type.</summary>
    private static Lower Signed(string mnemonic) => n =>
    {
        Val x = n.Input(0);
        n.Output(0, n.E.As(n.E.Emit(mnemonic, [Computed(n.E, x)]), x.Type));
    };

    private static Lower Binary(string mnemonic) => n =>
    {
        Val a = n.Input(0), b = n.Input(1);
        Reg x = Computed(n.E, a), y = Computed(n.E, b);
        n.Output(0, n.E.As(mnemonic == "vdiv" && a.Type == OnnxType.UInt64 ? Unsigned.Divide(n.E, x, y) : n.E.Zip(mnemonic, x, y), a.Type));
    };

    /// <summary>A value in the type that the machine computes in: f32 for every floating-point type, the carrier for integers.</summary>
    public static Reg Computed(Emitter e, Val value) => OnnxTypes.IsFloat(value.Type) ? e.F32(value) : value.Reg;

    /// <summary>max(x, 0), which keeps NaN and makes -0 to +0.</summary>
    public static Reg Relu(Emitter e, Reg x) => e.Emit("vmax", [x, Emitter.Scalar(x.Element, 0)]);

    private static void Power(NodeContext n)
    {
        Val a = n.Input(0), b = n.Input(1);
        if (OnnxTypes.IsFloat(a.Type))
        {
            Reg x = n.E.F32(a), y = n.E.F32(b);
            Reg? simple = b.Known is { Length: 1 } known && b.Rank == 0 ? SimplePower(n.E, x, known.ToFloat()[0]) : null;
            n.Output(0, n.E.As(simple ?? n.E.Zip("vpow", x, y), a.Type));
            return;
        }

        // Whole powers of integers, by squaring; the exponent must be known to say how often.
        HostTensor exponent = b.Known ?? throw new OnnxException("integers are raised to known powers only") { Unknown = b.Reg.Unknown };
        long[] powers = OnnxTypes.IsFloat(b.Type) ? [.. exponent.ToFloat().Select(static f => (long)f)] : exponent.ToInt64();
        if (powers.Any(static p => p < 0))
        {
            throw new OnnxException("integers are not raised to negative powers");
        }

        int[] shape = Types.Broadcast(a.Shape, b.Shape);
        Reg left = n.E.Expand(n.E.To(a.Reg, DType.I64), shape), result = Emitter.Filled(DType.I64, shape, 1), one = result;
        for (int bit = 0; bit < 63 && powers.Any(p => p >> bit != 0); bit++)
        {
            byte[] set = [.. powers.Select(p => (byte)((p >> bit) & 1))];
            Reg take = Reg.OfBytes(DType.Bool, b.Shape, set);
            result = n.E.Emit("vmul", [result, n.E.Emit("where", [take, left, one])]);
            left = n.E.Emit("vmul", [left, left]);
        }

        n.Output(0, n.E.As(n.E.To(result, a.Reg.Element), a.Type));
    }

    /// <summary>Powers that have an opcode of their own with the same results: the square is exact in both.</summary>
    private static Reg? SimplePower(Emitter e, Reg x, float power) => power == 2 ? e.Emit("vmul", [x, x]) : null;

    private static void Mod(NodeContext n)
    {
        Val a = n.Input(0), b = n.Input(1);
        Reg x = Computed(n.E, a), y = Computed(n.E, b);
        if (a.Type == OnnxType.UInt64)
        {
            n.Output(0, n.E.As(Unsigned.Remainder(n.E, x, y), a.Type));
            return;
        }

        int[] shape = Types.Broadcast(a.Shape, b.Shape);
        (x, y) = (n.E.Expand(x, shape), n.E.Expand(y, shape));
        Reg r = n.E.Emit("vrem", [x, y]);
        if (n.Int("fmod", 0) == 0)
        {
            // The sign of the divisor: one more divisor where remainder and divisor have different signs.
            Reg zero = Emitter.Scalar(r.Element, 0);
            Reg differs = n.E.Emit("vxor", [n.E.Emit("vlt", [r, zero]), n.E.Emit("vlt", [y, zero])]);
            Reg shift = n.E.Emit("vand", [differs, n.E.Emit("vne", [r, zero])]);
            r = n.E.Emit("where", [shift, n.E.Emit("vadd", [r, y]), r]);
        }

        n.Output(0, n.E.As(r, a.Type));
    }

    private static Reg Fold(NodeContext n, string mnemonic)
    {
        Reg y = Unsigned.Ordered(n.E, n.Input(0));
        for (int i = 1; i < n.Inputs; i++)
        {
            y = n.E.Zip(mnemonic, y, Unsigned.Ordered(n.E, n.Input(i)));
        }

        return Unsigned.Back(n.E, y, n.Input(0).Type);
    }

    private static Lower Several(string mnemonic) => n => n.Output(0, n.E.As(Fold(n, mnemonic), n.Input(0).Type));

    private static void Mean(NodeContext n) =>
        n.Output(0, n.E.As(n.E.Emit("vdiv", [Fold(n, "vadd"), Emitter.Scalar(DType.F32, n.Inputs)]), n.Input(0).Type));

    private static void Clip(NodeContext n)
    {
        Val x = n.Input(0);
        Reg y = Unsigned.Ordered(n.E, x);
        Reg? least = n.Opset < 11 ? n.Has("min") ? Emitter.Scalar(DType.F32, n.Float("min", 0)) : null : n.Optional(1) is { } low ? Unsigned.Ordered(n.E, low) : null;
        Reg? most = n.Opset < 11 ? n.Has("max") ? Emitter.Scalar(DType.F32, n.Float("max", 0)) : null : n.Optional(2) is { } high ? Unsigned.Ordered(n.E, high) : null;
        y = least is null ? y : n.E.Zip("vmax", y, n.E.Reshape(least));
        y = most is null ? y : n.E.Zip("vmin", y, n.E.Reshape(most));
        n.Output(0, n.E.As(Unsigned.Back(n.E, y, x.Type), x.Type));
    }

    private static void Dropout(NodeContext n)
    {
        Val x = n.Input(0);
        if (n.Opset >= 12 && n.OptionalConstants(2) is [not 0] && n.ConstantFloats(1)[0] != 0)
        {
            throw new OnnxException("dropout while training is random");
        }

        n.Output(0, x);
        n.Output(1, new Val(n.Opset < 10 ? x.Type : OnnxType.Bool, n.E.To(Emitter.Filled(DType.Bool, x.Shape, 1), n.Opset < 10 ? x.Reg.Element : DType.Bool)));
    }

    private static void Range(NodeContext n)
    {
        Val start = n.Input(0);
        if (OnnxTypes.IsFloat(start.Type))
        {
            float first = n.ConstantFloats(0)[0], end = n.ConstantFloats(1)[0], step = n.ConstantFloats(2)[0];
            int many = (int)Math.Clamp(Math.Ceiling(((double)end - first) / step), 0, MostCounted);
            Reg index = n.E.To(Emitter.Integers([many], [.. Enumerable.Range(0, many).Select(static i => (long)i)]), DType.F32);
            Reg y = n.E.Emit("vadd", [n.E.Emit("vmul", [index, Emitter.Scalar(DType.F32, step)]), Emitter.Scalar(DType.F32, first)]);
            n.Output(0, n.E.As(y, start.Type));
            return;
        }

        long from = n.Constants(0)[0], limit = n.Constants(1)[0], delta = n.Constants(2)[0];
        if (delta == 0)
        {
            throw new OnnxException("a range has a step of 0");
        }

        Int128 span = (Int128)limit - from, size = delta > 0 ? delta : -(Int128)delta;
        long count = (long)Int128.Clamp(((delta > 0 ? span : -span) + size - 1) / size, 0, Limits.Dimension);
        if (count > MostCounted)
        {
            throw new OnnxException($"a range of {count} numbers is too long");
        }

        n.Output(0, n.E.As(Emitter.Integers([(int)count], [.. Enumerable.Range(0, (int)count).Select(i => from + (i * delta))]), start.Type));
    }

    private static void ConstantOfShape(NodeContext n)
    {
        int[] shape = [.. n.Constants(0).Select(static d => d is >= 0 and <= Limits.Dimension ? (int)d : throw new OnnxException($"a dimension of {d}"))];
        HostTensor value = n.Tensor("value") ?? HostTensor.OfFloat([1], 0);
        n.Output(0, new Val(value.Type, n.E.Expand(n.E.Reshape(Val.Of(value).Reg), shape)));
    }
}
