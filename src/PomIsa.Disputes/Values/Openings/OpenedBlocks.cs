using PomIsa.Disputes.Logs;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Trees;

namespace PomIsa.Disputes.Values.Openings;

/// <summary>Some blocks of a tree whose leaves are blocks of 1024 bytes, and what it takes to get to its root.</summary>
/// <param name="Indices">Strictly ascending; one at least.</param>
/// <param name="Blocks">As many.</param>
/// <param name="Siblings">As <see cref="Multiproof"/> orders them.</param>
internal sealed record OpenedBlocks(ulong[] Indices, byte[][] Blocks, Digest[] Siblings)
{
    /// <summary>The root that they lead to, in a tree over so many bytes; false if they don't fit it.</summary>
    public bool TryRoot(long bytes, out Digest root)
    {
        root = default;
        long count = (bytes + Commitment.BlockBytes - 1) / Commitment.BlockBytes;
        var leaves = new Digest[Blocks.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            if (Indices[i] >= (ulong)count || Blocks[i].Length != Math.Min(Commitment.BlockBytes, bytes - ((long)Indices[i] * Commitment.BlockBytes)))
            {
                return false;
            }

            leaves[i] = Merkle.LeafHash(Blocks[i]);
        }

        return leaves.Length > 0 && Multiproof.TryRoot((ulong)count, Indices, leaves, Siblings, out root);
    }

    public void Write(ByteSink to)
    {
        to.Short(Indices.Length);
        for (int i = 0; i < Indices.Length; i++)
        {
            to.Long(Indices[i]);
            to.Part(Blocks[i]);
        }

        to.Digests(Siblings);
    }

    public static OpenedBlocks Read(ref Cursor from)
    {
        int count = from.Count(sizeof(ulong) + sizeof(ushort));
        var indices = new ulong[count];
        var blocks = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            (indices[i], blocks[i]) = (from.Long(), from.Part());
            from.Require(i == 0 || indices[i] > indices[i - 1]);
        }

        from.Require(count > 0);
        return new OpenedBlocks(indices, blocks, from.Digests());
    }
}
