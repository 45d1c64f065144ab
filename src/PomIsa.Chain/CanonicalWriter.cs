using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace PomIsa.Chain;

/// <summary>Appends the canonical encoding's primitives: fixed-width little-endian numbers, counted UTF-8, digests.</summary>
internal sealed class CanonicalWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    /// <summary>Starts with a domain tag, so that the bytes of two kinds of thing never coincide.</summary>
    public CanonicalWriter(ReadOnlySpan<byte> tag)
    {
        U8((byte)tag.Length);
        _bytes.Write(tag);
    }

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public Digest Digest => Digest.Of(_bytes.WrittenSpan);

    public CanonicalWriter U8(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
        return this;
    }

    public CanonicalWriter Flag(bool value) => U8(value ? (byte)1 : (byte)0);

    public CanonicalWriter U32(int value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), checked((uint)value));
        _bytes.Advance(4);
        return this;
    }

    public CanonicalWriter U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public CanonicalWriter I64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public CanonicalWriter I128(Int128 value)
    {
        BinaryPrimitives.WriteInt128LittleEndian(_bytes.GetSpan(16), value);
        _bytes.Advance(16);
        return this;
    }

    public CanonicalWriter Hash(Digest value)
    {
        value.CopyTo(_bytes.GetSpan(Digest.Size));
        _bytes.Advance(Digest.Size);
        return this;
    }

    /// <summary>u16 byte count, then UTF-8.</summary>
    public CanonicalWriter Text(string value)
    {
        int count = Encoding.UTF8.GetByteCount(value);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(2), checked((ushort)count));
        _bytes.Advance(2);
        Encoding.UTF8.GetBytes(value, _bytes.GetSpan(count));
        _bytes.Advance(count);
        return this;
    }
}
