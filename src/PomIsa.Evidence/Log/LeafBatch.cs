using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Log;

/// <summary>Entries that wait to become leaves, so that many are hashed at once in vector lanes.</summary>
internal sealed class LeafBatch
{
    private const int Capacity = 256;

    private readonly HashJobs _jobs = new();
    private readonly byte[] _entries = new byte[Capacity * LongestHeld];
    private readonly byte[] _hashes = new byte[Capacity * Digest.Size];
    private readonly Digest[] _leaves = new Digest[Capacity];

    // Longer entries are rare; they are hashed as they come.
    private const int LongestHeld = Commitment.BlockBytes;

    /// <summary>Entries that wait.</summary>
    internal int Count { get; private set; }

    /// <summary>Adds an entry; a full batch goes into the tree.</summary>
    internal void Add(ReadOnlySpan<byte> entry, TreeFrontier tree)
    {
        if (entry.Length > LongestHeld)
        {
            Drain(tree);
            tree.Append(Merkle.LeafHash(entry));
            return;
        }

        int at = Count * LongestHeld;
        entry.CopyTo(_entries.AsSpan(at));
        _jobs.Add(at, entry.Length, Count++);
        if (Count == Capacity)
        {
            Drain(tree);
        }
    }

    /// <summary>Hashes what waits and appends it to the tree.</summary>
    internal void Drain(TreeFrontier tree)
    {
        if (Count == 0)
        {
            return;
        }

        _jobs.RunByLength(Merkle.LeafPrefix, _entries, _hashes);
        _jobs.Clear();
        for (int i = 0; i < Count; i++)
        {
            _leaves[i] = new Digest(_hashes.AsSpan(i * Digest.Size, Digest.Size));
        }

        tree.Append(_leaves.AsSpan(0, Count));
        Count = 0;
    }
}
