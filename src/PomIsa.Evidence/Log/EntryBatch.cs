using FASTER.core;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Log;

/// <summary>Appended entries that wait, so that many go to the file together and are hashed side by side in vector lanes.</summary>
internal sealed unsafe class EntryBatch
{
    private const int Capacity = 256;
    private const int MostBytes = 1 << 18;

    private readonly PinnedArray<byte> _entries = new(Capacity * 128);
    private readonly PinnedArray<byte> _hashes = new(Capacity * Digest.Size);
    private readonly PinnedArray<HashJob> _jobs = new(Capacity);
    private readonly Entry[] _places = new Entry[Capacity];
    private readonly Slice _slice;
    private int _used;
    private int _sent;

    internal EntryBatch() => _slice = new Slice(this);

    /// <summary>Entries that wait.</summary>
    internal int Count { get; private set; }

    /// <summary>Whether it must be emptied before another entry is added.</summary>
    internal bool IsFull => Count == Capacity || _used > MostBytes;

    /// <summary>Takes a copy of an entry.</summary>
    internal void Add(ReadOnlySpan<byte> entry)
    {
        _entries.Reserve(_used + entry.Length, _used);
        entry.CopyTo(_entries.Span(_used, entry.Length));
        _places[Count++] = new Entry(_used, entry.Length);
        _used += entry.Length;
    }

    /// <summary>The next entries that were not sent, of a length of <paramref name="most"/> bytes together or one longer one; null after the last.</summary>
    internal IReadOnlySpanBatch? Next(int most)
    {
        int first = _sent, bytes = 0;
        while (_sent < Count && (_sent == first || bytes + _places[_sent].Length <= most))
        {
            bytes += _places[_sent++].Length;
        }

        (_slice.First, _slice.Count) = (first, _sent - first);
        return _slice.Count == 0 ? null : _slice;
    }

    /// <summary>The leaf hashes of all entries, their bytes one after the other; they last until the batch is used again.</summary>
    /// <param name="between">As for <see cref="Sha256Lanes.HashAll"/>.</param>
    internal ReadOnlySpan<byte> Hash(Action? between = null)
    {
        for (int i = 0; i < Count; i++)
        {
            _jobs[i] = new HashJob(_entries.Start + _places[i].Start, _places[i].Length, _hashes.Start + (i * Digest.Size));
        }

        Sha256Lanes.HashAll(Merkle.LeafPrefix, _jobs.Start, Count, between);
        return _hashes.Span(0, Count * Digest.Size);
    }

    /// <summary>Hashes all entries, appends them to the tree, and is empty.</summary>
    /// <param name="between">As for <see cref="Sha256Lanes.HashAll"/>.</param>
    internal void MoveTo(TreeFrontier tree, Action? between = null)
    {
        tree.AppendRaw(Hash(between), between);
        Clear();
    }

    /// <summary>Forgets all entries.</summary>
    internal void Clear() => (Count, _used, _sent) = (0, 0, 0);

    private readonly record struct Entry(int Start, int Length);

    private sealed class Slice(EntryBatch batch) : IReadOnlySpanBatch
    {
        internal int First { get; set; }

        internal int Count { get; set; }

        public int TotalEntries() => Count;

        public ReadOnlySpan<byte> Get(int index)
        {
            Entry entry = batch._places[First + index];
            return batch._entries.Span(entry.Start, entry.Length);
        }
    }
}
