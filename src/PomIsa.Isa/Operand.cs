namespace PomIsa.Isa;

/// <summary>How an operand's 64 bits are read.</summary>
public enum OperandKind : byte
{
    Register,
    Weight,
    State,
    Input,
    Function,
    Symbol,
    Local,
    ImmF32,
    ImmI64,
    ImmU32,
}

/// <summary>One operand or immediate of an instruction: 64 bits that the row's operand kind gives a meaning.</summary>
/// <param name="Bits">An index, the bits of an f32, an i64, or a u32.</param>
public readonly record struct Operand(ulong Bits)
{
    /// <summary>A register, weight, state, input, function, symbol or local by index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static Operand Of(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new Operand((ulong)index);
    }

    /// <summary>An f32 immediate, by its bits.</summary>
    public static Operand OfF32(float value) => new(BitConverter.SingleToUInt32Bits(value));

    /// <summary>An i64 immediate.</summary>
    public static Operand OfI64(long value) => new(unchecked((ulong)value));

    /// <summary>A u32 immediate.</summary>
    public static Operand OfU32(uint value) => new(value);

    /// <summary>The index.</summary>
    public int Index => (int)Bits;

    /// <summary>The f32 immediate.</summary>
    public float F32 => BitConverter.UInt32BitsToSingle((uint)Bits);

    /// <summary>The i64 immediate.</summary>
    public long I64 => unchecked((long)Bits);

    /// <summary>The u32 immediate.</summary>
    public uint U32 => (uint)Bits;
}
