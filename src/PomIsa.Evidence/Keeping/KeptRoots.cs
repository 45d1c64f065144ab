using System.Collections.Immutable;
using System.Numerics;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Keeping;

/// <summary>What is kept of a log whose records can be regenerated: enough for its root, for the root of each token's range, and for the path of each entry kept in full.</summary>
/// <remarks>Spec: spec/evidence.md, chapter 10.</remarks>
public sealed class KeptRoots : IRangeRoots
{
    /// <summary>Leaves of a group: no range goes over the end of one, so the root of each can be made of what is kept.</summary>
    public const int GroupSize = 1024;

    private readonly Dictionary<(ulong First, ulong Count), Digest> _nodes = [];

    /// <summary>What parts stand for, one after the other from the first entry on.</summary>
    /// <exception cref="ArgumentException">They don't follow each other.</exception>
    public KeptRoots(ImmutableArray<KeptPart> parts)
    {
        Parts = parts;
        foreach (KeptPart part in parts)
        {
            if (part.First != Size)
            {
                throw new ArgumentException($"A part begins at {part.First}; {Size} entries lie before it.", nameof(parts));
            }

            int at = 0;
            foreach (int block in KeptPart.Blocks(part.First, part.Count))
            {
                _nodes.Add((Size, (ulong)block), part.Nodes[at++]);
                Size += (ulong)block;
            }
        }

        Root = Size == 0 ? Merkle.EmptyRoot : RootOf(0, Size);
    }

    /// <summary>The parts, in the order of the log.</summary>
    public ImmutableArray<KeptPart> Parts { get; }

    /// <summary>Entries of the log.</summary>
    public ulong Size { get; }

    /// <summary>Its root, as the whole log has it.</summary>
    public Digest Root { get; }

    /// <summary>What would be kept of entries.</summary>
    public static KeptRoots Of(IEnumerable<byte[]> entries, KeepMarks marks)
    {
        var parts = ImmutableArray.CreateBuilder<KeptPart>();
        var cutter = new RootsCutter(marks, parts.Add);
        foreach (byte[] entry in entries)
        {
            cutter.Append(entry);
        }

        cutter.Cut();
        return new KeptRoots(parts.ToImmutable());
    }

    /// <summary>The root over a range of the tree that is made of kept blocks: a part's end and every path of a kept entry ask for no others.</summary>
    /// <exception cref="ArgumentException">It cuts a block.</exception>
    public Digest RootOf(ulong first, ulong count)
    {
        if (BitOperations.IsPow2(count) && _nodes.TryGetValue((first, count), out Digest node))
        {
            return node;
        }

        if (count < 2)
        {
            throw new ArgumentException($"Entry {first} was not kept.", nameof(first));
        }

        ulong k = RangeWalk.Split(count);
        return Merkle.NodeHash(RootOf(first, k), RootOf(first + k, count - k));
    }
}
