using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace PomIsa.Evidence.Keeping;

/// <summary>Kept roots as bytes: magic and version, the number of entries, then each part.</summary>
/// <remarks>
/// A range: 0, its count (2), a digest for each of its blocks. An entry: 1, its length (2), its bytes. Little-endian. The reader's memory is bounded by the
/// file's length; it refuses what a writer does not write.
/// </remarks>
public static class KeptRootsFile
{
    private const byte Version = 1, Range = 0, Entry = 1;
    private const int HeadBytes = 5 + sizeof(ulong);

    private static ReadOnlySpan<byte> Magic => "PISK"u8;

    /// <summary>The file of what is kept.</summary>
    public static byte[] Encode(KeptRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var bytes = new MemoryStream();
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        bytes.Write(Magic);
        bytes.WriteByte(Version);
        BinaryPrimitives.WriteUInt64LittleEndian(number, roots.Size);
        bytes.Write(number);
        Span<byte> digest = stackalloc byte[Digest.Size];
        foreach (KeptPart part in roots.Parts)
        {
            bytes.WriteByte(part.IsEntry ? Entry : Range);
            BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)(part.IsEntry ? part.Entry.Length : part.Count));
            bytes.Write(number[..2]);
            bytes.Write(part.Entry.AsSpan());
            foreach (Digest node in part.IsEntry ? [] : part.Nodes)
            {
                node.CopyTo(digest);
                bytes.Write(digest);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Reads a file that may be anyone's.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="roots">What it keeps.</param>
    /// <param name="fault">What is wrong with it, and at which byte.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out KeptRoots? roots, out string fault)
    {
        roots = null;
        if (bytes.Length < HeadBytes || !bytes.StartsWith(Magic) || bytes[Magic.Length] != Version)
        {
            fault = "these are not the kept roots of a log, or of another version";
            return false;
        }

        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(HeadBytes - sizeof(ulong))..]), index = 0;
        var parts = ImmutableArray.CreateBuilder<KeptPart>();
        for (int at = HeadBytes; at < bytes.Length;)
        {
            if (!TryPart(bytes[at..], index, out KeptPart? part, out int length, out fault))
            {
                fault += $" at byte {at}";
                return false;
            }

            parts.Add(part);
            at += length;
            index = part.End;
        }

        if (index != size)
        {
            fault = $"they stand for {index} entries and say {size}";
            return false;
        }

        fault = "";
        roots = new KeptRoots(parts.ToImmutable());
        return true;
    }

    private static bool TryPart(ReadOnlySpan<byte> bytes, ulong index, [NotNullWhen(true)] out KeptPart? part, out int length, out string fault)
    {
        (part, length, fault) = (null, 0, "a part is cut short");
        if (bytes.Length < 3)
        {
            return false;
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
        if (bytes[0] == Entry)
        {
            fault = count == 0 ? "an entry is empty" : fault;
            length = 3 + count;
            part = count == 0 || bytes.Length < length ? null : KeptPart.OfEntry(index, bytes.Slice(3, count));
            return part is not null;
        }

        if (bytes[0] != Range || count == 0 || (index % KeptRoots.GroupSize) + (ulong)count > KeptRoots.GroupSize)
        {
            fault = bytes[0] != Range ? "there is neither a range nor an entry" : $"a range of {count} entries begins at entry {index}: it is empty, or goes over the end of a group";
            return false;
        }

        var nodes = ImmutableArray.CreateBuilder<Digest>();
        int at = 3;
        foreach (int _ in KeptPart.Blocks(index, count))
        {
            if (bytes.Length - at < Digest.Size)
            {
                return false;
            }

            nodes.Add(new Digest(bytes.Slice(at, Digest.Size)));
            at += Digest.Size;
        }

        (part, length) = (new KeptPart(index, count, nodes.ToImmutable(), []), at);
        return true;
    }
}
