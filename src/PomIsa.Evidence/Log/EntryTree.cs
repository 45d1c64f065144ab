using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Log;

/// <summary>The RFC 9162 tree over a list of entries, its lower part on all threads.</summary>
internal static unsafe class EntryTree
{
    /// <summary>Leaves of a subtree that one thread hashes, level by level, in a cache's reach.</summary>
    internal const int PartLeaves = 1 << 10;

    /// <summary>The root over all entries, and their <see cref="EntryTurns"/>, for which it is best to look while they are at hand.</summary>
    internal static Digest RootOf(EntryList entries, WorkerPool pool, out int[] turns)
    {
        int parts = (int)(((long)entries.Count + PartLeaves - 1) / PartLeaves);
        var roots = new Digest[parts];
        var turned = new int[parts][];
        pool.Run(parts, new PartWork(entries, new Part?[pool.Threads], roots, turned));
        turns = EntryTurns.Joined(turned);

        // A tree splits at powers of two, so whole subtrees, and one that the end cuts short, are the leaves of the tree above them.
        var above = new TreeFrontier();
        above.Append(roots);
        return above.Root;
    }

    private readonly struct PartWork(EntryList entries, Part?[] ofThreads, Digest[] roots, int[][] turns) : IWork
    {
        public void Item(int item, int worker)
        {
            int first = item * PartLeaves, count = Math.Min(PartLeaves, entries.Count - first);
            Part part = ofThreads[worker] ??= new Part();
            turns[item] = EntryTurns.Among(entries, first, count, part.Turns);
            roots[item] = part.RootOf(entries, first, count);
        }
    }

    /// <summary>What a thread needs to hash a subtree.</summary>
    private sealed class Part
    {
        private readonly PinnedArray<HashJob> _jobs = new(PartLeaves);
        private readonly PinnedArray<byte> _row = new(PartLeaves * Digest.Size);

        internal int[] Turns { get; } = new int[PartLeaves];

        internal Digest RootOf(EntryList entries, int first, int count)
        {
            HashJob* jobs = _jobs.Start;
            byte* row = _row.Start;
            for (int i = 0; i < count; i++)
            {
                byte* message = entries.MessageAt(first + i, out int length);
                jobs[i] = new HashJob(message, length, row + (i * Digest.Size));
            }

            Sha256Lanes.HashAll(Merkle.LeafPrefix, jobs, count);

            // Pair i is read at 2i and behind and written before that, so in order nothing is lost; an odd last goes up as it is.
            while (count > 1)
            {
                int pairs = count / 2;
                for (int i = 0; i < pairs; i++)
                {
                    jobs[i] = new HashJob(row + (2 * i * Digest.Size), 2 * Digest.Size, row + (i * Digest.Size));
                }

                Sha256Lanes.HashAll(Merkle.NodePrefix, jobs, pairs);
                if ((count & 1) == 1)
                {
                    _row.Span((count - 1) * Digest.Size, Digest.Size).CopyTo(_row.Span(pairs * Digest.Size, Digest.Size));
                }

                count -= pairs;
            }

            return new Digest(_row.Span(0, Digest.Size));
        }
    }
}
