using System.Buffers.Binary;

namespace PomIsa.Rejections.Recording;

/// <summary>The bytes of records, spec/evidence.md, chapter 3.</summary>
internal static class RecordBytes
{
    private static readonly byte[] Head = [0x50, 0x49, 0x53, 0x52, 1];

    /// <summary>The opening record of a greedy run without manifest, trigger and stated bounds.</summary>
    public static byte[] Open(byte[] program, byte[] prompt) => [.. Head, 1, .. program, .. new byte[32], 1, 0, 0, 0, .. prompt, .. new byte[21], .. new byte[32], 0];

    public static byte[] Retire(
        byte[] run, ulong sequence, uint step, int function, int at, byte opcode, (int Symbol, int Value)[] symbols, byte[][] commitments, long[] scalars) =>
    [
        .. Head, 2, .. run, .. Long(sequence), .. Int(step), .. Short(function), .. Int((uint)at), .. Short(opcode), (byte)symbols.Length,
        .. symbols.SelectMany(static s => (byte[])[(byte)s.Symbol, .. Int((uint)s.Value)]),
        scalars.Length > 0 ? (byte)1 : (byte)0, (byte)(scalars.Length + commitments.Length),
        .. commitments.SelectMany(static c => c), .. scalars.SelectMany(static s => Long(unchecked((ulong)s))),
    ];

    public static byte[] Close(byte[] run, ulong sequence, byte[] response, int tokens, ulong retired) =>
        [.. Head, 3, .. run, .. Long(sequence), .. response, .. Int((uint)tokens), .. Long(retired), 1];

    public static byte[] Int(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Long(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Short(int value) => [(byte)value, (byte)(value >> 8)];
}
