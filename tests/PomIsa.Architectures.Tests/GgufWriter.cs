using System.Buffers.Binary;
using System.Text;

namespace PomIsa.Architectures.Tests;

/// <summary>Writes GGUF files, version 3.</summary>
internal sealed class GgufWriter
{
    public const uint F32 = 0, F16 = 1, Q4 = 2, Q8 = 8, Q6K = 14, BF16 = 30;

    private readonly List<(string Key, uint Type, byte[] Value)> _metadata = [];
    private readonly List<(string Name, int[] Shape, uint Type, byte[] Bytes)> _tensors = [];

    public uint Version { get; set; } = 3;

    public int Alignment { get; set; } = 32;

    public void Add(string key, uint value) => _metadata.Add((key, 4, U32(value)));

    public void Add(string key, float value) => _metadata.Add((key, 6, U32(BitConverter.SingleToUInt32Bits(value))));

    public void Add(string key, bool value) => _metadata.Add((key, 7, [value ? (byte)1 : (byte)0]));

    public void Add(string key, string value) => _metadata.Add((key, 8, Text(value)));

    public void Add(string key, string[] values) => _metadata.Add((key, 9, [.. U32(8), .. U64((ulong)values.Length), .. values.SelectMany(Text)]));

    public void Add(string key, int[] values) => _metadata.Add((key, 9, [.. U32(5), .. U64((ulong)values.Length), .. values.SelectMany(static v => U32((uint)v))]));

    public void Add(string key, float[] values) => _metadata.Add((key, 9, [.. U32(6), .. U64((ulong)values.Length), .. values.SelectMany(static v => U32(BitConverter.SingleToUInt32Bits(v)))]));

    /// <summary>A tensor; its shape outermost first.</summary>
    public void Add(string name, int[] shape, float[] values, uint type) => _tensors.Add((name, shape, type, Blocks(values, type)));

    /// <summary>A tensor of any type and bytes.</summary>
    public void AddRaw(string name, int[] shape, uint type, byte[] bytes) => _tensors.Add((name, shape, type, bytes));

    public byte[] ToArray()
    {
        using var file = new MemoryStream();
        file.Write([.. "GGUF"u8, .. U32(Version), .. U64((ulong)_tensors.Count), .. U64((ulong)_metadata.Count)]);
        foreach ((string key, uint type, byte[] value) in _metadata)
        {
            file.Write([.. Text(key), .. U32(type), .. value]);
        }

        ulong offset = 0;
        foreach ((string name, int[] shape, uint type, byte[] bytes) in _tensors)
        {
            file.Write([.. Text(name), .. U32((uint)shape.Length), .. shape.Reverse().SelectMany(static d => U64((ulong)d)), .. U32(type), .. U64(offset)]);
            offset += (ulong)Padded(bytes.Length);
        }

        file.Write(new byte[Padded((int)file.Length) - (int)file.Length]);
        foreach ((_, _, _, byte[] bytes) in _tensors)
        {
            file.Write(bytes);
            file.Write(new byte[Padded(bytes.Length) - bytes.Length]);
        }

        return file.ToArray();
    }

    /// <summary>What a reader gets back of values that were written in a format.</summary>
    public static float[] Kept(float[] values, uint type)
    {
        byte[] blocks = Blocks(values, type);
        return type switch
        {
            Q8 => [.. Enumerable.Range(0, values.Length).Select(i => (sbyte)blocks[(i / 32 * 34) + 2 + (i % 32)] * Scale(blocks, i / 32 * 34))],
            Q4 => [.. Enumerable.Range(0, values.Length).Select(i => (((blocks[(i / 32 * 18) + 2 + (i % 16)] >> (i % 32 < 16 ? 0 : 4)) & 15) - 8) * Scale(blocks, i / 32 * 18))],
            _ => values,
        };
    }

    private static float Scale(byte[] blocks, int at) => (float)BinaryPrimitives.ReadHalfLittleEndian(blocks.AsSpan(at));

    private static byte[] Blocks(float[] values, uint type) => type switch
    {
        F32 => [.. values.SelectMany(static v => U32(BitConverter.SingleToUInt32Bits(v)))],
        F16 => [.. values.SelectMany(static v => U16(BitConverter.HalfToUInt16Bits((Half)v)))],
        BF16 => [.. values.SelectMany(static v => U16((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)))],
        Q8 => [.. values.Chunk(32).SelectMany(static block =>
        {
            var scale = (Half)(block.Max(Math.Abs) / 127);
            return (byte[])[.. U16(BitConverter.HalfToUInt16Bits(scale)), .. block.Select(v => (byte)(sbyte)Math.Clamp(MathF.Round(v / (float)scale), -127, 127))];
        })],
        Q4 => [.. values.Chunk(32).SelectMany(static block =>
        {
            var scale = (Half)(block.MaxBy(Math.Abs) / -8);
            int[] nibbles = [.. block.Select(v => Math.Clamp((int)MathF.Round((v / (float)scale) + 8), 0, 15))];
            return (byte[])[.. U16(BitConverter.HalfToUInt16Bits(scale)), .. Enumerable.Range(0, 16).Select(i => (byte)(nibbles[i] | (nibbles[16 + i] << 4)))];
        })],
        _ => throw new ArgumentException($"type {type}"),
    };

    private int Padded(int length) => (length + Alignment - 1) / Alignment * Alignment;

    private static byte[] Text(string text) => [.. U64((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] U16(ushort value) => BitConverter.GetBytes(value);

    private static byte[] U32(uint value) => BitConverter.GetBytes(value);

    private static byte[] U64(ulong value) => BitConverter.GetBytes(value);
}
