using System.Buffers.Binary;

namespace PomIsa.Evidence.Records;

/// <summary>Reads kind, run and sequence of an entry without decoding the rest: all kinds have them in fixed places.</summary>
public static class RecordPeek
{
    /// <summary>Whether an entry is a run's opening record, as far as its head tells.</summary>
    public static bool IsOpening(ReadOnlySpan<byte> entry) =>
        entry.Length >= RecordWriter.HeadBytes + Digest.Size + 8
        && entry[RecordWriter.HeadBytes - 1] == (byte)RecordKind.RunOpen
        && entry[RecordWriter.Magic.Length] is Record.Version or Record.PrivateVersion
        && entry.StartsWith(RecordWriter.Magic);

    /// <summary>Whether an entry that <see cref="TryRead"/> reads is in the form of private runs.</summary>
    internal static bool IsPrivate(ReadOnlySpan<byte> entry) => entry[RecordWriter.Magic.Length] == Record.PrivateVersion;

    internal static bool TryRead(ReadOnlySpan<byte> entry, out RecordKind kind, out Digest run, out ulong sequence)
    {
        (kind, run, sequence) = (default, default, 0);
        if (entry.Length < RecordWriter.HeadBytes + Digest.Size + 8
            || !entry.StartsWith(RecordWriter.Magic)
            || entry[RecordWriter.Magic.Length] is not (Record.Version or Record.PrivateVersion))
        {
            return false;
        }

        kind = (RecordKind)entry[RecordWriter.HeadBytes - 1];
        switch (kind)
        {
            case RecordKind.RunOpen:
                run = Digest.Of(entry);
                return true;
            case RecordKind.Retire:
            case RecordKind.RunClose:
                run = new Digest(entry.Slice(RecordWriter.HeadBytes, Digest.Size));
                sequence = BinaryPrimitives.ReadUInt64LittleEndian(entry[(RecordWriter.HeadBytes + Digest.Size)..]);
                return true;
            default:
                return false;
        }
    }
}
