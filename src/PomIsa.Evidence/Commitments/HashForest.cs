using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Commitments;

/// <summary>Many Merkle trees that are reduced to their roots together, level by level.</summary>
/// <remarks>
/// Pairing neighbours and letting an odd last node rise unchanged gives the tree of RFC 9162. A tree's hashes are
/// packed to its start as it shrinks: pair i is read at 2i and written at i, so nothing is overwritten unread.
/// </remarks>
internal sealed class HashForest
{
    private byte[] _hashes = new byte[1 << 13];
    private Tree[] _trees = new Tree[64];
    private int _treeCount;
    private int _hashCount;

    internal Span<byte> Hashes => _hashes.AsSpan(0, _hashCount * Digest.Size);

    internal void Clear() => (_treeCount, _hashCount) = (0, 0);

    /// <summary>Adds a tree of so many leaves; returns the place of its first leaf hash.</summary>
    internal int Add(int leaves)
    {
        if (_treeCount == _trees.Length)
        {
            Array.Resize(ref _trees, 2 * _treeCount);
        }

        int first = _hashCount;
        _trees[_treeCount++] = new Tree(first, leaves);
        _hashCount += leaves;
        Grow(_hashCount);
        return first;
    }

    internal Span<byte> Hash(int place) => _hashes.AsSpan(place * Digest.Size, Digest.Size);

    internal void Reduce(HashJobs jobs)
    {
        for (bool open = true; open;)
        {
            open = false;
            jobs.Clear();
            foreach (ref Tree tree in _trees.AsSpan(0, _treeCount))
            {
                if (tree.Count <= 1)
                {
                    continue;
                }

                int pairs = tree.Count / 2;
                for (int i = 0; i < pairs; i++)
                {
                    jobs.Add((tree.First + (2 * i)) * Digest.Size, 2 * Digest.Size, tree.First + i);
                }
            }

            jobs.RunInOrder(Merkle.NodePrefix, _hashes);
            foreach (ref Tree tree in _trees.AsSpan(0, _treeCount))
            {
                if (tree.Count <= 1)
                {
                    continue;
                }

                if ((tree.Count & 1) == 1)
                {
                    Hash(tree.First + tree.Count - 1).CopyTo(Hash(tree.First + (tree.Count / 2)));
                }

                tree = tree with { Count = (tree.Count + 1) / 2 };
                open |= tree.Count > 1;
            }
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

        Hash(_trees[tree].First).CopyTo(destination);
    }

    /// <summary>Room for so many hashes, over what the forest held.</summary>
    internal Span<byte> Scratch(int hashes)
    {
        Grow(hashes);
        return _hashes.AsSpan(0, hashes * Digest.Size);
    }

    private void Grow(int hashes)
    {
        int needed = checked(hashes * Digest.Size);
        if (needed > _hashes.Length)
        {
            Array.Resize(ref _hashes, Math.Max(needed, 2 * _hashes.Length));
        }
    }

    private readonly record struct Tree(int First, int Count);
}
