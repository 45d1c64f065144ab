using System.Buffers.Binary;

namespace PomIsa.Disputes.Values.Openings;

/// <summary>Writes what <see cref="Cursor"/> reads.</summary>
internal sealed class ByteSink
{
    private readonly System.Buffers.ArrayBufferWriter<byte> _to = new();

    public void Byte(int value) => Raw([checked((byte)value)]);

    public void Short(int value)
    {
        Span<byte> two = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(two, checked((ushort)value));
        Raw(two);
    }

    public void Long(ulong value)
    {
        Span<byte> eight = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(eight, value);
        Raw(eight);
    }

    public void Raw(ReadOnlySpan<byte> bytes) => System.Buffers.BuffersExtensions.Write(_to, bytes);

    public void Part(ReadOnlySpan<byte> bytes)
    {
        Short(bytes.Length);
        Raw(bytes);
    }

    public void Digests(IReadOnlyList<Digest> digests)
    {
        Short(digests.Count);
        Span<byte> hash = stackalloc byte[Digest.Size];
        foreach (Digest digest in digests)
        {
            digest.CopyTo(hash);
            Raw(hash);
        }
    }

    public byte[] ToArray() => _to.WrittenSpan.ToArray();
}
