using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Log;

/// <summary>The RFC 9162 tree over a list of entries, its lower part on all threads.</summary>
internal static unsafe class EntryTree
{
    /// <summary>Leaves of a subtree that one thread hashes, level by level, in a cache's reach.</summary>
    internal const int PartLeaves = 1 << 10;

    /// <summary>The root over all entries.</summary>
    internal static Digest RootOf(EntryList entries, WorkerPool pool)
    {
        int parts = (int)(((long)entries.Count + PartLeaves - 1) / PartLeaves);
        var roots = new Digest[parts];
        pool.Run(parts, new PartWork(entries, new Part?[pool.Threads], roots));

        // A tree splits at powers of two, so whole subtrees, and one that the end cuts short, are the leaves of the tree above them.
        var above = new TreeFrontier();
        above.Append(roots);
        return above.Root;
    }

    private readonly struct PartWork(EntryList entries, Part?[] ofThreads, Digest[] roots) : IWork
    {
        public void Item(int item, int worker)
        {
            int first = item * PartLeaves;
            Part part = ofThreads[worker] ??= new Part();
            roots[item] = part.RootOf(entries, first, Math.Min(PartLeaves, entries.Count - first));
        }
    }

    /// <summary>What a thread needs to hash a subtree.</summary>
    private sealed class Part
    {
        private readonly PinnedArray<HashJob> _jobs = new(PartLeaves);
        private readonly PinnedArray<byte> _row = new(PartLeaves * Digest.Size);

        internal Digest RootOf(EntryList entries, int first, int count)
        {
            for (int i = 0; i < count; i++)
            {
                byte* message = entries.MessageAt(first + i, out int length);
                _jobs[i] = new HashJob(message, length, At(i));
            }

            Sha256Lanes.HashAll(Merkle.LeafPrefix, _jobs.Start, count);

            // Pair i is read at 2i and behind and written before that, so in order nothing is lost; an odd last goes up as it is.
            while (count > 1)
            {
                int pairs = count / 2;
                for (int i = 0; i < pairs; i++)
                {
                    _jobs[i] = new HashJob(At(2 * i), 2 * Digest.Size, At(i));
                }

                Sha256Lanes.HashAll(Merkle.NodePrefix, _jobs.Start, pairs);
                if ((count & 1) == 1)
                {
                    _row.Span((count - 1) * Digest.Size, Digest.Size).CopyTo(_row.Span(pairs * Digest.Size, Digest.Size));
                }

                count -= pairs;
            }

            return new Digest(_row.Span(0, Digest.Size));
        }

        private byte* At(int node) => _row.Start + (node * Digest.Size);
    }
}
