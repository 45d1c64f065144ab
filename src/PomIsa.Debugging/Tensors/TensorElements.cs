using System.Buffers.Binary;
using System.Globalization;
using PomIsa.Isa;

namespace PomIsa.Debugging.Tensors;

/// <summary>The elements of a tensor of any computed type, as numbers and as text.</summary>
/// <param name="element">Element type.</param>
/// <param name="bytes">Row-major, little-endian.</param>
internal readonly ref struct TensorElements(DType element, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Elements.</summary>
    public int Count => _bytes.Length / DTypes.SizeOf(element);

    /// <summary>Whether elements may be NaN or infinite.</summary>
    public bool IsFloating => element is DType.F32 or DType.F16 or DType.BF16;

    /// <summary>An element; an i64 beyond 2^53 is rounded.</summary>
    public double this[int index] => element switch
    {
        DType.F32 => BinaryPrimitives.ReadSingleLittleEndian(At(index, 4)),
        DType.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(At(index, 2)),
        DType.BF16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(At(index, 2)) << 16),
        _ => Integer(index),
    };

    /// <summary>An element as source would write it.</summary>
    public string Text(int index) => element switch
    {
        DType.F32 => Number(BinaryPrimitives.ReadSingleLittleEndian(At(index, 4))),
        DType.F16 or DType.BF16 => Number((float)this[index]),
        DType.Bool => _bytes[index] == 0 ? "0" : "1",
        _ => Integer(index).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The shortest decimal that is this f32.</summary>
    public static string Number(float value) =>
        value.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal).Replace("Infinity", "inf", StringComparison.Ordinal);

    private long Integer(int index) => element switch
    {
        DType.I8 => (sbyte)_bytes[index],
        DType.Bool => _bytes[index],
        DType.I32 => BinaryPrimitives.ReadInt32LittleEndian(At(index, 4)),
        DType.I64 => BinaryPrimitives.ReadInt64LittleEndian(At(index, 8)),
        _ => throw new ArgumentException($"{DTypes.NameOf(element)} is a type of weights."),
    };

    private ReadOnlySpan<byte> At(int index, int size) => _bytes.Slice(index * size, size);
}
