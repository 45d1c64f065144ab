using System.Buffers.Binary;

namespace PomIsa.Evidence.Records;

/// <summary>Reads kind, run and sequence of an entry without decoding the rest: all kinds have them in fixed places.</summary>
public static class RecordPeek
{
    // In a retire without symbols: where their count, the kind of its outputs and how many those are stand, and where the outputs begin.
    private const int Symbols = RecordWriter.HeadBytes + Digest.Size + 8 + 4 + 2 + 4 + 2, Tag = Symbols + 1, Outputs = Tag + 1, FirstOutput = Outputs + 1;

    /// <summary>Whether an entry is a run's opening record, as far as its head tells.</summary>
    public static bool IsOpening(ReadOnlySpan<byte> entry) =>
        entry.Length >= RecordWriter.HeadBytes + Digest.Size + 8
        && entry[RecordWriter.HeadBytes - 1] == (byte)RecordKind.RunOpen
        && entry[RecordWriter.Magic.Length] is Record.Version or Record.PrivateVersion
        && entry.StartsWith(RecordWriter.Magic);

    /// <summary>Whether an entry that <see cref="TryRead"/> reads is in the form of private runs.</summary>
    internal static bool IsPrivate(ReadOnlySpan<byte> entry) => entry[RecordWriter.Magic.Length] == Record.PrivateVersion;

    /// <summary>Reads what nearly all entries of a public log are: a retire that changes no symbol and commits to its outputs. True only of the canonical form, as <see cref="Record.TryDecode"/> reads it.</summary>
    /// <param name="entry">Anyone's bytes.</param>
    /// <param name="run">The run.</param>
    /// <param name="sequence">The place in it.</param>
    /// <param name="commits">Whether there is an output.</param>
    internal static bool IsPlainRetire(ReadOnlySpan<byte> entry, out Digest run, out ulong sequence, out bool commits)
    {
        (run, sequence, commits) = (default, 0, false);
        if (!HasPlainForm(entry))
        {
            return false;
        }

        run = new Digest(entry.Slice(RecordWriter.HeadBytes, Digest.Size));
        sequence = BinaryPrimitives.ReadUInt64LittleEndian(entry[(RecordWriter.HeadBytes + Digest.Size)..]);
        commits = entry[Outputs] > 0;
        return sequence > 0;
    }

    /// <summary>Whether an entry is a plain retire, as <see cref="IsPlainRetire"/> tells, and by its head the next action of the retire before it.</summary>
    /// <remarks>Where all rules of minting hold up to the entry before it, they hold for this one too.</remarks>
    internal static bool GoesOn(ReadOnlySpan<byte> before, ReadOnlySpan<byte> entry)
    {
        const int Sequence = RecordWriter.HeadBytes + Digest.Size, End = Sequence + 8;
        return before.Length >= End
            && HasPlainForm(entry)
            && entry[..Sequence].SequenceEqual(before[..Sequence])
            && BinaryPrimitives.ReadUInt64LittleEndian(entry[Sequence..]) is > 0 and ulong sequence
            && sequence - 1 == BinaryPrimitives.ReadUInt64LittleEndian(before[Sequence..]);
    }

    private static bool HasPlainForm(ReadOnlySpan<byte> entry) =>
        entry.Length >= FirstOutput
        && entry.Length == FirstOutput + (Digest.Size * entry[Outputs])
        && entry[Symbols] == 0
        && entry[Tag] == RecordWriter.CommitmentsTag
        && entry[RecordWriter.HeadBytes - 1] == (byte)RecordKind.Retire
        && entry[RecordWriter.Magic.Length] == Record.Version
        && entry.StartsWith(RecordWriter.Magic);

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
