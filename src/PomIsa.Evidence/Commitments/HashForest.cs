using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Commitments;

/// <summary>Many Merkle trees that are reduced to their roots together, level by level.</summary>
/// <remarks>
/// Pairing neighbours and letting an odd last node rise unchanged gives the tree of RFC 9162. A tree's hashes are
/// packed to its start as it shrinks: pair i is read at 2i and written at i, so nothing is overwritten unread.
/// </remarks>
internal sealed unsafe class HashForest
{
    private readonly PinnedArray<byte> _hashes = new(1 << 13);
    private readonly PinnedArray<HashJob> _jobs = new(256);
    private readonly PinnedArray<Tree> _trees = new(64);
    private readonly PinnedArray<int> _open = new(64);
    private int _treeCount;
    private int _hashCount;

    internal void Clear() => (_treeCount, _hashCount) = (0, 0);

    /// <summary>Adds a tree of so many leaves; returns the place of its first leaf hash. Addresses that were given out before are void.</summary>
    internal int Add(int leaves)
    {
        int first = _hashCount;
        _hashCount = checked(_hashCount + leaves);
        _hashes.Reserve((long)_hashCount * Digest.Size, first * Digest.Size);
        _trees.Reserve(_treeCount + 1, _treeCount);
        _trees[_treeCount++] = new Tree(first, leaves);
        return first;
    }

    /// <summary>Where the leaf hash at a place lies, or is to be written, until the next <see cref="Add"/>.</summary>
    internal byte* Hash(int place) => _hashes.Start + ((long)place * Digest.Size);

    /// <summary>Turns every tree's leaf hashes into its root.</summary>
    /// <param name="between">As for <see cref="Sha256Lanes.HashAll"/>.</param>
    internal void Reduce(Action? between)
    {
        _open.Reserve(_treeCount, 0);
        int open = 0;
        for (int i = 0; i < _treeCount; i++)
        {
            _open[open] = i;
            open += _trees[i].Count > 1 ? 1 : 0;
        }

        _jobs.Reserve(_hashCount / 2, 0);
        while (open > 0)
        {
            open = Rise(open, between);
        }
    }

    /// <summary>Copies the root of a reduced tree; the empty root where it has no leaves.</summary>
    internal void CopyRoot(int tree, Span<byte> destination)
    {
        if (_trees[tree].Count == 0)
        {
            Merkle.EmptyRoot.CopyTo(destination);
            return;
        }

        new ReadOnlySpan<byte>(Hash(_trees[tree].First), Digest.Size).CopyTo(destination);
    }

    // One level of all open trees; returns how many are still open.
    private int Rise(int open, Action? between)
    {
        int jobs = 0;
        for (int i = 0; i < open; i++)
        {
            Tree tree = _trees[_open[i]];
            for (int pair = 0; pair < tree.Count / 2; pair++)
            {
                _jobs[jobs++] = new HashJob(Hash(tree.First + (2 * pair)), 2 * Digest.Size, Hash(tree.First + pair));
            }
        }

        Sha256Lanes.HashAll(Merkle.NodePrefix, _jobs.Start, jobs, between);
        int still = 0;
        for (int i = 0; i < open; i++)
        {
            int index = _open[i];
            ref Tree tree = ref _trees[index];
            if ((tree.Count & 1) == 1)
            {
                Buffer.MemoryCopy(Hash(tree.First + tree.Count - 1), Hash(tree.First + (tree.Count / 2)), Digest.Size, Digest.Size);
            }

            tree = tree with { Count = (tree.Count + 1) / 2 };
            _open[still] = index;
            still += tree.Count > 1 ? 1 : 0;
        }

        return still;
    }

    private readonly record struct Tree(int First, int Count);
}
