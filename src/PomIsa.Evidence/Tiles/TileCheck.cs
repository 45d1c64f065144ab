using System.Buffers.Binary;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Tiles;

/// <summary>Reads a log's entries out of its bundles, and derives every tile from them again.</summary>
/// <remarks>Memory is that of one bundle and one tile a level, whatever the log claims.</remarks>
public static class TileCheck
{
    /// <summary>The entries of the first <paramref name="size"/> leaves, each already held against the tile of leaf hashes; at the end all tiles above are held against those below.</summary>
    /// <exception cref="TileException">A file is missing, misshapen, or not what the files below it give. It is named.</exception>
    public static IEnumerable<byte[]> Entries(ITileSource source, ulong size)
    {
        var tree = new TileTree(source, size);
        var hashed = new EntryBatch();
        var entries = new List<byte[]>(TilePath.Width);
        for (ulong bundle = 0; bundle * TilePath.Width < size; bundle++)
        {
            int width = TileTree.WidthOf(size, 0, bundle);
            string path = TilePath.Entries(bundle, width);
            IReadOnlyList<Digest> leaves = tree.Hashes(0, bundle);
            entries.Clear();
            hashed.Clear();
            foreach (byte[] entry in Split(Read(source, bundle, width, out bool exact), width, exact, path))
            {
                entries.Add(entry);
                hashed.Add(entry);
            }

            int sound = Agreeing(hashed, leaves);
            for (int i = 0; i < sound; i++)
            {
                yield return entries[i];
            }

            if (sound < width)
            {
                throw new TileException($"Entry {(bundle * TilePath.Width) + (ulong)sound} in {path} does not have the hash that {TilePath.Tile(0, bundle, width)} gives it.");
            }
        }

        Above(tree, size);
    }

    // How many entries, from the first, have the hashes that their tile gives them.
    private static int Agreeing(EntryBatch entries, IReadOnlyList<Digest> leaves)
    {
        ReadOnlySpan<byte> hashes = entries.Hash();
        int agreeing = 0;
        while (agreeing < entries.Count && new Digest(hashes.Slice(agreeing * Digest.Size, Digest.Size)) == leaves[agreeing])
        {
            agreeing++;
        }

        return agreeing;
    }

    /// <summary>One entry, held against the tile of leaf hashes.</summary>
    /// <exception cref="TileException">A file is missing, misshapen, or not what the files below it give.</exception>
    public static byte[] Entry(ITileSource source, ulong size, ulong index)
    {
        ulong bundle = index / TilePath.Width;
        int width = TileTree.WidthOf(size, 0, bundle), place = (int)(index % TilePath.Width);
        string path = TilePath.Entries(bundle, width);
        byte[] entry = Split(Read(source, bundle, width, out bool exact), width, exact, path).ElementAt(place);
        return Merkle.LeafHash(entry) == new TileTree(source, size).Hashes(0, bundle)[place]
            ? entry : throw new TileException($"Entry {index} in {path} does not have the hash that its tile gives it.");
    }

    /// <summary>Holds each hash of the levels above the leaves against the full tile that it stands for.</summary>
    private static void Above(TileTree tree, ulong size)
    {
        for (int level = 1; level < TilePath.Levels && size >> (8 * level) > 0; level++)
        {
            for (ulong at = 0; at < size >> (8 * level); at++)
            {
                Digest stands = tree.Hashes(level, at / TilePath.Width)[(int)(at % TilePath.Width)];
                if (Merkle.Root([.. tree.Hashes(level - 1, at)]) != stands)
                {
                    throw new TileException($"Hash {at % TilePath.Width} of {TilePath.Tile(level, at / TilePath.Width, TileTree.WidthOf(size, level, at / TilePath.Width))} is not the root of {TilePath.Tile(level - 1, at, TilePath.Width)}.");
                }
            }
        }
    }

    // Where a partial bundle is gone, the full one stands for it, with entries behind that the size doesn't cover.
    private static byte[] Read(ITileSource source, ulong bundle, int width, out bool exact)
    {
        string path = TilePath.Entries(bundle, width);
        exact = source.TryRead(path, TilePath.MaxBundleBytes, out byte[]? bytes);
        return exact || (width < TilePath.Width && source.TryRead(TilePath.Entries(bundle, TilePath.Width), TilePath.MaxBundleBytes, out bytes))
            ? bytes!
            : throw new TileException($"{path} is missing, or longer than a bundle can be.");
    }

    private static IEnumerable<byte[]> Split(byte[] bundle, int width, bool exact, string path)
    {
        int at = 0;
        for (int i = 0; i < width; i++)
        {
            int length = bundle.Length - at >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(bundle.AsSpan(at)) : int.MaxValue;
            if (length > bundle.Length - at - 2)
            {
                throw new TileException($"{path} ends inside its entry {i}.");
            }

            yield return bundle[(at + 2)..(at + 2 + length)];
            at += 2 + length;
        }

        if (exact && at < bundle.Length)
        {
            throw new TileException($"{path} has {bundle.Length - at} bytes behind its {width} entries.");
        }
    }
}
