using System.Buffers.Binary;

namespace PomIsa.Disputes.Values.Openings;

/// <summary>Reads numbers and bytes that may be anyone's; once something is missing, it has failed.</summary>
internal ref struct Cursor(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether more was asked for than there was, or something was not as it must be.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether everything was read, and nothing failed.</summary>
    public readonly bool IsDone => !Failed && _rest.IsEmpty;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            Failed = true;
            return [];
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public int Short() => Take(sizeof(ushort)) is { Length: sizeof(ushort) } two ? BinaryPrimitives.ReadUInt16LittleEndian(two) : 0;

    public ulong Long() => Take(sizeof(ulong)) is { Length: sizeof(ulong) } eight ? BinaryPrimitives.ReadUInt64LittleEndian(eight) : 0;

    /// <summary>Bytes behind their length of two bytes.</summary>
    public byte[] Part() => Take(Short()).ToArray();

    public Digest Digest() => Take(PomIsa.Digest.Size) is { Length: PomIsa.Digest.Size } hash ? new Digest(hash) : default;

    /// <summary>A count of two bytes, of things that take so many bytes each at least.</summary>
    public int Count(int least)
    {
        int count = Short();
        if ((long)count * least > _rest.Length)
        {
            Failed = true;
            return 0;
        }

        return count;
    }

    public Digest[] Digests()
    {
        var digests = new Digest[Count(PomIsa.Digest.Size)];
        for (int i = 0; i < digests.Length; i++)
        {
            digests[i] = Digest();
        }

        return digests;
    }

    /// <summary>It has failed unless a condition holds.</summary>
    public void Require(bool condition) => Failed |= !condition;
}
