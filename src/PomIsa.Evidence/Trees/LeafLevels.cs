using System.Numerics;

namespace PomIsa.Evidence.Trees;

/// <summary>A tree in memory, all full subtrees' roots at hand: for many paths into the same leaves.</summary>
public sealed class LeafLevels : IRangeRoots
{
    private readonly List<Digest[]> _levels = [];

    /// <summary>Hashes a tree once.</summary>
    /// <param name="leafHashes">Of all leaves, in order.</param>
    public LeafLevels(Digest[] leafHashes)
    {
        ArgumentNullException.ThrowIfNull(leafHashes);
        for (Digest[] level = leafHashes; level.Length > 0;)
        {
            _levels.Add(level);
            var above = new Digest[level.Length / 2];
            for (int i = 0; i < above.Length; i++)
            {
                above[i] = Merkle.NodeHash(level[2 * i], level[(2 * i) + 1]);
            }

            level = above;
        }
    }

    /// <summary>Leaves.</summary>
    public ulong Size => _levels.Count == 0 ? 0 : (ulong)_levels[0].Length;

    /// <summary>The root over all.</summary>
    public Digest Root => Size == 0 ? Merkle.EmptyRoot : RootOf(0, Size);

    /// <inheritdoc/>
    public Digest RootOf(ulong first, ulong count)
    {
        ArgumentOutOfRangeException.ThrowIfZero(count);
        int level = BitOperations.Log2(count);
        if (BitOperations.IsPow2(count))
        {
            return _levels[level][first >> level];
        }

        ulong k = RangeWalk.Split(count);
        return Merkle.NodeHash(RootOf(first, k), RootOf(first + k, count - k));
    }

    /// <summary>The inclusion path of a leaf, its sibling first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public Digest[] InclusionPath(ulong index) => RangeWalk.InclusionPath(this, index, Size);
}
