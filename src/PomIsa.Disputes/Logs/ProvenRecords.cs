using PomIsa.Disputes.Values;
using PomIsa.Evidence.Records;

namespace PomIsa.Disputes.Logs;

/// <summary>Some entries of a log, ascending, of which it is known that they are in it.</summary>
public sealed class ProvenRecords : IProvenEntries
{
    private readonly ulong[] _indices;
    private readonly byte[][] _entries;
    private readonly Record?[] _records;
    private IReadOnlyDictionary<ulong, long[]>? _opened;
    private IReadOnlyDictionary<ulong, Digest>? _responses;

    /// <param name="entries">Strictly ascending by index.</param>
    /// <exception cref="ArgumentException">They don't ascend.</exception>
    public ProvenRecords(IReadOnlyList<(ulong Index, byte[] Entry)> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        _indices = [.. entries.Select(static e => e.Index)];
        _entries = [.. entries.Select(static e => e.Entry)];
        _records = [.. _entries.Select(static e => Record.TryDecode(e, out Record record, out _) ? record : null)];
        for (int i = 1; i < _indices.Length; i++)
        {
            if (_indices[i] <= _indices[i - 1])
            {
                throw new ArgumentException("Indices ascend strictly.", nameof(entries));
            }
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _indices.Length;

    /// <summary>Index in the log of entry <paramref name="place"/> of these.</summary>
    public ulong IndexAt(int place) => _indices[place];

    /// <summary>The bytes of entry <paramref name="place"/> of these.</summary>
    public ReadOnlySpan<byte> EntryAt(int place) => _entries[place];

    /// <summary>The record at a place, or null where the entry is none.</summary>
    public Record? RecordAt(int place) => _records[place];

    /// <summary>The scalars that a retire's record at a place holds, or that were opened of it; none where they are hidden.</summary>
    public ReadOnlySpan<long> ScalarsAt(int place) => _records[place] switch
    {
        Retire { SaltsScalars: true } => _opened?.GetValueOrDefault(_indices[place]),
        Retire retire => retire.Scalars.AsSpan(),
        _ => [],
    };

    /// <summary>The digest of the response that a closing record at a place binds, or that was opened of it; null where it is hidden.</summary>
    public Digest? ResponseAt(int place) => _records[place] switch
    {
        RunClose { IsPrivate: true } => _responses?.TryGetValue(_indices[place], out Digest opened) == true ? opened : null,
        RunClose close => close.Response,
        _ => null,
    };

    /// <summary>The first place whose index is not below <paramref name="index"/>; <see cref="Count"/> if there is none.</summary>
    public int PlaceFrom(ulong index)
    {
        int place = Array.BinarySearch(_indices, index);
        return place < 0 ? ~place : place;
    }

    /// <summary>An entry by its index in the log.</summary>
    public bool TryEntry(ulong index, out ReadOnlySpan<byte> entry)
    {
        int place = PlaceFrom(index);
        bool shown = place < Count && _indices[place] == index;
        entry = shown ? _entries[place] : [];
        return shown;
    }

    /// <inheritdoc/>
    bool IProvenEntries.TryEntry(ulong index, out ReadOnlyMemory<byte> entry)
    {
        int place = PlaceFrom(index);
        bool shown = place < Count && _indices[place] == index;
        entry = shown ? _entries[place] : default;
        return shown;
    }

    /// <summary>A sound record by its index in the log.</summary>
    public bool TryRecord(ulong index, out Record record)
    {
        int place = PlaceFrom(index);
        record = place < Count && _indices[place] == index ? _records[place]! : null!;
        return record is not null;
    }

    /// <summary>The same with one more entry; an index that is there stays as it is.</summary>
    public ProvenRecords With(IEnumerable<(ulong Index, byte[] Entry)> more)
    {
        var all = new SortedDictionary<ulong, byte[]>();
        for (int i = 0; i < Count; i++)
        {
            all[_indices[i]] = _entries[i];
        }

        foreach ((ulong index, byte[] entry) in more)
        {
            all.TryAdd(index, entry);
        }

        return new ProvenRecords([.. all.Select(static e => (e.Key, e.Value))]) { _opened = _opened, _responses = _responses };
    }

    /// <summary>The same where scalars of records under salt are known, by the index of the record, and responses that closing records bind.</summary>
    public ProvenRecords WithScalars(IReadOnlyDictionary<ulong, long[]> opened, IReadOnlyDictionary<ulong, Digest>? responses = null) =>
        new([.. _indices.Zip(_entries)]) { _opened = opened, _responses = responses };
}
