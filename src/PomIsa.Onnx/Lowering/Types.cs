using PomIsa.Isa;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Lowering;

/// <summary>Between the model's types and the machine's: f32 for computing, and back; narrow integers wrap.</summary>
internal static class Types
{
    /// <summary>A floating-point value in f32.</summary>
    public static Reg F32(this Emitter e, Val value) => e.To(value.Reg, DType.F32);

    /// <summary>A register in another machine type.</summary>
    public static Reg To(this Emitter e, Reg reg, DType type) => reg.Element == type ? reg : e.Emit("cast", [reg], Operand.OfType(type));

    /// <summary>What was computed in f32 or a carrier, as a value of the model's type: rounded, or wrapped.</summary>
    public static Val As(this Emitter e, Reg computed, OnnxType type)
    {
        DType carrier = OnnxTypes.CarrierOf(type);
        return new Val(type, OnnxTypes.IntegerBits(type) > 0 ? e.Wrap(e.To(computed, carrier), type) : e.To(computed, carrier));
    }

    /// <summary>Keeps the low bits of a carrier that has more of them than the model's integer type.</summary>
    public static Reg Wrap(this Emitter e, Reg reg, OnnxType type)
    {
        int bits = OnnxTypes.IntegerBits(type);
        DType carrier = OnnxTypes.CarrierOf(type);
        if (bits >= 8 * DTypes.SizeOf(carrier))
        {
            return reg;
        }

        Reg low = e.Emit("vand", [reg, Emitter.Scalar(carrier, Math.Pow(2, bits) - 1)]);
        if (OnnxTypes.IsUnsigned(type))
        {
            return low;
        }

        // Sign extension: flip the sign bit, then take it off again.
        Reg sign = Emitter.Scalar(carrier, Math.Pow(2, bits - 1));
        return e.Emit("vsub", [e.Emit("vxor", [low, sign]), sign]);
    }

    /// <summary>The shape that two shapes broadcast to.</summary>
    public static int[] Broadcast(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var shape = new int[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= shape.Length; i++)
        {
            int x = i <= a.Length ? a[^i] : 1, y = i <= b.Length ? b[^i] : 1;
            shape[^i] = x == y || y == 1 ? x : x == 1 ? y
                : throw new OnnxException($"shapes [{string.Join(",", a.ToArray())}] and [{string.Join(",", b.ToArray())}] do not broadcast");
        }

        return shape;
    }

    /// <summary>A register with the given shape, its axes aligned at the end.</summary>
    public static Reg Expand(this Emitter e, Reg reg, ReadOnlySpan<int> shape) =>
        reg.Shape.AsSpan().SequenceEqual(shape) ? reg : e.EmitAs("expand", shape, reg);

    /// <summary>A register with the same elements in another shape.</summary>
    public static Reg Reshape(this Emitter e, Reg reg, params ReadOnlySpan<int> shape)
    {
        return !SymbolCode.SameElements(reg.Shape, shape) ? throw new OnnxException($"[{string.Join(",", reg.Shape)}] has not the elements of [{string.Join(",", shape.ToArray())}]")
            : reg.Shape.AsSpan().SequenceEqual(shape) ? reg
            : e.EmitAs("reshape", shape, reg);
    }

    /// <summary>Axes in another order.</summary>
    public static Reg Transpose(this Emitter e, Reg reg, params ReadOnlySpan<int> perm)
    {
        bool moves = false;
        for (int i = 0; i < perm.Length; i++)
        {
            moves |= perm[i] != i;
        }

        return moves ? e.Emit("transpose", [reg], Operand.OfAxes(perm)) : reg;
    }

    /// <summary>An opcode of two operands, each broadcast to the other.</summary>
    public static Reg Zip(this Emitter e, string mnemonic, Reg a, Reg b) =>
        e.Emit(mnemonic, [e.Expand(a, Broadcast(a.Shape, b.Shape)), b]);
}
