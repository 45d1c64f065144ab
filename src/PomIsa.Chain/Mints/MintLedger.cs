using PomIsa.Evidence.Trees;

namespace PomIsa.Chain.Mints;

/// <summary>One record of a run, as it is minted.</summary>
/// <param name="Sequence">The record's number in its run, from 0 without gaps.</param>
/// <param name="Id">The mint's id: the RFC 9162 leaf hash of the record.</param>
public readonly record struct MintEntry(ulong Sequence, Digest Id)
{
    /// <summary>The mint of a record given by its bytes.</summary>
    public static MintEntry Of(ulong sequence, ReadOnlySpan<byte> record) => new(sequence, Merkle.LeafHash(record));
}

/// <summary>Why a mint was refused. Numbers are stable and listed in spec/chain.md, chapter 7.</summary>
public enum MintFaultCode : byte
{
    None = 0,

    /// <summary>This (run, sequence) was minted before.</summary>
    AlreadyMinted = 1,

    /// <summary>The run has not come to this sequence yet: a record is missing.</summary>
    SequenceGap = 2,

    /// <summary>Another sequence of this run minted the same record.</summary>
    RecordAlreadyMinted = 3,

    /// <summary>The run ended; nothing more is minted for it.</summary>
    RunSealed = 4,
}

/// <summary>Why a mint was refused, and which.</summary>
/// <param name="Expected">The only sequence that the run could mint next.</param>
public readonly record struct MintFault(MintFaultCode Code, Digest Run, ulong Sequence, ulong Expected);

/// <summary>One record, one mint: refuses whatever was minted before, and keeps the tree of all mints.</summary>
/// <remarks>
/// A run's records are numbered without gaps, so one number per run says which (run, sequence) are minted. Ids are kept
/// while a run is open; a sealed run costs 40 bytes. Spec: spec/chain.md, chapter 7.
/// </remarks>
public sealed class MintLedger
{
    private readonly Dictionary<Digest, Book> _runs = [];
    private readonly TreeFrontier _all = new();
    private TreeFrontier _block = new();

    /// <summary>Mints since the chain began.</summary>
    public ulong Count => _all.Size;

    /// <summary>RFC 9162 root over all mint ids in the order of minting.</summary>
    public Digest Root => _all.Root;

    /// <summary>RFC 9162 root over the ids minted since the last block.</summary>
    public Digest BlockRoot => _block.Root;

    /// <summary>The next sequence of <paramref name="run"/>, which is also the number of its mints.</summary>
    public ulong Next(Digest run) => _runs.TryGetValue(run, out Book? book) ? book.Next : 0;

    /// <summary>Whether <paramref name="run"/> has ended.</summary>
    public bool IsSealed(Digest run) => _runs.TryGetValue(run, out Book? book) && book.Open is null;

    /// <summary>Mints all of <paramref name="entries"/> in order, or none of them.</summary>
    public bool TryMint(Digest run, ReadOnlySpan<MintEntry> entries, out MintFault fault)
    {
        fault = default;
        if (entries.IsEmpty)
        {
            return true;
        }

        Book book = _runs.TryGetValue(run, out Book? known) ? known : new Book();
        int taken = 0;
        MintFaultCode code = MintFaultCode.None;
        for (; taken < entries.Length; taken++)
        {
            code = Check(book, entries[taken], (ulong)taken);
            if (code != MintFaultCode.None)
            {
                break;
            }
        }

        if (code != MintFaultCode.None)
        {
            fault = new MintFault(code, run, entries[taken].Sequence, checked(book.Next + (ulong)taken));
            foreach (MintEntry entry in entries[..taken])
            {
                book.Open!.Remove(entry.Id);
            }

            return false;
        }

        _runs[run] = book;
        book.Next = checked(book.Next + (ulong)taken);
        foreach (MintEntry entry in entries)
        {
            _all.Append(entry.Id);
            _block.Append(entry.Id);
        }

        return true;
    }

    /// <summary>Ends <paramref name="run"/>.</summary>
    internal void Seal(Digest run)
    {
        if (_runs.TryGetValue(run, out Book? book))
        {
            book.Open = null;
        }
    }

    internal void BeginBlock() => _block = new TreeFrontier();

    // Adds the id to the open book when it finds no fault.
    private static MintFaultCode Check(Book book, MintEntry entry, ulong ahead)
    {
        ulong next = checked(book.Next + ahead);
        return entry.Sequence < next ? MintFaultCode.AlreadyMinted
            : book.Open is null ? MintFaultCode.RunSealed
            : entry.Sequence > next ? MintFaultCode.SequenceGap
            : book.Open.Add(entry.Id) ? MintFaultCode.None
            : MintFaultCode.RecordAlreadyMinted;
    }

    private sealed class Book
    {
        public ulong Next { get; set; }

        /// <summary>The ids minted so far; null once the run is sealed.</summary>
        public HashSet<Digest>? Open { get; set; } = [];
    }
}
