using System.Collections.Immutable;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Log;

/// <summary>Entries of a log, in order, in one piece of memory outside the garbage collector's reach.</summary>
/// <remarks>
/// A log has hundreds of entries for each token: an array for each would keep the collector busy for longer than it takes to read them.
/// What an entry's span points to is there until the list is disposed of that all slices were cut from; after that there are no entries.
/// </remarks>
public sealed unsafe class EntryList : IDisposable
{
    private readonly Memory _memory;
    private readonly int _first;
    private readonly int _count;
    private int[]? _turns;

    private EntryList(Memory memory, int first, int count) => (_memory, _first, _count) = (memory, first, count);

    /// <param name="bytes">Memory that holds the entries, which this list disposes of from here on.</param>
    /// <param name="places">For each entry a <see cref="PlaceOf"/>; likewise.</param>
    /// <param name="count">Entries.</param>
    internal EntryList(NativeBuffer bytes, NativeBuffer places, int count)
        : this(new Memory(bytes, places, count), 0, count)
    {
    }

    /// <summary>Entries.</summary>
    public int Count => Math.Clamp(_memory.Count - _first, 0, _count);

    /// <summary>An entry's bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_count || _first + index >= _memory.Count)
            {
                ThrowNoSuchEntry(index);
            }

            return new ReadOnlySpan<byte>(MessageAt(index, out int length), length);
        }
    }

    /// <summary>Copies entries; none has more than <see cref="RecordLog.MaxEntryBytes"/> bytes.</summary>
    /// <exception cref="ArgumentException">An entry has.</exception>
    public static EntryList Of(IEnumerable<byte[]> entries)
    {
        IReadOnlyCollection<byte[]> all = entries as IReadOnlyCollection<byte[]> ?? [.. entries];
        long bytes = 0;
        foreach (byte[] entry in all)
        {
            bytes += entry.Length <= RecordLog.MaxEntryBytes ? entry.Length : throw new ArgumentException($"An entry has {entry.Length} bytes.", nameof(entries));
        }

        var list = new EntryList(new NativeBuffer(bytes), new NativeBuffer(sizeof(ulong) * (long)all.Count), all.Count);
        long start = 0;
        int at = 0;
        foreach (byte[] entry in all)
        {
            entry.CopyTo(new Span<byte>(list._memory.Bytes + start, entry.Length));
            list._memory.Places[at++] = PlaceOf(start, entry.Length);
            start += entry.Length;
        }

        return list;
    }

    /// <summary>Ids of the runs that are opened among the entries, in their order.</summary>
    public ImmutableArray<Digest> RunsOpened()
    {
        ImmutableArray<Digest>.Builder runs = ImmutableArray.CreateBuilder<Digest>(1);
        int[]? turns = _turns; // an opening record goes on with nothing
        for (int i = 0; i < (turns?.Length ?? Count); i++)
        {
            ReadOnlySpan<byte> entry = this[turns?[i] ?? i];
            if (RecordPeek.IsOpening(entry))
            {
                runs.Add(Digest.Of(entry));
            }
        }

        return runs.ToImmutable();
    }

    /// <summary>Some of the entries, in the same memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not all there.</exception>
    public EntryList Slice(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        return count == Count ? this : new EntryList(_memory, _first + first, count);
    }

    /// <summary>The root of the RFC 9162 tree over all entries.</summary>
    /// <param name="pool">Hashes.</param>
    public Digest Root(WorkerPool pool) => EntryTree.RootOf(this, pool, out _turns);

    /// <summary>The entries by turns.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Gives the memory back, that of slices too.</summary>
    public void Dispose() => _memory.Dispose();

    /// <summary>Where an entry lies, in one number: its start from the memory's, and in the low 16 bits its length.</summary>
    internal static ulong PlaceOf(long start, int length) => ((ulong)start << 16) | (uint)length;

    /// <summary>The same as the indexer, of an entry that is there, for code that hashes.</summary>
    internal byte* MessageAt(int index, out int length)
    {
        ulong place = _memory.Places[_first + index];
        length = (ushort)place;
        return _memory.Bytes + (place >> 16);
    }

    /// <summary>What <see cref="EntryTurns"/> finds, as <see cref="Root"/> found it if that was asked for.</summary>
    internal int[] Turns() => _turns ??= EntryTurns.Among(this, 0, Count, new int[Count]);

    private static void ThrowNoSuchEntry(int index) => throw new ArgumentOutOfRangeException(nameof(index), index, "The list has no such entry.");

    /// <summary>Goes through a list's entries.</summary>
    public ref struct Enumerator
    {
        private readonly EntryList _list;
        private int _at;

        internal Enumerator(EntryList list) => (_list, _at) = (list, -1);

        /// <summary>The entry at hand.</summary>
        public readonly ReadOnlySpan<byte> Current => _list[_at];

        /// <summary>Goes to the next; false behind the last.</summary>
        public bool MoveNext() => ++_at < _list.Count;
    }

    private sealed class Memory(NativeBuffer bytes, NativeBuffer places, int count) : IDisposable
    {
        internal readonly byte* Bytes = bytes.Data;

        internal readonly ulong* Places = (ulong*)places.Data;

        internal int Count { get; private set; } = count;

        public void Dispose()
        {
            Count = 0;
            bytes.Dispose();
            places.Dispose();
        }
    }
}
