using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace PomIsa.OnnxModels.Writing;

/// <summary>The little of the protobuf wire format that an ONNX file needs.</summary>
public sealed class ProtoWriter
{
    private const int Varint = 0;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>All fields of another message of the same type, after those that are here.</summary>
    public ProtoWriter Append(ProtoWriter other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _bytes.Write(other._bytes.WrittenSpan);
        return this;
    }

    public ProtoWriter Int(int field, long value)
    {
        Key(field, Varint);
        Number((ulong)value);
        return this;
    }

    public ProtoWriter Float(int field, float value)
    {
        Key(field, Fixed32);
        Span<byte> bits = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bits, value);
        _bytes.Write(bits);
        return this;
    }

    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, ProtoWriter message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Bytes(field, message._bytes.WrittenSpan);
    }

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Key(field, Delimited);
        Number((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void Key(int field, int type) => Number((ulong)((field << 3) | type));

    private void Number(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }

        _bytes.Write([(byte)value]);
    }
}
