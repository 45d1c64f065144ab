using System.Buffers.Binary;
using FASTER.core;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Log;

/// <summary>An append-only log of entries in a folder, the leaves of an RFC 9162 tree; over FasterLog.</summary>
/// <remarks>
/// What <see cref="CommitAndWait"/> returned for survives a kill at any instant; of what was appended after it,
/// recovery keeps what a later commit covered and cuts the rest. For one thread at a time, except that commits complete on others.
/// </remarks>
public sealed class RecordLog : IDisposable
{
    /// <summary>Longest entry, in bytes.</summary>
    public const int MaxEntryBytes = Record.MaxEntryBytes;

    private const int MemoryBits = 22; // 4 MiB

    // Entries go to the file in batches of this many bytes, and no more: a batch that no longer fits into a page leaves its end empty.
    private const int BatchBytes = 3 << 10;

    private const int MillisecondsBetweenCommits = 50;

    /// <summary>Entries for which there is room before they are read, whatever a commit file says.</summary>
    private const int MostForeseen = 1 << 20;

    private readonly LogFiles _files;
    private readonly LogDevice _device;
    private readonly CommitSlots _slots;
    private readonly FasterLog _log;
    private readonly TreeFrontier _tree = new();
    private readonly EntryBatch _waiting = new();
    private readonly Dictionary<Digest, ulong> _openings = [];
    private readonly CommitProgress _progress;
    private bool _disposed;

    private RecordLog(LogFiles files, CommitSlots.FoundSlot from, int millisecondsBetweenCommits, Func<long> clock, List<byte[]>? recovered)
    {
        _files = files;
        _progress = new CommitProgress(files, millisecondsBetweenCommits, clock);
        _device = new LogDevice(files);
        _slots = new CommitSlots(files, _device, from);
        try
        {
            _log = new FasterLog(new FasterLogSettings
            {
                LogDevice = _device,
                LogCommitManager = _slots,
                LogChecksum = LogChecksumType.PerEntry,
                PageSizeBits = RecordPage.Bits,
                MemorySizeBits = MemoryBits,
                SegmentSizeBits = LogPages.SegmentBits,
                TryRecoverLatest = false,
            });
            Recover(from.Slot.Number > 0, recovered);
            if (!files.IsToRead)
            {
                _slots.Settle();
            }
        }
        catch
        {
            _log?.Dispose(); // its buffers, and the files that the device has open
            _device.Dispose();
            _slots.Dispose();
            throw;
        }
    }

    /// <summary>The log's folder.</summary>
    public string Folder => _files.Folder;

    /// <summary>Entries appended, committed or not.</summary>
    public ulong Size => _tree.Size + (ulong)_waiting.Count;

    /// <summary>The RFC 9162 root over all entries appended.</summary>
    public Digest Root
    {
        get
        {
            Drain();
            return _tree.Root;
        }
    }

    /// <summary>Entries that were in the log when it was opened.</summary>
    public ulong RecoveredSize { get; private set; }

    /// <summary>Entries that are durable.</summary>
    public ulong CommittedSize => _progress.Committed;

    /// <summary>Opens the log in a folder, made if it is missing; recovers what was committed and cuts what was not.</summary>
    /// <exception cref="LogException">The folder can't be used, is in use, or doesn't hold what was committed.</exception>
    public static RecordLog Open(string folder) => Open(folder, MillisecondsBetweenCommits);

    /// <summary>The same with another interval between the commits that nobody waits for, and another clock.</summary>
    internal static RecordLog Open(string folder, int millisecondsBetweenCommits, Func<long>? clock = null) =>
        Open(LogFiles.Open(folder), millisecondsBetweenCommits, clock);

    /// <summary>Opens a log to read it, also where nothing can be written, such as on a read-only disk.</summary>
    /// <exception cref="LogException">The folder can't be read, is in use, or doesn't hold what was committed.</exception>
    public static RecordLog OpenToRead(string folder) => Open(LogFiles.OpenToRead(folder), MillisecondsBetweenCommits, null);

    /// <summary>All entries of a folder's log: opening it reads each of them, and once is enough.</summary>
    /// <param name="folder">As for <see cref="OpenToRead"/>.</param>
    /// <param name="pool">Threads to use.</param>
    /// <param name="root">The RFC 9162 root over them.</param>
    /// <returns>The entries, which the caller disposes of.</returns>
    /// <exception cref="LogException">As for <see cref="OpenToRead"/>.</exception>
    public static EntryList ReadFolder(string folder, WorkerPool pool, out Digest root)
    {
        using LogFiles files = LogFiles.OpenToRead(folder);
        if (LogPages.TryRead(files, CommitSlots.Read(files)[0].Slot, pool, out EntryList? sound, out root))
        {
            return sound;
        }

        var entries = new List<byte[]>();
        using RecordLog log = Open(files, MillisecondsBetweenCommits, null, entries);
        root = log.Root;
        return EntryList.Of(entries);
    }

    private static RecordLog Open(LogFiles files, int millisecondsBetweenCommits, Func<long>? clock, List<byte[]>? recovered = null)
    {
        try
        {
            IReadOnlyList<CommitSlots.FoundSlot> commits = CommitSlots.Read(files);
            try
            {
                return From(commits[0]);
            }
            catch (LogException e) when (e.Fault.Code == LogFaultCode.Corrupted && commits.Count > 1)
            {
                recovered?.Clear();
                return From(commits[1]); // the newest commit had not come to its end
            }
        }
        catch
        {
            files.Dispose();
            throw;
        }

        RecordLog From(CommitSlots.FoundSlot commit) => new(files, commit, millisecondsBetweenCommits, clock ?? (static () => Environment.TickCount64), recovered);
    }

    /// <summary>Appends an entry; it is durable after a commit.</summary>
    /// <returns>Its index.</returns>
    /// <exception cref="ArgumentException">The entry is empty or too long.</exception>
    /// <exception cref="LogException">The log can't be written.</exception>
    public ulong Append(ReadOnlySpan<byte> entry)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (entry.Length is 0 or > MaxEntryBytes)
        {
            throw new ArgumentException($"An entry has 1 to {MaxEntryBytes} bytes, not {entry.Length}.", nameof(entry));
        }

        _files.ThrowIfReadOnly();
        if (_waiting.IsFull)
        {
            Drain();
        }

        Enter(entry);
        return Size - 1;
    }

    /// <summary>Appends entries that lie one after the other.</summary>
    /// <returns>The index of the first.</returns>
    /// <exception cref="ArgumentException">An entry is empty or too long, or they are not as long together as <paramref name="entries"/>.</exception>
    /// <exception cref="LogException">The log can't be written.</exception>
    public ulong Append(ReadOnlySpan<byte> entries, ReadOnlySpan<int> lengths)
    {
        long sum = 0;
        foreach (int length in lengths)
        {
            sum += length is > 0 and <= MaxEntryBytes ? length : throw new ArgumentException($"An entry has 1 to {MaxEntryBytes} bytes, not {length}.", nameof(lengths));
        }

        if (sum != entries.Length)
        {
            throw new ArgumentException($"The entries have {entries.Length} bytes, their lengths say {sum}.", nameof(lengths));
        }

        ulong first = Size;
        foreach (int length in lengths)
        {
            Append(entries[..length]);
            entries = entries[length..];
        }

        return first;
    }

    /// <summary>Starts to make what was appended durable, and returns at once.</summary>
    /// <remarks>While one commit is under way, or 50 ms after one began, this does nothing: a later commit takes all with it.</remarks>
    /// <exception cref="LogException">The log can't be written.</exception>
    public void Commit() => Request(atOnce: false);

    /// <summary>Makes everything appended so far durable (fsync) before it returns.</summary>
    /// <exception cref="LogException">The log can't be written; what was committed before is safe.</exception>
    public void CommitAndWait()
    {
        Request(atOnce: true);
        _device.FlushBeside();
        _progress.Await(Size);
    }

    /// <summary>The committed entries in order, from index <paramref name="from"/>.</summary>
    /// <exception cref="LogException">The files can't be read or were changed.</exception>
    public IEnumerable<byte[]> ReadAll(ulong from = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ulong until = CommittedSize;
        return Read(from, until);
    }

    /// <summary>Index of a run's first opening record; <see cref="Size"/> where the log has none.</summary>
    internal ulong FindOpening(Digest run) => _openings.TryGetValue(run, out ulong index) ? index : Size;

    /// <summary>Closes the log; what was not committed is lost.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _log.Dispose();
        _device.Dispose();
        _slots.Dispose();
        _files.Dispose();
    }

    private IEnumerable<byte[]> Read(ulong from, ulong until)
    {
        using FasterLogScanIterator scan = _log.Scan(_log.BeginAddress, _log.CommittedUntilAddress);
        for (ulong index = 0; index < until; index++)
        {
            byte[] entry = Next(scan, index);
            if (index >= from)
            {
                yield return entry;
            }
        }
    }

    private byte[] Next(FasterLogScanIterator scan, ulong index)
    {
        try
        {
            return scan.GetNext(out byte[] entry, out int length, out _) && entry.Length == length
                ? entry
                : throw _files.Corrupted($"entry {index} is missing");
        }
        catch (FasterException e)
        {
            throw _files.Corrupted($"entry {index} fails its checksum", e);
        }
    }

    private void Recover(bool committed, List<byte[]>? recovered)
    {
        try
        {
            _log.Recover();
        }
        catch (FasterException e)
        {
            throw _files.Corrupted(e.Message, e);
        }

        ulong size = 0;
        Digest root = Merkle.EmptyRoot;
        if (_log.RecoveredCookie is { Length: LoggedCommit.CookieBytes } cookie)
        {
            size = BinaryPrimitives.ReadUInt64LittleEndian(cookie);
            root = new Digest(cookie.AsSpan(8));
        }
        else if (committed)
        {
            throw _files.Corrupted("the commit file can't be understood");
        }

        recovered?.EnsureCapacity((int)Math.Min(size, MostForeseen)); // a list that grows leaves large objects behind, for which the collector goes through all entries
        foreach (byte[] entry in Read(0, size))
        {
            if (_waiting.IsFull)
            {
                _waiting.MoveTo(_tree);
            }

            Enter(entry);
            recovered?.Add(entry);
        }

        _waiting.MoveTo(_tree);
        if (_tree.Root != root)
        {
            throw _files.Corrupted($"the {size} recovered entries don't have the root that was committed");
        }

        RecoveredSize = size;
        _progress.Begin(size);
    }

    // Openings are kept by run as they pass, so that to begin a run takes no scan of the log.
    private void Enter(ReadOnlySpan<byte> entry)
    {
        if (RecordPeek.IsOpening(entry))
        {
            _openings.TryAdd(Digest.Of(entry), Size);
        }

        _waiting.Add(entry);
    }

    // Hands what waits to FASTER and to the tree, and lets a pool's thread take part in a loop meanwhile. After a fault both stay as they are: nothing is committed any more.
    private void Drain()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        _files.ThrowIfFailed();
        try
        {
            while (_waiting.Next(BatchBytes) is { } batch)
            {
                WorkerPool.GiveWay();
                while (!_log.TryEnqueue(batch, out _))
                {
                    _files.ThrowIfFailed();
                    Thread.Yield();
                }
            }
        }
        catch (Exception e) when (e is FasterException or IOException or UnauthorizedAccessException)
        {
            _files.Fail(e);
            _files.ThrowIfFailed();
        }

        _waiting.MoveTo(_tree, WorkerPool.GiveWay);
    }

    private void Request(bool atOnce)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _files.ThrowIfFailed();
        ulong size = Size;
        if (!_progress.TryRequest(size, atOnce))
        {
            return;
        }

        var cookie = new byte[LoggedCommit.CookieBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(cookie, size);
        Root.CopyTo(cookie.AsSpan(8));
        try
        {
            // The action runs on FASTER's thread, after the commit's metadata was written, or refused: then the fault stands already.
            _log.CommitStrongly(out _, out _, false, cookie, -1, () => _progress.Land(size));
        }
        catch (Exception e) when (e is FasterException or IOException or UnauthorizedAccessException)
        {
            _files.Fail(e);
            _files.ThrowIfFailed();
        }
    }
}
