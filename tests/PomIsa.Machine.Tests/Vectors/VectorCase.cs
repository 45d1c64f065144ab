using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;
using PomIsa.Isa;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Elements by their bits, row-major.</summary>
internal sealed record Tensor(DType Element, int[] Shape, ulong[] Bits)
{
    /// <summary>Bytes of one element as a vector file holds it; w8 and w4 stand without their scales, a nibble as a byte.</summary>
    public static int SizeOf(DType element) => element is DType.W8 or DType.W4 ? 1 : DTypes.SizeOf(element);

    public static Tensor F32(int[] shape, ReadOnlySpan<float> values)
    {
        var bits = new ulong[values.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.SingleToUInt32Bits(values[i]);
        }

        return new Tensor(DType.F32, shape, bits);
    }

    public static Tensor Whole(DType element, int[] shape, params ReadOnlySpan<long> values)
    {
        ulong mask = ulong.MaxValue >> (64 - (8 * SizeOf(element)));
        var bits = new ulong[values.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = unchecked((ulong)values[i]) & mask;
        }

        return new Tensor(element, shape, bits);
    }

    public float[] Floats() => [.. Bits.Select(b => BitConverter.UInt32BitsToSingle((uint)b))];

    public sbyte[] Bytes8() => [.. Bits.Select(b => unchecked((sbyte)b))];

    /// <summary>The elements little-endian, as a register holds them.</summary>
    public byte[] Raw()
    {
        int size = SizeOf(Element);
        var raw = new byte[Bits.Length * size];
        for (int i = 0; i < raw.Length; i++)
        {
            raw[i] = (byte)(Bits[i / size] >> (8 * (i % size)));
        }

        return raw;
    }
}

/// <summary>A weight in its logical shape, row-major; <paramref name="Scale"/> has one value a column for w8 and w4.</summary>
internal sealed record Weight(Tensor Values, float[] Scale)
{
    /// <summary>Sub-scales of w4, [K/32, N].</summary>
    public int[] Sub { get; init; } = [];
}

/// <summary>A state: its row's shape, its greatest row count, the rows it holds.</summary>
internal sealed record StateRows(DType Element, int[] Row, int Max, ulong[] Bits);

/// <summary>An immediate by kind and 64 bits.</summary>
internal readonly record struct Immediate(OperandKind Kind, ulong Bits)
{
    public static Immediate Of(float value) => new(OperandKind.ImmF32, BitConverter.SingleToUInt32Bits(value));

    public static Immediate Of(uint value) => new(OperandKind.ImmU32, value);

    public static Immediate Of(long value) => new(OperandKind.ImmI64, unchecked((ulong)value));

    public static Immediate Of(DType type) => new(OperandKind.ImmType, Operand.OfType(type).Bits);

    public static Immediate Axes(params ReadOnlySpan<int> axes) => new(OperandKind.ImmAxes, Operand.OfAxes(axes).Bits);
}

/// <summary>One case of a vector file.</summary>
internal abstract record VectorCase(string Name)
{
    /// <summary>Expected to end in a fault, at verification or at run time.</summary>
    public abstract bool IsRejection { get; }
}

/// <summary>One execution of one opcode on given operands.</summary>
internal sealed record OperandCase(string Name) : VectorCase(Name)
{
    public Tensor[] Reads { get; init; } = [];

    public Weight[] Weights { get; init; } = [];

    public StateRows[] States { get; init; } = [];

    /// <summary>Values of the symbols that the instruction names, in operand order.</summary>
    public (string Name, long Value)[] Symbols { get; init; } = [];

    public Immediate[] Immediates { get; init; } = [];

    /// <summary>The scalar stack before, the top last.</summary>
    public long[] Stack { get; init; } = [];

    /// <summary>What the host gives to <c>input</c>.</summary>
    public int[]? Prompt { get; init; }

    public Tensor[] Writes { get; init; } = [];

    /// <summary>Types of the registers to write, for cases that trap.</summary>
    public (DType Element, int[] Shape)[] Into { get; init; } = [];

    public long[] Pushes { get; init; } = [];

    public StateRows[]? StatesAfter { get; init; }

    /// <summary>Row scales and accumulators of a quantized product.</summary>
    public (float[] Scales, int[] Sums)? Product { get; init; }

    /// <summary>What the record commits to, one for each tensor that is written.</summary>
    public Digest[] Commitments { get; init; } = [];

    public FaultCode Trap { get; init; }

    public override bool IsRejection => Trap != FaultCode.None;

    /// <summary>With the commitments that the record of this execution holds (spec/evidence.md, chapter 2).</summary>
    public OperandCase Committed() => this with
    {
        Commitments = Product is { } product
            ? [Commitment.Of(Commitment.W8Product, Writes[0].Shape, ProductRows(product, Writes[0].Shape[^1]))]
            : [.. Writes.Select(static y => Commitment.Of((byte)y.Element, y.Shape, y.Raw()))],
    };

    private static byte[] ProductRows((float[] Scales, int[] Sums) product, int columns)
    {
        var rows = new List<byte>();
        for (int t = 0; t < product.Scales.Length; t++)
        {
            rows.AddRange(MemoryMarshal.AsBytes(product.Scales.AsSpan(t, 1)));
            rows.AddRange(MemoryMarshal.AsBytes(product.Sums.AsSpan(t * columns, columns)));
        }

        return [.. rows];
    }
}

/// <summary>A whole program with its prompt and what comes of it.</summary>
internal sealed record ProgramCase(string Name, string Source) : VectorCase(Name)
{
    /// <summary>The encoding without custom sections.</summary>
    public byte[] Module { get; init; } = [];

    public int[] Prompt { get; init; } = [];

    /// <summary>The response, or what was emitted before the trap.</summary>
    public int[] Emits { get; init; } = [];

    /// <summary>Instructions that retire, counted by hand; null where nobody counted.</summary>
    public ulong? Retires { get; init; }

    public FaultCode Trap { get; init; }

    public FaultCode Invalid { get; init; }

    public override bool IsRejection => Trap != FaultCode.None || Invalid != FaultCode.None;
}
