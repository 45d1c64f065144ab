using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>The same bits as another type. The machine has no such opcode, so floating-point numbers are taken apart and put together by exact arithmetic.</summary>
/// <remarks>Carriers hold f64 as f32, and one NaN: bits that say more are not seen.</remarks>
internal static class BitCastOperators
{
    public static (string, Lower)[] All { get; } = [("BitCast", BitCast)];

    /// <summary>A binary format: bits in all and of the fraction.</summary>
    private readonly record struct Format(int Bits, int Fraction)
    {
        public int Bias => (1 << (Bits - Fraction - 2)) - 1;

        public long Exponents => (1L << (Bits - Fraction - 1)) - 1;

        public static Format Of(OnnxType type) => type switch
        {
            OnnxType.Float16 => new(16, 10),
            OnnxType.BFloat16 => new(16, 7),
            OnnxType.Float => new(32, 23),
            _ => new(64, 52),
        };
    }

    private static void BitCast(NodeContext n)
    {
        Val x = n.Input(0);
        var type = (OnnxType)n.Int("to", 0);
        if (Bits(x.Type) != Bits(type) || Bits(type) == 0)
        {
            throw new OnnxException($"the bits of {OnnxTypes.NameOf(x.Type)} are not those of a {OnnxTypes.NameOf(type)}");
        }

        if (x.Type == type)
        {
            n.Output(0, x);
            return;
        }

        Reg whole = OnnxTypes.IsFloat(x.Type) ? Apart(n.E, n.E.F32(x), Format.Of(x.Type)) : n.E.To(x.Reg, DType.I64);
        n.Output(0, OnnxTypes.IsFloat(type) ? n.E.As(Together(n.E, whole, Format.Of(type)), type) : n.E.As(whole, type));
    }

    private static int Bits(OnnxType type) => OnnxTypes.IsFloat(type) ? Format.Of(type).Bits : type == OnnxType.Bool ? 8 : OnnxTypes.IntegerBits(type);

    private static Reg Real(double value) => Emitter.Scalar(DType.F32, value);

    private static Reg Whole(long value) => Emitter.Integers([], [value]);

    /// <summary>The bits of numbers, as whole numbers of 64 bits.</summary>
    private static Reg Apart(Emitter e, Reg x, Format format)
    {
        Reg size = e.Emit("abs", [x]), least = Emitter.Filled(DType.I64, x.Shape, 0);
        (Reg scaled, Reg exponent) = Normalized(e, size);
        Reg fraction = e.Zip("vmul", e.To(e.Zip("vmul", e.Zip("vsub", scaled, Real(1)), Real(1 << Math.Min(format.Fraction, 23))), DType.I64), Whole(1L << Math.Max(format.Fraction - 23, 0)));
        Reg field = e.Zip("vmul", e.Zip("vadd", exponent, Whole(format.Bias)), Whole(1L << format.Fraction));
        Reg bits = e.Emit("vadd", [field, fraction]);
        if (format.Bits < 64)
        {
            // Below the normal numbers the fraction counts steps of the least one.
            int power = format.Bias - 1 + format.Fraction;
            Reg steps = e.To(e.Zip("vmul", e.Zip("vmul", size, Real(Math.Pow(2, power / 2))), Real(Math.Pow(2, power - (power / 2)))), DType.I64);
            bits = e.Emit("where", [e.Zip("vlt", exponent, Whole(1 - format.Bias)), steps, bits]);
        }

        long infinity = format.Exponents << format.Fraction;
        bits = e.Emit("where", [e.Zip("veq", size, Real(0)), least, bits]);
        bits = e.Emit("where", [e.Zip("veq", size, Real(double.PositiveInfinity)), e.Expand(Whole(infinity), x.Shape), bits]);
        bits = e.Emit("where", [e.Emit("vne", [x, x]), e.Expand(Whole(infinity | (1L << (format.Fraction - 1))), x.Shape), bits]);
        Reg below = e.Zip("vlt", e.Emit("where", [e.Zip("veq", size, Real(0)), e.Zip("vdiv", Real(1), x), x]), Real(0));
        return e.Emit("where", [below, e.Zip("vxor", bits, Whole(1L << (format.Bits - 1))), bits]);
    }

    /// <summary>Sizes as s · 2^k with 1 ≤ s &lt; 2; of 0 and what is not finite, anything.</summary>
    private static (Reg Scaled, Reg Exponent) Normalized(Emitter e, Reg size)
    {
        Reg scaled = size, exponent = Emitter.Filled(DType.I64, size.Shape, 0);
        void Step(string mnemonic, int bound, int power)
        {
            Reg there = e.Zip(mnemonic, scaled, Real(Math.Pow(2, bound)));
            scaled = e.Emit("where", [there, e.Zip("vmul", scaled, Real(Math.Pow(2, power))), scaled]);
            exponent = e.Emit("where", [there, e.Zip("vsub", exponent, Whole(power)), exponent]);
        }

        for (int k = 64; k >= 1; k /= 2)
        {
            Step("vge", k, -k);
        }

        // Twice by the largest power: the least numbers lie beyond -127.
        foreach (int k in (int[])[64, 64, 32, 16, 8, 4, 2, 1])
        {
            Step("vlt", 1 - k, k);
        }

        return (scaled, exponent);
    }

    /// <summary>Numbers in f32 from their bits.</summary>
    private static Reg Together(Emitter e, Reg bits, Format format)
    {
        Reg mask = Whole((1L << format.Fraction) - 1), fraction = e.Zip("vand", bits, mask);
        Reg magnitude = e.Zip("vand", bits, Whole(format.Bits == 64 ? long.MaxValue : (1L << (format.Bits - 1)) - 1));
        Reg field = e.Zip("vdiv", magnitude, Whole(1L << format.Fraction));
        Reg normal = e.Zip("vgt", field, Whole(0));
        Reg whole = e.To(e.Emit("where", [normal, e.Zip("vadd", fraction, Whole(1L << format.Fraction)), fraction]), DType.F32);

        // Two factors for each exponent, so that neither leaves the range; products of powers of two are exact.
        int count = (int)format.Exponents + 1;
        var first = new float[count];
        var second = new float[count];
        for (int i = 0; i < count; i++)
        {
            int power = Math.Clamp(Math.Max(i, 1) - format.Bias - format.Fraction, -252, 252);
            (first[i], second[i]) = (MathF.ScaleB(1, power / 2), MathF.ScaleB(1, power - (power / 2)));
        }

        Reg Factor(float[] table) => e.Emit("gather", [Val.Of(HostTensor.OfFloat([count], table)).Reg, field], Operand.OfU32(0));
        Reg value = e.Emit("vmul", [e.Emit("vmul", [whole, Factor(first)]), Factor(second)]);
        value = e.Emit("where", [e.Zip("veq", field, Whole(format.Exponents)), e.Expand(Real(double.PositiveInfinity), bits.Shape), value]);
        Reg negative = format.Bits == 64 ? e.Zip("vlt", bits, Whole(0)) : e.Zip("vne", e.Zip("vand", bits, Whole(1L << (format.Bits - 1))), Whole(0));
        value = e.Emit("where", [negative, e.Emit("neg", [value]), value]);
        return e.Emit("where", [e.Zip("vgt", magnitude, Whole(format.Exponents << format.Fraction)), e.Expand(Val.Of(HostTensor.OfFloat([], BitConverter.UInt32BitsToSingle(0x7fc00000))).Reg, bits.Shape), value]);
    }
}
