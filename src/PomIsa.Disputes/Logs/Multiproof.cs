using PomIsa.Evidence.Trees;

namespace PomIsa.Disputes.Logs;

/// <summary>One proof that several entries are in a tree: the roots of the greatest subtrees without any of them, from left to right.</summary>
public static class Multiproof
{
    /// <summary>The proof for some entries.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="size">Its leaves.</param>
    /// <param name="indices">Strictly ascending, below <paramref name="size"/>.</param>
    public static Digest[] Build(IRangeRoots tree, ulong size, ReadOnlySpan<ulong> indices)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var proof = new List<Digest>();
        Build(tree, 0, size, indices, proof);
        return [.. proof];
    }

    /// <summary>The root that entries and proof lead to; false if the proof is longer or shorter than the tree's shape asks for.</summary>
    /// <param name="size">Leaves of the tree.</param>
    /// <param name="indices">Strictly ascending, below <paramref name="size"/>, at least one.</param>
    /// <param name="leafHashes">As many.</param>
    /// <param name="proof">Anyone's.</param>
    /// <param name="root">The root.</param>
    public static bool TryRoot(ulong size, ReadOnlySpan<ulong> indices, ReadOnlySpan<Digest> leafHashes, ReadOnlySpan<Digest> proof, out Digest root)
    {
        int used = 0;
        bool enough = TryRoot(0, size, indices, leafHashes, proof, ref used, out root);
        return enough && used == proof.Length;
    }

    private static void Build(IRangeRoots tree, ulong first, ulong count, ReadOnlySpan<ulong> indices, List<Digest> proof)
    {
        if (indices.IsEmpty)
        {
            proof.Add(tree.RootOf(first, count));
        }
        else if (count > 1)
        {
            ulong k = RangeWalk.Split(count);
            int split = Below(indices, first + k);
            Build(tree, first, k, indices[..split], proof);
            Build(tree, first + k, count - k, indices[split..], proof);
        }
    }

    private static bool TryRoot(
        ulong first, ulong count, ReadOnlySpan<ulong> indices, ReadOnlySpan<Digest> leafHashes, ReadOnlySpan<Digest> proof, ref int used, out Digest root)
    {
        root = default;
        if (indices.IsEmpty)
        {
            if (used == proof.Length)
            {
                return false;
            }

            root = proof[used++];
            return true;
        }

        if (count <= 1)
        {
            root = leafHashes[0];
            return count == 1 && indices.Length == 1 && indices[0] == first;
        }

        ulong k = RangeWalk.Split(count);
        int split = Below(indices, first + k);
        if (!TryRoot(first, k, indices[..split], leafHashes[..split], proof, ref used, out Digest left)
            || !TryRoot(first + k, count - k, indices[split..], leafHashes[split..], proof, ref used, out Digest right))
        {
            return false;
        }

        root = Merkle.NodeHash(left, right);
        return true;
    }

    private static int Below(ReadOnlySpan<ulong> indices, ulong bound)
    {
        int place = indices.BinarySearch(bound);
        return place < 0 ? ~place : place;
    }
}
