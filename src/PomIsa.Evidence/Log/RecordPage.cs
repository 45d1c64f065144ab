namespace PomIsa.Evidence.Log;

/// <summary>A page of a log's files as FASTER writes it.</summary>
/// <remarks>
/// Entries lie one after the other, each behind its head: checksum (8) ‖ length (4), little-endian, and filled up with zeros to a multiple of 4 bytes. None lies
/// across a page's end: what no longer fits begins the next page, and zeros are left. The checksum is the exclusive or of all words behind it.
/// </remarks>
internal static unsafe class RecordPage
{
    /// <summary>Bytes of a page: 2 to the power of this. An entry must fit into one.</summary>
    internal const int Bits = 18;

    /// <summary>Bytes of a page.</summary>
    internal const int Bytes = 1 << Bits;

    /// <summary>Bytes of the smallest entry with its head.</summary>
    internal const int LeastEntry = HeadBytes + 4;

    private const int HeadBytes = 12;

    /// <summary>Finds a page's entries; -1 where anything in it is not as it should be.</summary>
    /// <param name="page">The page.</param>
    /// <param name="from">Where the first entry begins.</param>
    /// <param name="bytes">Bytes of it that are used: all, or up to the log's end.</param>
    /// <param name="lengths">Room for the length of each.</param>
    /// <returns>How many there are.</returns>
    internal static int Find(byte* page, int from, int bytes, ushort* lengths)
    {
        int count = 0;
        for (int at = from; at < bytes;)
        {
            if (bytes - at < HeadBytes)
            {
                return bytes == Bytes ? count : -1;
            }

            int length = *(int*)(page + at + 8);
            if (length == 0 && at > 0)
            {
                return count;
            }

            if (length is <= 0 or > RecordLog.MaxEntryBytes || Space(length) > bytes - at || Xor(page + at + 8, length + 4) != *(ulong*)(page + at))
            {
                return -1;
            }

            lengths[count++] = (ushort)length;
            at += Space(length);
        }

        return count;
    }

    /// <summary>Writes down where the entries of a page lie that were found in it.</summary>
    /// <param name="address">Where the first begins, from what places count from.</param>
    /// <param name="lengths">Their lengths.</param>
    /// <param name="places">Room for the place of each.</param>
    /// <param name="count">How many there are.</param>
    internal static void Place(long address, ushort* lengths, ulong* places, int count)
    {
        for (int i = 0; i < count; i++)
        {
            places[i] = EntryList.PlaceOf(address + HeadBytes, lengths[i]);
            address += Space(lengths[i]);
        }
    }

    /// <summary>The exclusive or of all words of 8 bytes; those that are left over go into the lowest byte.</summary>
    internal static ulong Xor(byte* from, int length)
    {
        byte* end = from + length;
        ulong a = 0, b = 0;
        for (; end - from >= 16; from += 16)
        {
            a ^= *(ulong*)from;
            b ^= *(ulong*)(from + 8);
        }

        if (end - from >= 8)
        {
            a ^= *(ulong*)from;
            from += 8;
        }

        for (; from < end; from++)
        {
            b ^= *from;
        }

        return a ^ b;
    }

    // With its head and what fills it up.
    private static int Space(int length) => HeadBytes + ((length + 3) & ~3);
}
