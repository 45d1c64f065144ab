using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Keeping;

/// <summary>A log's tree as one over its groups of 1024 leaves: their roots are its leaf hashes, and its root is the log's.</summary>
/// <param name="leaves">The tree of the log.</param>
/// <param name="size">Leaves of the log.</param>
public readonly struct TreeGroups(IRangeRoots leaves, ulong size) : IRangeRoots
{
    /// <summary>Groups; the last may be smaller.</summary>
    public ulong Count => (size + KeptRoots.GroupSize - 1) / KeptRoots.GroupSize;

    /// <summary>Leaves of a group.</summary>
    public static int WidthOf(ulong group, ulong size) => (int)Math.Min(KeptRoots.GroupSize, size - (group * KeptRoots.GroupSize));

    /// <inheritdoc/>
    public Digest RootOf(ulong first, ulong count)
    {
        ulong start = first * KeptRoots.GroupSize;
        return leaves.RootOf(start, Math.Min(count * KeptRoots.GroupSize, size - start));
    }
}
