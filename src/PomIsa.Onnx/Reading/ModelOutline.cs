namespace PomIsa.Onnx.Reading;

/// <summary>A model's messages without the large tensors' elements: those stay in the file, and the tensor says where (<c>raw_offset</c>, <c>raw_length</c>).</summary>
/// <remarks>So that a model of 2 GB takes no more memory than its graph until somebody asks for a tensor, and then no more than that tensor.</remarks>
internal sealed class ModelOutline
{
    /// <summary>Bytes of elements above which they stay where they are.</summary>
    public const int MostInside = 4096;

    /// <summary>Our own fields of a tensor; a file that has such fields loses them here.</summary>
    private const int RawData = 9, RawOffset = 536_870_000, RawLength = 536_870_001;

    private const int MaxDepth = 96, LengthBytes = 5;

    private readonly WireReader _reader;
    private byte[] _out = new byte[64 * 1024];
    private int _length;

    private ModelOutline(ModelBytes bytes) => _reader = new WireReader(bytes);

    private enum Kind
    {
        Other,
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        Sparse,
        Function,
    }

    /// <summary>The messages, again in protobuf's wire form.</summary>
    /// <exception cref="OnnxException">The bytes are no protobuf message.</exception>
    public static ReadOnlyMemory<byte> Of(ModelBytes bytes)
    {
        var outline = new ModelOutline(bytes);
        outline.Message(Kind.Model, bytes.Length, 0);
        return outline._out.AsMemory(0, outline._length);
    }

    private void Message(Kind kind, long end, int depth)
    {
        if (depth > MaxDepth)
        {
            throw WireReader.Malformed($"messages are more than {MaxDepth} deep inside one another");
        }

        while (_reader.At < end)
        {
            ulong tag = _reader.Varint();
            int field = tag >> 3 is > 0 and <= 536_870_911 ? (int)(tag >> 3) : throw WireReader.Malformed("a field has no number");
            bool own = kind == Kind.Tensor && field is RawOffset or RawLength;
            int begin = _length;
            Put(tag);
            switch (tag & 7)
            {
                case 0:
                    Put(_reader.Varint());
                    break;
                case 1:
                    Copy(8);
                    break;
                case 5:
                    Copy(4);
                    break;
                case 2:
                    Field(kind, field, begin, end, depth);
                    break;
                default:
                    throw WireReader.Malformed($"field {field} has a wire type that is not used");
            }

            _length = own ? begin : _length;
        }

        if (_reader.At != end)
        {
            throw WireReader.Malformed("a message ends in the middle of a field");
        }
    }

    /// <summary>A field with a length: a message that may have tensors in it, elements, or anything else.</summary>
    private void Field(Kind kind, int field, int begin, long end, int depth)
    {
        ulong length = _reader.Varint();
        if (length > (ulong)Math.Max(0, end - _reader.At))
        {
            throw WireReader.Malformed("a field is longer than its message");
        }

        Kind inner = Inner(kind, field);
        if (inner != Kind.Other)
        {
            // The length is known only afterwards: it gets five bytes, more than it may need.
            int place = _length;
            _length += LengthBytes;
            Message(inner, _reader.At + (long)length, depth + 1);
            uint rest = (uint)(_length - place - LengthBytes);
            for (int i = 0; i < LengthBytes; i++, rest >>= 7)
            {
                _out[place + i] = (byte)((rest & 0x7f) | (i + 1 < LengthBytes ? 0x80u : 0));
            }

            return;
        }

        if (kind == Kind.Tensor && field == RawData && length > MostInside)
        {
            _length = begin;
            Put((ulong)RawOffset << 3);
            Put((ulong)_reader.At);
            Put((ulong)RawLength << 3);
            Put(length);
            _reader.Skip((long)length);
            return;
        }

        Put(length);
        Copy((long)length);
    }

    private static Kind Inner(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Model, 25) => Kind.Function,
        (Kind.Graph, 1) or (Kind.Function, 7) => Kind.Node,
        (Kind.Graph, 5) or (Kind.Attribute, 5 or 10) or (Kind.Sparse, 1 or 2) => Kind.Tensor,
        (Kind.Graph, 15) or (Kind.Attribute, 22) => Kind.Sparse,
        (Kind.Node, 5) or (Kind.Function, 11) => Kind.Attribute,
        (Kind.Attribute, 6 or 11) => Kind.Graph,
        _ => Kind.Other,
    };

    private void Put(ulong value)
    {
        Span<byte> to = Room(10);
        int count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            to[count++] = (byte)(value | 0x80);
        }

        to[count++] = (byte)value;
        _length += count;
    }

    private void Copy(long count)
    {
        _reader.CopyTo(Room(count));
        _length += (int)count;
    }

    private Span<byte> Room(long count)
    {
        if (_length + count + LengthBytes > Array.MaxLength)
        {
            throw new OnnxException("without the elements of its large tensors the model is still larger than a protobuf message can be");
        }

        if (_length + count + LengthBytes > _out.Length)
        {
            Array.Resize(ref _out, (int)Math.Min(Array.MaxLength, Math.Max(2L * _out.Length, _length + count + LengthBytes)));
        }

        return _out.AsSpan(_length, (int)count);
    }
}
