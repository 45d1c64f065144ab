using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace PomIsa.Isa.Format;

/// <summary>Reads hostile bytes. The first fault sticks; later reads give zero and move nothing.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes, int start, int end)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Offset of the next byte in the module.</summary>
    public int At { get; private set; } = start;

    /// <summary>Offset behind the last byte that may be read.</summary>
    public int End { get; private set; } = end;

    /// <summary>The first fault; its code is None while all is well.</summary>
    public Fault Fault { get; private set; }

    public readonly bool Failed => Fault.Code != FaultCode.None;

    public readonly int Left => End - At;

    /// <summary>Notes a fault, unless there is one.</summary>
    public void Fail(FaultCode code, int at)
    {
        if (!Failed)
        {
            Fault = Fault.Malformed(code, at);
            At = End;
        }
    }

    /// <summary>Narrows the reader to the next <paramref name="length"/> bytes and returns the old end, for <see cref="Leave"/>.</summary>
    public int Enter(uint length)
    {
        int outer = End;
        if (length > (uint)Left)
        {
            Fail(FaultCode.UnexpectedEnd, At);
        }
        else
        {
            End = At + (int)length;
        }

        return outer;
    }

    /// <summary>Ends what <see cref="Enter"/> began; bytes that are left are a fault.</summary>
    public void Leave(int outer)
    {
        if (At != End)
        {
            Fail(FaultCode.SectionLength, At);
        }

        End = outer;
        if (Failed)
        {
            At = End;
        }
    }

    public byte U8()
    {
        if (Left < 1)
        {
            Fail(FaultCode.UnexpectedEnd, At);
            return 0;
        }

        return _bytes[At++];
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
        {
            Fail(FaultCode.UnexpectedEnd, At);
            return default;
        }

        At += count;
        return _bytes.Slice(At - count, count);
    }

    public uint Fixed32()
    {
        ReadOnlySpan<byte> four = Take(4);
        return four.Length == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;
    }

    /// <summary>Unsigned LEB128 of 32 bits in as few bytes as possible.</summary>
    public uint U32()
    {
        int from = At;
        ulong value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte next = U8();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                if (value > uint.MaxValue || (next == 0 && shift > 0))
                {
                    break;
                }

                return (uint)value;
            }
        }

        Fail(FaultCode.BadNumber, from);
        return 0;
    }

    /// <summary>Signed LEB128 of 64 bits in as few bytes as possible.</summary>
    public long I64()
    {
        int from = At;
        ulong value = 0;
        byte previous = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = U8();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                bool negative = (next & 0x40) != 0;
                bool redundant = shift > 0 && next == (((previous & 0x40) != 0) ? 0x7f : 0x00);
                if (redundant || (shift == 63 && next is not (0x00 or 0x7f)))
                {
                    break;
                }

                return unchecked((long)(negative && shift + 7 < 64 ? value | (ulong.MaxValue << (shift + 7)) : value));
            }

            previous = next;
        }

        Fail(FaultCode.BadNumber, from);
        return 0;
    }

    /// <summary>A count of items that take at least <paramref name="size"/> bytes each: what is left must be able to hold them.</summary>
    public int Count(int limit, int size)
    {
        int from = At;
        uint count = U32();
        if (count > (uint)limit)
        {
            Fail(FaultCode.TooMany, from);
        }
        else if ((long)count * size > Left)
        {
            Fail(FaultCode.UnexpectedEnd, from);
        }

        return Failed ? 0 : (int)count;
    }

    /// <summary>A number from 0 to <paramref name="last"/>.</summary>
    public int UpTo(long last, FaultCode otherwise)
    {
        int from = At;
        uint value = U32();
        if (value > last)
        {
            Fail(otherwise, from);
            return 0;
        }

        return (int)value;
    }

    /// <summary>One byte from 0 to <paramref name="last"/>; any other has no meaning [BadType].</summary>
    public byte ByteUpTo(byte last)
    {
        int from = At;
        byte value = U8();
        if (value > last)
        {
            Fail(FaultCode.BadType, from);
            return 0;
        }

        return value;
    }

    /// <summary>UTF-8 with a length before it. Control characters are refused, but for line feeds in texts.</summary>
    public string Text(int limit, bool lines = false)
    {
        int length = Count(limit, 1);
        int from = At;
        ReadOnlySpan<byte> text = Take(length);
        if (!Utf8.IsValid(text) || !TextRules.IsClean(text, lines))
        {
            Fail(FaultCode.BadText, from);
            return "";
        }

        return Encoding.UTF8.GetString(text);
    }
}
