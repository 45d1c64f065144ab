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

    /// <summary>A short list of axes: see <see cref="Operand.OfAxes"/>.</summary>
    ImmAxes,

    /// <summary>An element type that registers may have.</summary>
    ImmType,
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

    /// <summary>A list of axes: four bits each from the lowest, their number in bits 32 and up.</summary>
    /// <exception cref="ArgumentException">More than <see cref="Limits.Rank"/>, or one that is not below it.</exception>
    public static Operand OfAxes(params ReadOnlySpan<int> axes)
    {
        ulong bits = (ulong)axes.Length << 32;
        for (int i = 0; i < axes.Length; i++)
        {
            if (axes.Length > Limits.Rank || axes[i] is < 0 or >= Limits.Rank)
            {
                throw new ArgumentException($"At most {Limits.Rank} axes, each below that.", nameof(axes));
            }

            bits |= (ulong)axes[i] << (4 * i);
        }

        return new Operand(bits);
    }

    /// <summary>An element type.</summary>
    public static Operand OfType(DType type) => new((ulong)type);

    /// <summary>The number of axes.</summary>
    public int AxisCount => (int)(Bits >> 32);

    /// <summary>One of the axes.</summary>
    public int Axis(int index) => (int)(Bits >> (4 * index)) & 0xf;

    /// <summary>The axes as source writes them: <c>[1, 0]</c>.</summary>
    public string AxesText()
    {
        Operand self = this;
        return "[" + string.Join(", ", Enumerable.Range(0, AxisCount).Select(i => self.Axis(i))) + "]";
    }

    /// <summary>The element type.</summary>
    public DType Type => (DType)(byte)Bits;

    /// <summary>The index.</summary>
    public int Index => (int)Bits;

    /// <summary>The f32 immediate.</summary>
    public float F32 => BitConverter.UInt32BitsToSingle((uint)Bits);

    /// <summary>The i64 immediate.</summary>
    public long I64 => unchecked((long)Bits);

    /// <summary>The u32 immediate.</summary>
    public uint U32 => (uint)Bits;
}
