using System.Buffers.Binary;

namespace PomIsa.Rejections.Recording;

/// <summary>Opcodes 0x18 to 0x24: two scalars to one; and 0x30, two tensors of f32 without a NaN.</summary>
internal static class Arithmetic
{
    public static long Two(byte opcode, long a, long b) => unchecked(opcode switch
    {
        0x18 => a + b,
        0x19 => a - b,
        0x1a => a * b,
        0x1b => a < b ? a : b,
        0x1c => a > b ? a : b,
        0x1d => a == b ? 1 : 0,
        0x1e => a != b ? 1 : 0,
        0x1f => a < b ? 1 : 0,
        0x20 => a <= b ? 1 : 0,
        0x21 => a > b ? 1 : 0,
        0x22 => a >= b ? 1 : 0,
        0x23 => a != 0 && b != 0 ? 1 : 0,
        _ => a != 0 || b != 0 ? 1 : 0,
    });

    /// <summary>Sums of elements; b is broadcast along the first dimensions that it lacks.</summary>
    public static Value Sum(Value a, Value b)
    {
        byte[] bytes = new byte[a.Bytes.Length];
        for (int at = 0; at < bytes.Length; at += 4)
        {
            float one = BinaryPrimitives.ReadSingleLittleEndian(a.Bytes.AsSpan(at)), other = BinaryPrimitives.ReadSingleLittleEndian(b.Bytes.AsSpan(at % b.Bytes.Length));
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), one + other);
        }

        return a with { Bytes = bytes };
    }
}
