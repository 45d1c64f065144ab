using System.Numerics;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Tiles;

/// <summary>A tree of a given size that lies in tiles: nodes, roots and proofs from as few tiles as hold them.</summary>
/// <remarks>Hashes are taken as the tiles have them; what they prove is held against a signed root by whoever checks the proof.</remarks>
public sealed class TileTree : IRangeRoots
{
    private const int MaxCached = 64;

    private readonly ITileSource _source;
    private readonly Dictionary<(int Level, ulong Index), Digest[]> _cache = [];

    /// <param name="source">Where the tiles lie.</param>
    /// <param name="size">Leaves, as a checkpoint says.</param>
    public TileTree(ITileSource source, ulong size) => (_source, Size) = (source, size);

    /// <summary>Leaves.</summary>
    public ulong Size { get; }

    /// <summary>The root over all leaves.</summary>
    /// <exception cref="TileException">A tile is missing or has a wrong length.</exception>
    public Digest Root => RootOf(Size);

    /// <summary>Hashes in tile <paramref name="index"/> of a level: 256, fewer in the last one, 0 behind it.</summary>
    public static int WidthOf(ulong size, int level, ulong index)
    {
        ulong count = level >= TilePath.Levels ? 0 : size >> (8 * level), first = index * TilePath.Width;
        return first >= count ? 0 : (int)Math.Min(count - first, TilePath.Width);
    }

    /// <summary>The root over the first <paramref name="size"/> leaves.</summary>
    public Digest RootOf(ulong size) => size == 0 ? Merkle.EmptyRoot : RootOf(0, size);

    /// <inheritdoc/>
    /// <remarks>A range of the tree's splits begins at a multiple of each power of two that it is split at.</remarks>
    public Digest RootOf(ulong first, ulong count)
    {
        if (BitOperations.IsPow2(count) && first % count == 0)
        {
            return Node(BitOperations.TrailingZeroCount(count), first / count);
        }

        ulong k = RangeWalk.Split(count);
        return Merkle.NodeHash(RootOf(first, k), RootOf(first + k, count - k));
    }

    /// <summary>The inclusion path of a leaf in the tree of the first <paramref name="size"/> leaves, the leaf's sibling first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public Digest[] InclusionPath(ulong index, ulong size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return RangeWalk.InclusionPath(this, index, size);
    }

    /// <summary>Proof that the tree of the first <paramref name="oldSize"/> leaves is a prefix of that of <paramref name="newSize"/>.</summary>
    public Digest[] ConsistencyProof(ulong oldSize, ulong newSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newSize, Size);
        return RangeWalk.ConsistencyProof(this, oldSize, newSize);
    }

    /// <summary>The hashes of a tile.</summary>
    /// <exception cref="TileException">It is missing or has a wrong length.</exception>
    public IReadOnlyList<Digest> Hashes(int level, ulong index)
    {
        if (_cache.TryGetValue((level, index), out Digest[]? hashes))
        {
            return hashes;
        }

        int width = WidthOf(Size, level, index);
        string path = TilePath.Tile(level, index, width);
        int bytes = width * Digest.Size;

        // A log may drop a partial tile once the full one is there.
        if (!_source.TryRead(path, bytes, out byte[]? tile)
            && !(width < TilePath.Width && _source.TryRead(TilePath.Tile(level, index, TilePath.Width), TilePath.Width * Digest.Size, out tile)))
        {
            throw new TileException($"{path} is missing.");
        }

        if (tile.Length < bytes)
        {
            throw new TileException($"{path} has {tile.Length} bytes, not {bytes}.");
        }

        hashes = new Digest[width];
        for (int i = 0; i < width; i++)
        {
            hashes[i] = new Digest(tile.AsSpan(i * Digest.Size, Digest.Size));
        }

        if (_cache.Count == MaxCached)
        {
            _cache.Clear();
        }

        _cache[(level, index)] = hashes;
        return hashes;
    }

    /// <summary>The root of the full subtree of 2^height leaves with a number.</summary>
    private Digest Node(int height, ulong number)
    {
        int level = height / 8, inside = height % 8;
        ulong first = number << inside;
        IReadOnlyList<Digest> tile = Hashes(level, first / TilePath.Width);
        var hashes = new Digest[1 << inside];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = tile[(int)(first % TilePath.Width) + i];
        }

        return Merkle.Root(hashes);
    }
}
