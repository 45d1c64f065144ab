using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Kernels;

namespace PomIsa.Architectures.Sources;

/// <summary>How values lie in a file: blocks of a few values in a few bytes, and what they are as f32.</summary>
/// <param name="Name">As messages say it.</param>
/// <param name="BlockValues">Values of a block.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
/// <param name="Widen">Whole blocks to f32.</param>
internal sealed record StoredFormat(string Name, int BlockValues, int BlockBytes, StoredFormat.Widening Widen)
{
    /// <summary>Blocks to as many values as they hold.</summary>
    public delegate void Widening(ReadOnlySpan<byte> blocks, Span<float> values);

    public static StoredFormat F32 { get; } = new("F32", 1, 4, static (blocks, values) => MemoryMarshal.Cast<byte, float>(blocks).CopyTo(values));

    public static StoredFormat F16 { get; } = new("F16", 1, 2, static (blocks, values) => HalfPrecision.FromF16(MemoryMarshal.Cast<byte, ushort>(blocks), values));

    public static StoredFormat BF16 { get; } = new("BF16", 1, 2, static (blocks, values) => HalfPrecision.FromBF16(MemoryMarshal.Cast<byte, ushort>(blocks), values));

    /// <summary>A scale in f16 and 32 signed bytes, which it multiplies.</summary>
    public static StoredFormat Q8 { get; } = new("Q8_0", 32, 34, static (blocks, values) =>
    {
        for (int block = 0; block < values.Length / 32; block++)
        {
            ReadOnlySpan<byte> bytes = blocks.Slice(34 * block, 34);
            float scale = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);
            for (int i = 0; i < 32; i++)
            {
                values[(32 * block) + i] = (sbyte)bytes[2 + i] * scale;
            }
        }
    });

    /// <summary>A scale in f16 and 16 bytes: low halves are values 0 to 15, high halves 16 to 31, each 8 above the number that the scale multiplies.</summary>
    public static StoredFormat Q4 { get; } = new("Q4_0", 32, 18, static (blocks, values) =>
    {
        for (int block = 0; block < values.Length / 32; block++)
        {
            ReadOnlySpan<byte> bytes = blocks.Slice(18 * block, 18);
            float scale = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);
            for (int i = 0; i < 16; i++)
            {
                values[(32 * block) + i] = ((bytes[2 + i] & 15) - 8) * scale;
                values[(32 * block) + 16 + i] = ((bytes[2 + i] >> 4) - 8) * scale;
            }
        }
    });

    /// <summary>
    /// A super-block of 256 values: low four bits, high two bits, 16 signed scales of 16 values each, and a scale in f16 for all of them. Each value is 32 above
    /// the number that both scales multiply.
    /// </summary>
    public static StoredFormat Q6K { get; } = new("Q6_K", 256, 210, static (blocks, values) =>
    {
        for (int block = 0; block < values.Length / 256; block++)
        {
            ReadOnlySpan<byte> bytes = blocks.Slice(210 * block, 210);
            float scale = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[208..]);
            for (int i = 0; i < 256; i++)
            {
                // Each half of 128 has its bits in four stripes of 32: two in the low halves of 64 bytes, two in the high halves.
                int half = i / 128, stripe = i / 32 % 4, within = i % 32;
                int low = (bytes[(64 * half) + (32 * (stripe % 2)) + within] >> (4 * (stripe / 2))) & 15;
                int high = (bytes[128 + (32 * half) + within] >> (2 * stripe)) & 3;
                values[(256 * block) + i] = scale * (sbyte)bytes[192 + (i / 16)] * ((low | (high << 4)) - 32);
            }
        }
    });

    /// <summary>All formats that are read.</summary>
    public static ImmutableArray<StoredFormat> Known { get; } = [F32, F16, BF16, Q8, Q4, Q6K];

    /// <summary>Formats that safetensors files may have here.</summary>
    public static ImmutableArray<StoredFormat> Plain { get; } = [F32, F16, BF16];

    /// <summary>Bytes of so many values, which fill whole blocks.</summary>
    public long Bytes(long values) => values / BlockValues * BlockBytes;
}
