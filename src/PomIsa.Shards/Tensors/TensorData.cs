using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace PomIsa.Shards;

/// <summary>A tensor about to be written: row-major little-endian bytes with name, dtype and shape.</summary>
public sealed record TensorData(string Name, string DType, ImmutableArray<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>An F32 tensor; the bits of each value are kept as they are.</summary>
    public static TensorData F32(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[checked(values.Length * 4)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * i), BitConverter.SingleToInt32Bits(values[i]));
        }

        return new TensorData(name, "F32", [.. shape], bytes);
    }

    /// <summary>An I8 tensor.</summary>
    public static TensorData I8(string name, ReadOnlySpan<long> shape, ReadOnlySpan<sbyte> values) =>
        new(name, "I8", [.. shape], MemoryMarshal.AsBytes(values).ToArray());
}
