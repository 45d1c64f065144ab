using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Tiles;

namespace PomIsa.Disputes.Logs;

/// <summary>A published log: tiles in a folder or behind a URL. Only the tiles that are needed are read.</summary>
public sealed class TileLog : IDisputedLog
{
    // So many tiles of leaf hashes are looked through for an entry that is there twice.
    private const ulong MaxTilesLookedThrough = 256;

    private readonly ITileSource _source;
    private readonly TileTree _tree;

    /// <param name="source">The tiles.</param>
    /// <param name="checkpoint">What was signed.</param>
    /// <param name="note">The signed checkpoint.</param>
    public TileLog(ITileSource source, Checkpoint checkpoint, ReadOnlyMemory<byte> note)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        (_source, Checkpoint, Note) = (source, checkpoint, note);
        _tree = new TileTree(source, checkpoint.Size);
    }

    /// <inheritdoc/>
    public Checkpoint Checkpoint { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Note { get; }

    /// <inheritdoc/>
    public Digest RootOf(ulong first, ulong count) => Read(() => _tree.RootOf(first, count));

    /// <inheritdoc/>
    public byte[] Entry(ulong index) => Read(() => TileCheck.Entry(_source, Checkpoint.Size, index));

    /// <inheritdoc/>
    public bool TryFind(Digest leafHash, ulong before, out ulong index)
    {
        for (ulong tile = 0; tile < MaxTilesLookedThrough && tile * TilePath.Width < before; tile++)
        {
            IReadOnlyList<Digest> hashes = Read(() => _tree.Hashes(0, tile));
            for (int i = 0; i < hashes.Count; i++)
            {
                index = (tile * TilePath.Width) + (ulong)i;
                if (index < before && hashes[i] == leafHash)
                {
                    return true;
                }
            }
        }

        index = 0;
        return false;
    }

    private T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (TileException e)
        {
            throw new CannotOpenException(this, $"{Checkpoint.Origin}: {e.Message}", e);
        }
    }
}
