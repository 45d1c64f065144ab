using PomIsa.Evidence.Records;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Log;

/// <summary>Which entries do not just go on with the run of the entry before them, as nearly all do: what is to be known of a log's order follows from these.</summary>
internal static unsafe class EntryTurns
{
    private const int PartEntries = 1 << 12;

    /// <summary>Indices, ascending, of entries that are no retires for which <see cref="RetirePeek.GoesOn"/> holds after the one before them; the first entry's is always there.</summary>
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
            int first = item * PartEntries, end = Math.Min(first + PartEntries, entries.Count), count = 0;
            int length = 0;
            byte* before = first == 0 ? null : entries.MessageAt(first - 1, out length);
            bool wasRetire = RetirePeek.TryRead(before, length, out RetirePeek last);
            for (int i = first; i < end; i++)
            {
                byte* entry = entries.MessageAt(i, out length);
                bool isRetire = RetirePeek.TryRead(entry, length, out RetirePeek retire);
                if (!isRetire || !wasRetire || !retire.GoesOn(last) || !RetirePeek.AreOfOneRun(before, entry))
                {
                    turns[count++] = i;
                }

                before = entry;
                (wasRetire, last) = (isRetire, retire);
            }

            parts[item] = turns[..count].ToArray();
        }
    }
}
