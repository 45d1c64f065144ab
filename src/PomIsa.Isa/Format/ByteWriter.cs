using System.Buffers;
using System.Buffers.Binary;

namespace PomIsa.Isa.Format;

/// <summary>Writes the canonical forms that <see cref="ByteReader"/> reads.</summary>
internal sealed class ByteWriter
{
    private readonly ArrayBufferWriter<byte> _out = new();

    public ReadOnlySpan<byte> Written => _out.WrittenSpan;

    public void U8(byte value)
    {
        _out.GetSpan(1)[0] = value;
        _out.Advance(1);
    }

    public void Fixed32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_out.GetSpan(4), value);
        _out.Advance(4);
    }

    public void U32(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            U8((byte)(value | 0x80));
        }

        U8((byte)value);
    }

    /// <summary>An index or a count.</summary>
    public void Index(int value) => U32(checked((uint)value));

    public void I64(long value)
    {
        while (value is < -64 or > 63)
        {
            U8((byte)(((ulong)value & 0x7f) | 0x80));
            value >>= 7;
        }

        U8((byte)(value & 0x7f));
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => _out.Write(bytes);

    public void Text(string text, int limit, bool lines = false)
    {
        byte[] bytes = TextRules.ToBytes(text, limit, lines);
        Index(bytes.Length);
        Bytes(bytes);
    }

    /// <summary>A length and then the bytes of <paramref name="body"/>.</summary>
    public void Sized(ByteWriter body)
    {
        Index(body.Written.Length);
        Bytes(body.Written);
    }
}
