using System.Numerics;
using System.Runtime.CompilerServices;

namespace PomIsa.Evidence.Trees;

/// <summary>A growing RFC 9162 tree that keeps only the roots of its full subtrees: at most 64 digests, whatever the size.</summary>
public sealed class TreeFrontier
{
    private const int BatchLeaves = 256;

    // _peaks[i] is the root of a full subtree of 2^i leaves, present where bit i of the size is set.
    private Peaks _peaks;
    private readonly Digest[] _row = new Digest[BatchLeaves + 1];
    private readonly byte[] _pairs = new byte[(BatchLeaves + 1) * Digest.Size];

    /// <summary>Number of leaves.</summary>
    public ulong Size { get; private set; }

    /// <summary>The root over all leaves so far; takes one hash for each bit set in the size.</summary>
    public Digest Root
    {
        get
        {
            if (Size == 0)
            {
                return Merkle.EmptyRoot;
            }

            int level = BitOperations.TrailingZeroCount(Size);
            Digest root = _peaks[level];
            for (ulong rest = Size & (Size - 1); rest != 0; rest &= rest - 1)
            {
                root = Merkle.NodeHash(_peaks[BitOperations.TrailingZeroCount(rest)], root);
            }

            return root;
        }
    }

    /// <summary>Appends one leaf by its hash; one node hash on average.</summary>
    public void Append(Digest leafHash)
    {
        Digest carry = leafHash;
        int level = 0;
        for (; ((Size >> level) & 1) == 1; level++)
        {
            carry = Merkle.NodeHash(_peaks[level], carry);
        }

        _peaks[level] = carry;
        Size++;
    }

    /// <summary>Appends many leaves by their hashes, nodes of a level side by side in vector lanes.</summary>
    public void Append(ReadOnlySpan<Digest> leafHashes)
    {
        while (!leafHashes.IsEmpty)
        {
            int count = Math.Min(leafHashes.Length, BatchLeaves);
            AppendBatch(leafHashes[..count]);
            leafHashes = leafHashes[count..];
        }
    }

    // Level by level: what is new there, behind the waiting left sibling if there is one, is paired; an odd last waits.
    private void AppendBatch(ReadOnlySpan<Digest> leafHashes)
    {
        _row[0] = default;
        leafHashes.CopyTo(_row.AsSpan(1));
        int count = leafHashes.Length;
        for (int level = 0; count > 0; level++)
        {
            bool waiting = ((Size >> level) & 1) == 1;
            if (waiting)
            {
                _row[0] = _peaks[level];
            }

            ReadOnlySpan<Digest> nodes = _row.AsSpan(waiting ? 0 : 1, count + (waiting ? 1 : 0));
            if ((nodes.Length & 1) == 1)
            {
                _peaks[level] = nodes[^1];
            }

            count = nodes.Length / 2;
            for (int i = 0; i < 2 * count; i++)
            {
                nodes[i].CopyTo(_pairs.AsSpan(i * Digest.Size));
            }

            Sha256Lanes.HashMany(Merkle.NodePrefix, _pairs, 2 * Digest.Size, 2 * Digest.Size, count, _row.AsSpan(1));
        }

        Size += (ulong)leafHashes.Length;
    }

    [InlineArray(Merkle.MaxProofLength)]
    private struct Peaks
    {
        private Digest _first;
    }
}
