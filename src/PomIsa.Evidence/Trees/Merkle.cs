using System.Numerics;
using System.Security.Cryptography;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Trees;

/// <summary>The Merkle tree of RFC 9162 over SHA-256: roots, inclusion and consistency proofs.</summary>
/// <remarks>
/// Functions that build take the hashes of all leaves; functions that verify take only what a stranger sent, never
/// throw on it, and answer yes or no. Spec: spec/evidence.md, chapter 1.
/// </remarks>
public static class Merkle
{
    /// <summary>No path in a tree of at most 2^63 leaves is longer than this.</summary>
    public const int MaxProofLength = 64;

    internal const byte LeafPrefix = 0x00;
    internal const byte NodePrefix = 0x01;

    /// <summary>The root of a tree without leaves: SHA-256 of nothing.</summary>
    public static Digest EmptyRoot { get; } = Digest.Of([]);

    /// <summary>SHA-256(0x00 ‖ <paramref name="entry"/>).</summary>
    public static Digest LeafHash(ReadOnlySpan<byte> entry) => PrefixedSha256.Hash(LeafPrefix, entry);

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static Digest NodeHash(Digest left, Digest right)
    {
        Span<byte> message = stackalloc byte[1 + (2 * Digest.Size)];
        message[0] = NodePrefix;
        left.CopyTo(message[1..]);
        right.CopyTo(message[(1 + Digest.Size)..]);
        Span<byte> hash = stackalloc byte[Digest.Size];
        SHA256.HashData(message, hash);
        return new Digest(hash);
    }

    /// <summary>The root over leaves whose hashes are given, in order.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leafHashes)
    {
        if (leafHashes.Length <= 1)
        {
            return leafHashes.IsEmpty ? EmptyRoot : leafHashes[0];
        }

        int k = (int)RangeWalk.Split((ulong)leafHashes.Length);
        return NodeHash(Root(leafHashes[..k]), Root(leafHashes[k..]));
    }

    /// <summary>The inclusion path of leaf <paramref name="index"/>, the leaf's sibling first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public static Digest[] InclusionPath(ReadOnlySpan<Digest> leafHashes, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return RangeWalk.InclusionPath(new Leaves(leafHashes), (ulong)index, (ulong)leafHashes.Length);
    }

    /// <summary>Whether the leaf with hash <paramref name="leafHash"/> is number <paramref name="index"/> of the tree with that size and root.</summary>
    public static bool VerifyInclusion(ulong index, ulong size, Digest leafHash, ReadOnlySpan<Digest> path, Digest root)
    {
        return TryFollow(index, size, leafHash, path, out Digest reached) && reached == root;
    }

    /// <summary>The root that a path leads to from leaf number <paramref name="index"/> of a tree of that size; false where a tree of that size has no such path.</summary>
    public static bool TryFollow(ulong index, ulong size, Digest leafHash, ReadOnlySpan<Digest> path, out Digest root)
    {
        root = default;
        if (index >= size)
        {
            return false;
        }

        (ulong fn, ulong sn, Digest r) = (index, size - 1, leafHash);
        foreach (Digest sibling in path)
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                r = NodeHash(sibling, r);
                while ((fn & 1) == 0 && fn != 0)
                {
                    (fn, sn) = (fn >> 1, sn >> 1);
                }
            }
            else
            {
                r = NodeHash(r, sibling);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        root = r;
        return sn == 0;
    }

    /// <summary>Proof that the tree over the first <paramref name="oldSize"/> leaves is a prefix of the tree over all.</summary>
    /// <returns>An empty proof for sizes 0 and n: there is nothing to prove.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The old tree is larger than the new one.</exception>
    public static Digest[] ConsistencyProof(ReadOnlySpan<Digest> leafHashes, int oldSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        return RangeWalk.ConsistencyProof(new Leaves(leafHashes), (ulong)oldSize, (ulong)leafHashes.Length);
    }

    /// <summary>Whether the tree (<paramref name="oldSize"/>, <paramref name="oldRoot"/>) is a prefix of (<paramref name="newSize"/>, <paramref name="newRoot"/>).</summary>
    public static bool VerifyConsistency(ulong oldSize, Digest oldRoot, ulong newSize, Digest newRoot, ReadOnlySpan<Digest> proof)
    {
        if (oldSize == 0 || oldSize >= newSize)
        {
            return proof.IsEmpty && (oldSize == newSize ? oldRoot == newRoot : oldSize == 0 && oldRoot == EmptyRoot);
        }

        bool power = BitOperations.IsPow2(oldSize);
        if (!power && proof.IsEmpty)
        {
            return false;
        }

        (ulong fn, ulong sn) = (oldSize - 1, newSize - 1);
        while ((fn & 1) == 1)
        {
            (fn, sn) = (fn >> 1, sn >> 1);
        }

        Digest fr = power ? oldRoot : proof[0];
        Digest sr = fr;
        foreach (Digest c in power ? proof : proof[1..])
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                (fr, sr) = (NodeHash(c, fr), NodeHash(c, sr));
                while ((fn & 1) == 0 && fn != 0)
                {
                    (fn, sn) = (fn >> 1, sn >> 1);
                }
            }
            else
            {
                sr = NodeHash(sr, c);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && fr == oldRoot && sr == newRoot;
    }

    private readonly ref struct Leaves(ReadOnlySpan<Digest> hashes) : IRangeRoots
    {
        private readonly ReadOnlySpan<Digest> _hashes = hashes;

        public Digest RootOf(ulong first, ulong count) => Root(_hashes.Slice((int)first, (int)count));
    }
}
