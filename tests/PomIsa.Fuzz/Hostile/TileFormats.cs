using System.Diagnostics.CodeAnalysis;
using System.Text;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Tiles;

namespace PomIsa.Fuzz.Hostile;

/// <summary>Files of a published log, each in turn a stranger's.</summary>
internal static class TileFormats
{
    public static IEnumerable<Format> Of(Strangers s)
    {
        foreach ((string path, byte[] good) in s.Tiles)
        {
            yield return new Format(path, [good], bytes => Check(new MemoryTiles(s.Tiles, path, bytes), s.Checkpoint)) { Bound = true, Free = 2 << 20 };
        }

        yield return new Format("checkpoint over tiles, signed", [Encoding.UTF8.GetBytes(s.Checkpoint.ToText())], bytes =>
            Checkpoint.TryOpen(s.SignAnything(bytes), s.Log.Verifier, out Checkpoint read, out _) ? Check(new MemoryTiles(s.Tiles, "", []), read) : null)
        { Bound = true, Free = 2 << 20 };
        yield return new Format("path of a tile", [.. s.Tiles.Keys.Append("tile/0/x001/x234/067").Append("tile/entries/x001/000.p/7").Select(static p => Encoding.UTF8.GetBytes(p))],
            static bytes => TilePath.IsValid(Encoding.UTF8.GetString(bytes)) && Encoding.UTF8.GetString(bytes).Contains("..", StringComparison.Ordinal) ? throw new InvalidOperationException("it leaves the folder") : "");
    }

    // Entries, tiles and root, then a proof out of the tiles: all that fsck and proof read.
    private static string? Check(MemoryTiles source, Checkpoint checkpoint)
    {
        try
        {
            if (!LogCheck.Verify(TileCheck.Entries(source, checkpoint.Size), checkpoint, out _))
            {
                return null;
            }

            var tree = new TileTree(source, checkpoint.Size);
            return tree.Root == checkpoint.Root ? $"{checkpoint.Size} {tree.InclusionPath(7, checkpoint.Size).Length} {tree.ConsistencyProof(100, checkpoint.Size).Length}" : null;
        }
        catch (TileException e)
        {
            return e.Message.Length > 0 ? null : throw new InvalidOperationException("nothing is said");
        }
    }

    private sealed class MemoryTiles(Dictionary<string, byte[]> files, string replaced, byte[] with) : ITileSource
    {
        public bool TryRead(string path, int maxBytes, [NotNullWhen(true)] out byte[]? bytes)
        {
            bytes = path == replaced ? with : files.GetValueOrDefault(path);
            return bytes is not null && bytes.Length <= maxBytes;
        }
    }
}
