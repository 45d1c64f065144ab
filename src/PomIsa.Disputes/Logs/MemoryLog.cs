using System.Numerics;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Trees;

namespace PomIsa.Disputes.Logs;

/// <summary>A log whose entries are at hand: a run's folder, or a replay.</summary>
public sealed class MemoryLog : IDisputedLog
{
    private readonly byte[][] _entries;
    private readonly Digest[][] _levels; // [h][i]: the root of the full subtree of 2^h leaves with number i

    /// <param name="entries">All entries.</param>
    /// <param name="checkpoint">What was signed; null: what the entries give.</param>
    /// <param name="note">The signed checkpoint, or empty.</param>
    /// <exception cref="CannotOpenException">They are fewer than were signed, or have another root.</exception>
    public MemoryLog(IEnumerable<byte[]> entries, Checkpoint? checkpoint = null, ReadOnlyMemory<byte> note = default)
    {
        _entries = [.. checkpoint is null ? entries : entries.Take((int)Math.Min(checkpoint.Size, int.MaxValue))];
        var levels = new List<Digest[]> { _entries.Select(static e => Merkle.LeafHash(e)).ToArray() };
        while (levels[^1].Length > 1)
        {
            Digest[] below = levels[^1], level = new Digest[below.Length / 2];
            for (int i = 0; i < level.Length; i++)
            {
                level[i] = Merkle.NodeHash(below[2 * i], below[(2 * i) + 1]);
            }

            levels.Add(level);
        }

        _levels = [.. levels];
        Digest root = _entries.Length == 0 ? Merkle.EmptyRoot : RootOf(0, (ulong)_entries.Length);
        Checkpoint = checkpoint ?? new Checkpoint("replay", (ulong)_entries.Length, root);
        Note = note;
        if (Checkpoint.Size != (ulong)_entries.Length || Checkpoint.Root != root)
        {
            throw new CannotOpenException(this, Checkpoint.Size == (ulong)_entries.Length
                ? $"{Checkpoint.Origin}: its {_entries.Length} entries are not those that were signed"
                : $"{Checkpoint.Origin}: it has {_entries.Length} entries, and {Checkpoint.Size} were signed");
        }
    }

    /// <inheritdoc/>
    public Checkpoint Checkpoint { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Note { get; }

    /// <inheritdoc/>
    public Digest RootOf(ulong first, ulong count)
    {
        if (BitOperations.IsPow2(count) && first % count == 0)
        {
            return _levels[BitOperations.TrailingZeroCount(count)][first / count];
        }

        ulong k = RangeWalk.Split(count);
        return Merkle.NodeHash(RootOf(first, k), RootOf(first + k, count - k));
    }

    /// <inheritdoc/>
    public byte[] Entry(ulong index) => _entries[index];

    /// <inheritdoc/>
    public bool TryFind(Digest leafHash, ulong before, out ulong index)
    {
        int found = Array.IndexOf(_levels[0], leafHash, 0, (int)before);
        index = (ulong)Math.Max(found, 0);
        return found >= 0;
    }
}
