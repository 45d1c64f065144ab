using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Whole numbers of 64 bits without a sign, which are carried by their bits as if they had one.</summary>
internal static class Unsigned
{
    /// <summary>A value in the type that the machine computes in, such that its order is the model's: of uint64 with the sign bit flipped. <see cref="Back"/> undoes it.</summary>
    public static Reg Ordered(Emitter e, Val value) => Flipped(e, ArithmeticOperators.Computed(e, value), value.Type);

    /// <summary>What was chosen among ordered numbers as what it was.</summary>
    public static Reg Back(Emitter e, Reg ordered, OnnxType type) => Flipped(e, ordered, type);

    /// <summary>a / b, both broadcast.</summary>
    public static Reg Divide(Emitter e, Reg a, Reg b)
    {
        int[] shape = Types.Broadcast(a.Shape, b.Shape);
        (a, b) = (e.Expand(a, shape), e.Expand(b, shape));

        // A divisor above 2^63 goes once or not at all. By others half of a is divided and doubled, which is right or one too small.
        Reg large = e.Zip("vlt", b, Whole(0)), zero = Emitter.Filled(DType.I64, shape, 0), one = Emitter.Filled(DType.I64, shape, 1);
        Reg safe = e.Emit("where", [large, one, b]);
        Reg quotient = e.Zip("vmul", e.Emit("vdiv", [Half(e, a), safe]), Whole(2));
        Reg rest = e.Emit("vsub", [a, e.Emit("vmul", [quotient, safe])]);
        quotient = e.Emit("vadd", [quotient, e.Emit("where", [NotBelow(e, rest, safe), one, zero])]);
        return e.Emit("where", [large, e.Emit("where", [NotBelow(e, a, b), one, zero]), quotient]);
    }

    /// <summary>a − b · ⌊a / b⌋.</summary>
    public static Reg Remainder(Emitter e, Reg a, Reg b) => e.Zip("vsub", e.Expand(a, Types.Broadcast(a.Shape, b.Shape)), e.Zip("vmul", Divide(e, a, b), b));

    /// <summary>Bits moved up or down, zeros coming in; by 64 or more none are left.</summary>
    public static Reg Shift(Emitter e, Reg a, Reg by, bool left)
    {
        int[] shape = Types.Broadcast(a.Shape, by.Shape);
        (a, by) = (e.Expand(a, shape), e.Expand(by, shape));
        long[] powers = [.. Enumerable.Range(0, 64).Select(static i => 1L << i)];
        Reg Power(Reg exponent) => e.Emit("gather", [Emitter.Integers([64], powers), e.Zip("vmax", e.Zip("vmin", exponent, Whole(63)), Whole(0))], Operand.OfU32(0));
        Reg moved = left ? e.Emit("vmul", [a, Power(by)])
            : e.Emit("where", [e.Zip("veq", by, Whole(0)), a, e.Emit("vdiv", [Half(e, a), Power(e.Zip("vsub", by, Whole(1)))])]);
        Reg gone = e.Emit("vor", [e.Zip("vgt", by, Whole(63)), e.Zip("vlt", by, Whole(0))]);
        return e.Emit("where", [gone, Emitter.Filled(DType.I64, shape, 0), moved]);
    }

    /// <summary>From f32: toward zero; what is above 2^63 has the sign bit.</summary>
    public static Reg FromReal(Emitter e, Reg x)
    {
        Reg bound = Emitter.Scalar(DType.F32, Math.Pow(2, 63)), high = e.To(e.Zip("vsub", x, bound), DType.I64);
        return e.Emit("where", [e.Zip("vge", x, bound), e.Zip("vxor", high, Whole(long.MinValue)), e.To(x, DType.I64)]);
    }

    private static Reg Flipped(Emitter e, Reg x, OnnxType type) => type == OnnxType.UInt64 ? e.Zip("vxor", x, Whole(long.MinValue)) : x;

    private static Reg Whole(long value) => Emitter.Integers([], [value]);

    /// <summary>⌊a / 2⌋.</summary>
    private static Reg Half(Emitter e, Reg a)
    {
        Reg low = e.Zip("vdiv", e.Zip("vand", a, Whole(long.MaxValue)), Whole(2));
        return e.Emit("where", [e.Zip("vlt", a, Whole(0)), e.Zip("vadd", low, Whole(1L << 62)), low]);
    }

    private static Reg NotBelow(Emitter e, Reg a, Reg b) => e.Emit("vge", [e.Zip("vxor", a, Whole(long.MinValue)), e.Zip("vxor", b, Whole(long.MinValue))]);
}
