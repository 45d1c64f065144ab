using PomIsa.Evidence.Records;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Log;

/// <summary>Which entries do not just go on with the run of the entry before them, as nearly all do: what is to be known of a log's order follows from these.</summary>
internal static class EntryTurns
{
    private const int PartEntries = 1 << 12;

    /// <summary>Indices of entries, ascending, for which <see cref="RecordPeek.GoesOn"/> does not hold; the first entry's is always there.</summary>
    internal static int[] Of(EntryList entries, WorkerPool pool)
    {
        var parts = new int[(int)(((long)entries.Count + PartEntries - 1) / PartEntries)][];
        pool.Run(parts.Length, new PartWork(entries, parts));
        int count = 0;
        foreach (int[] part in parts)
        {
            count += part.Length;
        }

        var turns = new int[count];
        int at = 0;
        foreach (int[] part in parts)
        {
            part.CopyTo(turns, at);
            at += part.Length;
        }

        return turns;
    }

    private readonly struct PartWork(EntryList entries, int[][] parts) : IWork
    {
        public void Item(int item, int worker)
        {
            Span<int> turns = stackalloc int[PartEntries];
            int first = item * PartEntries, last = Math.Min(first + PartEntries, entries.Count), count = 0;
            ReadOnlySpan<byte> before = first == 0 ? [] : entries[first - 1];
            for (int i = first; i < last; i++)
            {
                ReadOnlySpan<byte> entry = entries[i];
                if (!RecordPeek.GoesOn(before, entry))
                {
                    turns[count++] = i;
                }

                before = entry;
            }

            parts[item] = turns[..count].ToArray();
        }
    }
}
