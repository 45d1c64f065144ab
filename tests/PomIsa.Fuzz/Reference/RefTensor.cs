using System.Runtime.InteropServices;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Reference;

/// <summary>A tensor with its dimensions, row-major.</summary>
internal sealed class RefTensor(DType element, int[] shape, byte[] raw)
{
    public DType Element { get; } = element;

    public int[] Shape { get; } = shape;

    public byte[] Raw { get; } = raw;

    public int Rank => Shape.Length;

    public int Length { get; } = shape.Aggregate(1, static (a, b) => a * b);

    /// <summary>Elements of the last axis; 1 for a scalar.</summary>
    public int Columns => Rank == 0 ? 1 : Shape[^1];

    /// <summary>Slices along the last axis.</summary>
    public int Rows => Rank == 0 ? 1 : Shape[..^1].Aggregate(1, static (a, b) => a * b);

    public Span<float> F32 => MemoryMarshal.Cast<byte, float>(Raw.AsSpan());

    public Span<int> I32 => MemoryMarshal.Cast<byte, int>(Raw.AsSpan());

    public Span<long> I64 => MemoryMarshal.Cast<byte, long>(Raw.AsSpan());

    public static RefTensor New(DType element, params int[] shape) =>
        new(element, shape, new byte[shape.Aggregate(DTypes.SizeOf(element), static (a, b) => a * b)]);

    /// <summary>An integer or bool element, sign-extended.</summary>
    public long Integer(int index) => Element switch
    {
        DType.I64 => I64[index],
        DType.I32 => I32[index],
        DType.I8 => (sbyte)Raw[index],
        _ => Raw[index],
    };

    /// <summary>Sets an integer or bool element; the high bits go.</summary>
    public void SetInteger(int index, long value)
    {
        switch (Element)
        {
            case DType.I64:
                I64[index] = value;
                break;
            case DType.I32:
                I32[index] = unchecked((int)value);
                break;
            default:
                Raw[index] = unchecked((byte)value);
                break;
        }
    }

    /// <summary>The bytes of an element.</summary>
    public Span<byte> At(int index) => Raw.AsSpan(index * DTypes.SizeOf(Element), DTypes.SizeOf(Element));

    /// <summary>Row-major index of the element that broadcasting puts beside element <paramref name="index"/> of <paramref name="to"/>.</summary>
    public int Broadcast(int index, int[] to)
    {
        int from = 0, step = 1;
        for (int axis = 1; axis <= to.Length; axis++)
        {
            int at = index % to[^axis];
            index /= to[^axis];
            if (axis <= Rank)
            {
                from += Shape[^axis] == 1 ? 0 : at * step;
                step *= Shape[^axis];
            }
        }

        return from;
    }
}
