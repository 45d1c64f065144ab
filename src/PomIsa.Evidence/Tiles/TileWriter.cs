using System.Buffers;
using System.Buffers.Binary;
using PomIsa.Evidence.Trees;
using PomIsa.Files;

namespace PomIsa.Evidence.Tiles;

/// <summary>Writes a log as C2SP tlog-tiles: bundles and tiles as entries come, partial ones at the end.</summary>
/// <remarks>
/// Files that are there already are left if they are the same and refused if not, so an export that was cut off is taken up by doing it again, a log that grew is
/// exported over its former state, and another log is never mixed in. The checkpoint goes last, by whoever calls.
/// </remarks>
public sealed class TileWriter
{
    private readonly string _folder;
    private readonly ArrayBufferWriter<byte> _bundle = new();
    private readonly List<Digest>[] _levels = [.. Enumerable.Range(0, TilePath.Levels).Select(static _ => new List<Digest>(TilePath.Width))];
    private readonly ulong[] _written = new ulong[TilePath.Levels];

    /// <param name="folder">Made where it is missing.</param>
    public TileWriter(string folder) => _folder = Directory.CreateDirectory(folder).FullName;

    /// <summary>Entries taken.</summary>
    public ulong Size { get; private set; }

    /// <summary>Files that were written; those that were there are not counted.</summary>
    public int FilesWritten { get; private set; }

    /// <summary>Takes the next entry.</summary>
    /// <exception cref="TileException">The folder holds another log, or can't be written.</exception>
    public void Append(ReadOnlySpan<byte> entry)
    {
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)entry.Length));
        _bundle.Write(length);
        _bundle.Write(entry);
        Size++;
        if (Size % TilePath.Width == 0)
        {
            Write(TilePath.Entries((Size / TilePath.Width) - 1, TilePath.Width), _bundle.WrittenSpan);
            _bundle.ResetWrittenCount();
        }

        Add(0, Merkle.LeafHash(entry));
    }

    /// <summary>Writes the partial tiles and the partial bundle of the size reached.</summary>
    public void Finish()
    {
        if (_bundle.WrittenCount > 0)
        {
            Write(TilePath.Entries(Size / TilePath.Width, (int)(Size % TilePath.Width)), _bundle.WrittenSpan);
        }

        for (int level = 0; level < _levels.Length; level++)
        {
            if (_levels[level].Count > 0)
            {
                Write(TilePath.Tile(level, _written[level], _levels[level].Count), Bytes(_levels[level]));
            }
        }
    }

    private void Add(int level, Digest hash)
    {
        List<Digest> tile = _levels[level];
        tile.Add(hash);
        if (tile.Count < TilePath.Width)
        {
            return;
        }

        Write(TilePath.Tile(level, _written[level]++, TilePath.Width), Bytes(tile));
        Digest root = Merkle.Root(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tile));
        tile.Clear();
        Add(level + 1, root);
    }

    private static byte[] Bytes(List<Digest> hashes)
    {
        var bytes = new byte[hashes.Count * Digest.Size];
        for (int i = 0; i < hashes.Count; i++)
        {
            hashes[i].CopyTo(bytes.AsSpan(i * Digest.Size));
        }

        return bytes;
    }

    private void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string file = Path.Combine(_folder, path);
        try
        {
            if (File.Exists(file))
            {
                if (!File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes))
                {
                    throw new TileException($"{file} is there with other bytes: this folder holds another log. Export to another folder.");
                }

                return;
            }

            AtomicFile.Write(file, bytes);
            FilesWritten++;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TileException($"{file} can't be written: {e.Message}", e);
        }
    }
}
