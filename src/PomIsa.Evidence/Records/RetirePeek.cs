namespace PomIsa.Evidence.Records;

/// <summary>What a log's order is judged by in a retire record, which nearly all entries are; read without making a record of it.</summary>
/// <param name="Sequence">Its place in the run, 1 or more.</param>
/// <param name="Tokens">Of a private run: tokens emitted before it; else 0.</param>
/// <param name="IsPrivate">Whether it is in the form of private runs.</param>
/// <param name="Commits">Whether it holds commitments that anyone can compare.</param>
internal readonly unsafe record struct RetirePeek(ulong Sequence, uint Tokens, bool IsPrivate, bool Commits)
{
    private const uint Magic = 'P' | ('I' << 8) | ('S' << 16) | ('R' << 24); // RecordWriter.Magic, read as a number

    private const int VersionAt = sizeof(uint);

    private const int SequenceAt = RecordWriter.HeadBytes + Digest.Size;

    private const int TokensAt = SequenceAt + 8 + 4 + 2 + 4 + 2;

    /// <summary>The run of an entry that is a retire.</summary>
    internal static Digest RunOf(ReadOnlySpan<byte> entry) => new(entry.Slice(RecordWriter.HeadBytes, Digest.Size));

    /// <summary>Whether two entries that are retires are of the same run and form.</summary>
    internal static bool AreOfOneRun(byte* entry, byte* other)
    {
        ulong differ = 0;
        for (int at = 0; at + sizeof(ulong) <= SequenceAt; at += sizeof(ulong))
        {
            differ |= *(ulong*)(entry + at) ^ *(ulong*)(other + at);
        }

        const int Last = SequenceAt - sizeof(ulong);
        return (differ | (*(ulong*)(entry + Last) ^ *(ulong*)(other + Last))) == 0;
    }

    /// <summary>Reads an entry. True of retires in their canonical form alone, as <see cref="Record.TryDecode"/> reads them, and of all of those.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> entry, out RetirePeek retire)
    {
        fixed (byte* start = entry)
        {
            return TryRead(start, entry.Length, out retire);
        }
    }

    /// <summary>The same of an entry that lies still; by address, since of a log's entries each is read so.</summary>
    internal static bool TryRead(byte* entry, int length, out RetirePeek retire)
    {
        retire = default;
        if (length < TokensAt + 3
            || *(uint*)entry != Magic
            || entry[RecordWriter.HeadBytes - 1] != (byte)RecordKind.Retire
            || entry[VersionAt] is not (Record.Version or Record.PrivateVersion))
        {
            return false;
        }

        bool isPrivate = entry[VersionAt] == Record.PrivateVersion;
        int symbols = TokensAt + (isPrivate ? sizeof(uint) : 0);
        if (symbols >= length || !TryPass(entry, length, symbols, out int tag) || tag + 2 > length)
        {
            return false;
        }

        int outputs = entry[tag + 1];
        int bytes = entry[tag] switch
        {
            RecordWriter.CommitmentsTag => Digest.Size * outputs,
            RecordWriter.ScalarsTag when outputs > 0 && !isPrivate => sizeof(long) * outputs,
            RecordWriter.SaltedScalarsTag or RecordWriter.SaltedCommitmentsTag when outputs > 0 && isPrivate => Digest.Size * outputs,
            _ => -1,
        };
        retire = new RetirePeek(*(ulong*)(entry + SequenceAt), isPrivate ? *(uint*)(entry + TokensAt) : 0, isPrivate, entry[tag] == RecordWriter.CommitmentsTag && outputs > 0);
        return bytes >= 0 && length == tag + 2 + bytes && retire.Sequence > 0;
    }

    /// <summary>Whether all rules of minting hold for a retire if they held up to the one before it, which is of the same run and form.</summary>
    internal bool GoesOn(RetirePeek before) =>
        Sequence - 1 == before.Sequence
        && (Tokens == before.Tokens || (IsPrivate && Tokens == (ulong)before.Tokens + 1))
        && (!Commits || before.Commits || !IsPrivate); // a private run that commits to nothing in the open must not begin to

    // Symbols that changed: ascending.
    private static bool TryPass(byte* entry, int length, int symbols, out int tag)
    {
        int count = entry[symbols];
        tag = symbols + 1 + (5 * count);
        if (tag > length)
        {
            return false;
        }

        for (int i = 1; i < count; i++)
        {
            if (entry[symbols + 1 + (5 * i)] <= entry[symbols - 4 + (5 * i)])
            {
                return false;
            }
        }

        return true;
    }
}
