using System.Numerics;
using System.Runtime.CompilerServices;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Trees;

/// <summary>A growing RFC 9162 tree that keeps only the roots of its full subtrees: at most 64 digests, whatever the size.</summary>
public sealed unsafe class TreeFrontier
{
    private const int BatchLeaves = 256;

    // _peaks[i] is the root of a full subtree of 2^i leaves, present where bit i of the size is set.
    private Peaks _peaks;
    private readonly PinnedArray<byte> _row = new((BatchLeaves + 1) * Digest.Size);
    private readonly PinnedArray<HashJob> _jobs = new((BatchLeaves / 2) + 1);

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
            for (int i = 0; i < count; i++)
            {
                leafHashes[i].CopyTo(Place(1 + i));
            }

            AppendBatch(count, between: null);
            leafHashes = leafHashes[count..];
        }
    }

    /// <summary>The same with the hashes' bytes one after the other.</summary>
    /// <param name="leafHashes">32 bytes for each leaf.</param>
    /// <param name="between">As for <see cref="Sha256Lanes.HashAll"/>.</param>
    internal void AppendRaw(ReadOnlySpan<byte> leafHashes, Action? between = null)
    {
        while (!leafHashes.IsEmpty)
        {
            int bytes = Math.Min(leafHashes.Length, BatchLeaves * Digest.Size);
            leafHashes[..bytes].CopyTo(_row.Span(Digest.Size, bytes));
            AppendBatch(bytes / Digest.Size, between);
            leafHashes = leafHashes[bytes..];
        }
    }

    // Level by level: what is new there, behind the waiting left sibling if there is one, is paired; an odd last waits.
    // The new nodes lie from place 1 on. Pair i is read at 2i and behind and written before that, so in order nothing is lost.
    private void AppendBatch(int leaves, Action? between)
    {
        int count = leaves;
        for (int level = 0; count > 0; level++)
        {
            int first = 1;
            if (((Size >> level) & 1) == 1)
            {
                _peaks[level].CopyTo(Place(--first));
            }

            int nodes = count + 1 - first;
            if ((nodes & 1) == 1)
            {
                _peaks[level] = new Digest(Place(first + nodes - 1));
            }

            count = nodes / 2;
            for (int i = 0; i < count; i++)
            {
                _jobs[i] = new HashJob(_row.Start + ((first + (2 * i)) * Digest.Size), 2 * Digest.Size, _row.Start + ((1 + i) * Digest.Size));
            }

            Sha256Lanes.HashAll(Merkle.NodePrefix, _jobs.Start, count, between);
        }

        Size += (ulong)leaves;
    }

    private Span<byte> Place(int index) => _row.Span(index * Digest.Size, Digest.Size);

    [InlineArray(Merkle.MaxProofLength)]
    private struct Peaks
    {
        private Digest _first;
    }
}
