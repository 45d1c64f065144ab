namespace PomIsa.Onnx.Reading;

/// <summary>Protobuf's wire form, read a piece at a time; what is skipped is not read at all.</summary>
internal sealed class WireReader(ModelBytes bytes)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private long _start;
    private int _count;

    /// <summary>Where the next byte lies.</summary>
    public long At { get; private set; }

    /// <exception cref="OnnxException">The bytes end here.</exception>
    public byte Byte()
    {
        if (At - _start >= _count)
        {
            Fill();
        }

        return _buffer[At++ - _start];
    }

    /// <exception cref="OnnxException">The bytes end here, or the number has more than 64 bits.</exception>
    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed("a number has more than 64 bits");
    }

    public void CopyTo(Span<byte> to)
    {
        while (to.Length > 0)
        {
            if (At - _start >= _count)
            {
                Fill();
            }

            int from = (int)(At - _start), count = Math.Min(to.Length, _count - from);
            _buffer.AsSpan(from, count).CopyTo(to);
            to = to[count..];
            At += count;
        }
    }

    public void Skip(long count)
    {
        At += count;
        if (At - _start > _count)
        {
            (_start, _count) = (At, 0);
        }
    }

    public static OnnxException Malformed(string why) => new($"this is no ONNX model: {why}");

    private void Fill()
    {
        _start = At;
        _count = (int)Math.Min(_buffer.Length, bytes.Length - At);
        if (_count <= 0)
        {
            _count = 0;
            throw Malformed("it ends in the middle of a field");
        }

        bytes.Read(_start, _buffer.AsSpan(0, _count));
    }
}
