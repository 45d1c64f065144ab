using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Log;

/// <summary>Entries that wait to become leaves, so that many are hashed at once in vector lanes.</summary>
internal sealed unsafe class LeafBatch
{
    private const int Capacity = 256;
    private const int MostBytes = 1 << 18;

    private readonly PinnedArray<byte> _entries = new(Capacity * 128);
    private readonly PinnedArray<byte> _hashes = new(Capacity * Digest.Size);
    private readonly PinnedArray<HashJob> _jobs = new(Capacity);
    private readonly int[] _lengths = new int[Capacity];
    private int _used;

    /// <summary>Entries that wait.</summary>
    internal int Count { get; private set; }

    /// <summary>Adds an entry; a full batch goes into the tree.</summary>
    internal void Add(ReadOnlySpan<byte> entry, TreeFrontier tree)
    {
        _entries.Reserve(_used + entry.Length, _used);
        entry.CopyTo(_entries.Span(_used, entry.Length));
        _used += entry.Length;
        _lengths[Count++] = entry.Length;
        if (Count == Capacity || _used > MostBytes)
        {
            Drain(tree);
        }
    }

    /// <summary>Hashes what waits and appends it to the tree.</summary>
    internal void Drain(TreeFrontier tree)
    {
        byte* entry = _entries.Start;
        for (int i = 0; i < Count; i++)
        {
            _jobs[i] = new HashJob(entry, _lengths[i], _hashes.Start + (i * Digest.Size));
            entry += _lengths[i];
        }

        Sha256Lanes.HashAll(Merkle.LeafPrefix, _jobs.Start, Count);
        tree.AppendRaw(_hashes.Span(0, Count * Digest.Size));
        (Count, _used) = (0, 0);
    }
}
