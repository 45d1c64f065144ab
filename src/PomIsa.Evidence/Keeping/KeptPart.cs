using System.Collections.Immutable;
using System.Numerics;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Keeping;

/// <summary>One part of what is kept of a log: the roots that stand for a range of its entries, or one entry in full.</summary>
/// <param name="First">Index of the first entry.</param>
/// <param name="Count">Entries; 1 for one in full.</param>
/// <param name="Nodes">Roots of the range's blocks, from left to right; of an entry in full its leaf hash.</param>
/// <param name="Entry">The entry; empty for a range.</param>
public sealed record KeptPart(ulong First, int Count, ImmutableArray<Digest> Nodes, ImmutableArray<byte> Entry)
{
    /// <summary>Index of the first entry behind it.</summary>
    public ulong End => First + (ulong)Count;

    /// <summary>Whether it is an entry in full.</summary>
    public bool IsEntry => !Entry.IsEmpty;

    /// <summary>The blocks of a range: each as long as it can be and begin at a multiple of its length, which is a power of two.</summary>
    /// <returns>Lengths from left to right: full subtrees of any tree that holds the range.</returns>
    public static IEnumerable<int> Blocks(ulong first, int count)
    {
        for (int left = count; left > 0;)
        {
            int most = 1 << BitOperations.Log2((uint)left);
            int block = first == 0 ? most : (int)Math.Min((ulong)most, first & (~first + 1));
            yield return block;
            first += (ulong)block;
            left -= block;
        }
    }

    /// <summary>The part of a range whose leaf hashes are given.</summary>
    internal static KeptPart OfRange(ulong first, ReadOnlySpan<Digest> leafHashes)
    {
        var nodes = ImmutableArray.CreateBuilder<Digest>();
        int at = 0;
        foreach (int block in Blocks(first, leafHashes.Length))
        {
            nodes.Add(Merkle.Root(leafHashes.Slice(at, block)));
            at += block;
        }

        return new KeptPart(first, leafHashes.Length, nodes.ToImmutable(), []);
    }

    /// <summary>The part of one entry.</summary>
    internal static KeptPart OfEntry(ulong index, ReadOnlySpan<byte> entry) => new(index, 1, [Merkle.LeafHash(entry)], [.. entry]);

    /// <summary>Whether both keep the same of the same entries.</summary>
    public bool Equals(KeptPart? other) => other is not null && First == other.First && Count == other.Count
        && Nodes.AsSpan().SequenceEqual(other.Nodes.AsSpan()) && Entry.AsSpan().SequenceEqual(other.Entry.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(First, Count);
}
