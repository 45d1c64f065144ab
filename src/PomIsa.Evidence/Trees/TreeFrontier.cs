using System.Numerics;
using System.Runtime.CompilerServices;

namespace PomIsa.Evidence.Trees;

/// <summary>A growing RFC 9162 tree that keeps only the roots of its full subtrees: at most 64 digests, whatever the size.</summary>
public sealed class TreeFrontier
{
    // _peaks[i] is the root of a full subtree of 2^i leaves, present where bit i of the size is set.
    private Peaks _peaks;

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

    [InlineArray(Merkle.MaxProofLength)]
    private struct Peaks
    {
        private Digest _first;
    }
}
