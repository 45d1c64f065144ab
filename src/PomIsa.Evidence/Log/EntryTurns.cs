using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Log;

/// <summary>Which entries do not just go on with the run of the entry before them, as nearly all do: what is to be known of a log's order follows from these.</summary>
internal static unsafe class EntryTurns
{
    /// <summary>Indices, ascending, of entries that are no retires for which <see cref="RetirePeek.GoesOn"/> holds after the one before them; the first entry's is always there.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="first">The first to look at.</param>
    /// <param name="count">How many.</param>
    /// <param name="room">Room for as many indices.</param>
    internal static int[] Among(EntryList entries, int first, int count, Span<int> room)
    {
        int found = 0, length = 0;
        byte* before = first == 0 ? null : entries.MessageAt(first - 1, out length);
        bool wasRetire = RetirePeek.TryRead(before, length, out RetirePeek last);
        for (int i = first; i < first + count; i++)
        {
            byte* entry = entries.MessageAt(i, out length);
            bool isRetire = RetirePeek.TryRead(entry, length, out RetirePeek retire);
            if (!isRetire || !wasRetire || !retire.GoesOn(last) || !RetirePeek.AreOfOneRun(before, entry))
            {
                room[found++] = i;
            }

            before = entry;
            (wasRetire, last) = (isRetire, retire);
        }

        return found == 0 ? [] : room[..found].ToArray();
    }

    /// <summary>The turns of all parts, one part after the other.</summary>
    internal static int[] Joined(int[][] parts)
    {
        int count = 0;
        foreach (int[] part in parts)
        {
            count += part.Length;
        }

        var turns = new int[count];
        count = 0;
        foreach (int[] part in parts)
        {
            part.CopyTo(turns, count);
            count += part.Length;
        }

        return turns;
    }
}
