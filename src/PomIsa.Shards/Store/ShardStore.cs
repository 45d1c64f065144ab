using System.Collections.Immutable;
using FASTER.core;
using ChunkSession = FASTER.core.ClientSession<PomIsa.Digest, FASTER.core.SpanByte, FASTER.core.SpanByte, PomIsa.Shards.ChunkTarget, FASTER.core.Empty, PomIsa.Shards.ChunkFunctions>;

namespace PomIsa.Shards;

/// <summary>A chunk in the store: its digest and its length in bytes.</summary>
public readonly record struct StoredChunk(Digest Digest, int Length);

/// <summary>Chunks by their SHA-256, in a FasterKV log in one folder: written once, verified on every load.</summary>
/// <remarks>
/// Chunks put since the last <see cref="Commit"/> are lost when the process ends; everything committed survives
/// <c>kill -9</c>. One process at a time may hold a folder to write, or any number to read it; within a process any thread may call, one at a time gets through.
/// </remarks>
public sealed unsafe partial class ShardStore : IDisposable
{
    /// <summary>Longest chunk, in bytes.</summary>
    public const int MaxChunkLength = 4 * 1024 * 1024;

    internal const long PageLength = 8 * 1024 * 1024;

    // As many pages as FASTER wants at least do for reading: it takes all of them, and reads the log's end into them, when a store is opened.
    private const long MemoryLength = 4 * PageLength;
    private const long MemoryLengthToRead = 2 * PageLength;
    private const long SegmentLength = 1L << 30;
    private const long IndexLength = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly FileStream? _lock;
    private readonly bool _isReadOnly;
    private readonly WatchedDevice _device;
    private readonly FasterKVSettings<Digest, SpanByte> _settings;
    private readonly FasterKV<Digest, SpanByte> _log;
    private readonly ChunkSession _session;
    private bool _dirty;
    private bool _disposed;

    /// <summary>Folder of the store.</summary>
    public string Folder { get; }

    /// <summary>Opens the folder's store as of its last commit, or makes an empty one.</summary>
    /// <exception cref="ShardStoreException">The folder is in use, cannot be written, or its checkpoint is lost.</exception>
    public static ShardStore Open(string folder) => Open(folder, isReadOnly: false);

    /// <summary>Opens a store as of its last commit for somebody who puts nothing in, beside others who do so: in a hurry, with less memory. Nothing in the folder is changed, which may be one that can't be.</summary>
    /// <exception cref="ShardStoreException">There is no such folder, somebody writes to it, or its checkpoint is lost.</exception>
    public static ShardStore OpenToRead(string folder) => Open(folder, isReadOnly: true);

    private static ShardStore Open(string folder, bool isReadOnly)
    {
        try
        {
            return new ShardStore(Path.GetFullPath(folder), isReadOnly);
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("open the weight store in", folder, e);
        }
    }

    private ShardStore(string folder, bool isReadOnly)
    {
        (Folder, _isReadOnly) = (folder, isReadOnly);
        string checkpoints = Path.Combine(folder, "checkpoints");
        if (isReadOnly)
        {
            _lock = TakeSharedLock(LockPath);
        }
        else
        {
            Directory.CreateDirectory(folder);
            Directory.CreateDirectory(ManifestFolder);
            _lock = TakeLock(LockPath);
        }

        try
        {
            _device = new WatchedDevice(Devices.CreateLogDevice(Path.Combine(folder, "chunks.log"), preallocateFile: false, deleteOnClose: false), isReadOnly);
            _settings = new FasterKVSettings<Digest, SpanByte>
            {
                LogDevice = _device,
                IndexSize = IndexLength,
                PageSize = PageLength,
                MemorySize = isReadOnly ? MemoryLengthToRead : MemoryLength,
                SegmentSize = SegmentLength,
                MutableFraction = 0.5,
                EqualityComparer = new DigestComparer(),
                ValueLength = new ChunkLength(),
                CheckpointDir = checkpoints,
                CheckpointManager = isReadOnly ? CheckpointsToRead.Of(checkpoints) : null,
                RemoveOutdatedCheckpoints = true,
                TryRecoverLatest = false,
            };
            _log = new FasterKV<Digest, SpanByte>(_settings);
            Recover();
            _session = _log.For(new ChunkFunctions()).NewSession<ChunkFunctions>();
        }
        catch
        {
            _log?.Dispose();
            _settings?.Dispose();
            _device?.Dispose();
            _lock?.Dispose();
            throw;
        }
    }

    /// <summary>Stores a chunk under its digest. A chunk that is there already, intact, is left alone.</summary>
    /// <returns>True where the chunk was written, false where it was there.</returns>
    /// <exception cref="ArgumentException">Longer than <see cref="MaxChunkLength"/>.</exception>
    /// <exception cref="InvalidOperationException">The store was opened to read.</exception>
    /// <exception cref="ShardStoreException">The disk is full or failed.</exception>
    public bool Put(ReadOnlySpan<byte> chunk, out Digest digest)
    {
        if (chunk.Length > MaxChunkLength)
        {
            throw new ArgumentException($"A chunk has at most {MaxChunkLength} bytes, not {chunk.Length}.", nameof(chunk));
        }

        digest = Digest.Of(chunk);
        lock (_gate)
        {
            CheckUsable();
            CheckWritable();
            if (IsIntact(digest, chunk.Length))
            {
                return false;
            }

            CheckSpace(chunk.Length);
            fixed (byte* bytes = chunk)
            {
                Digest key = digest;
                var value = new SpanByte(chunk.Length, (IntPtr)bytes);
                Status status = _session.Upsert(ref key, ref value);
                if (status.IsPending)
                {
                    _session.CompletePending(wait: true);
                }
            }

            _dirty = true;
            CheckUsable();
            return true;
        }
    }

    /// <summary>Makes everything put so far durable.</summary>
    /// <exception cref="ShardStoreException">The disk is full or failed; the last commit stands.</exception>
    public void Commit()
    {
        lock (_gate)
        {
            CheckUsable();
            if (!_dirty)
            {
                return;
            }

            CheckSpace(0);

            // First the chunks, and only once the disk has taken them all the checkpoint that speaks of them.
            _log.Log.Flush(wait: true);
            CheckUsable();
            try
            {
                (bool taken, _) = _log.TakeFullCheckpointAsync(CheckpointType.FoldOver).AsTask().GetAwaiter().GetResult();
                CheckUsable();
                if (!taken)
                {
                    throw new ShardStoreException($"The weight store in {Folder} could not write its checkpoint.");
                }

                StoredFile.Write(Marker, "pomisa shards 1\n"u8);
                _dirty = false;
            }
            catch (Exception e) when (ShardStoreException.IsStorage(e) || e is FasterException)
            {
                throw ShardStoreException.From("write the checkpoint of", Folder, e);
            }
        }
    }

    /// <summary>True where the store has a chunk of that digest, whole or not.</summary>
    public bool Contains(Digest digest)
    {
        lock (_gate)
        {
            CheckUsable();
            return Read(digest, null, 0, out _);
        }
    }

    /// <summary>Copies a chunk to the start of <paramref name="destination"/> after checking it against its digest.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the chunk.</exception>
    public bool TryGet(Digest digest, Span<byte> destination, out int length, out ShardFault fault)
    {
        lock (_gate)
        {
            CheckUsable();
            bool found = ReadVerified(digest, destination, out length, out fault);
            return length <= destination.Length
                ? found
                : throw new ArgumentException($"The chunk has {length} bytes, the destination {destination.Length}.", nameof(destination));
        }
    }

    /// <summary>The chunk in a new array, checked against its digest.</summary>
    public bool TryGet(Digest digest, out byte[] chunk, out ShardFault fault)
    {
        chunk = [];
        lock (_gate)
        {
            CheckUsable();
            if (!ReadVerified(digest, [], out int length, out fault))
            {
                return false;
            }

            var bytes = new byte[length];
            if (!ReadVerified(digest, bytes, out _, out fault))
            {
                return false;
            }

            chunk = bytes;
            return true;
        }
    }

    /// <summary>Fills <paramref name="destination"/> with a chunk that must have exactly its length.</summary>
    internal bool TryGetExactly(Digest digest, Span<byte> destination, out ShardFault fault)
    {
        lock (_gate)
        {
            CheckUsable();
            return ReadExactly(_session, digest, destination, out fault);
        }
    }

    /// <summary>All chunks, by digest. Reads the whole log; the values are not verified.</summary>
    public ImmutableArray<StoredChunk> List()
    {
        lock (_gate)
        {
            CheckUsable();
            var chunks = new SortedDictionary<Digest, int>();
            using IFasterScanIterator<Digest, SpanByte> records = _log.Log.Scan(_log.Log.BeginAddress, _log.Log.TailAddress);
            while (records.GetNext(out _))
            {
                // A later record of the same digest replaces an earlier one that was damaged; a length beyond all bounds is no chunk's.
                int length = records.GetValue().Length;
                if (ChunkLength.IsPossible(length))
                {
                    chunks[records.GetKey()] = length;
                }
            }

            return [.. chunks.Select(static c => new StoredChunk(c.Key, c.Value))];
        }
    }

    /// <summary>Closes the store. What was put since the last commit is dropped.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _session.Dispose();
            _log.Dispose();
            _settings.Dispose();
            _device.Dispose();
            _lock?.Dispose();
        }
    }

    /// <summary>Finds a record. Its length is -1 where it cannot be a chunk; it is copied only where it fits.</summary>
    private bool Read(Digest digest, byte* destination, int capacity, out int length) =>
        Read(_session, digest, destination, capacity, out length);

    private static bool Read(ChunkSession session, Digest digest, byte* destination, int capacity, out int length)
    {
        var target = new ChunkTarget { Destination = destination, Capacity = capacity, Length = -1 };
        SpanByte input = default;
        Status status = session.Read(ref digest, ref input, ref target);
        if (status.IsPending)
        {
            session.CompletePendingWithOutputs(out CompletedOutputIterator<Digest, SpanByte, SpanByte, ChunkTarget, Empty> outputs, wait: true);
            using (outputs)
            {
                while (outputs.Next())
                {
                    status = outputs.Current.Status;
                    target = outputs.Current.Output;
                }
            }
        }

        length = target.Length;
        return status.Found;
    }

    /// <summary>Reads a chunk and hashes it. Where it is longer than the destination, only its length is true.</summary>
    private bool ReadVerified(Digest digest, Span<byte> destination, out int length, out ShardFault fault) =>
        ReadVerified(_session, digest, destination, out length, out fault);

    private static bool ReadVerified(ChunkSession session, Digest digest, Span<byte> destination, out int length, out ShardFault fault)
    {
        fault = default;
        fixed (byte* bytes = destination)
        {
            if (!Read(session, digest, bytes, destination.Length, out length))
            {
                length = 0;
                fault = new ShardFault(ShardFaultCode.ChunkMissing, digest.ToString());
                return false;
            }
        }

        if (length > destination.Length || (length >= 0 && Digest.Of(destination[..length]) == digest))
        {
            return true;
        }

        destination.Clear(); // nobody is to use bytes that failed
        length = 0;
        fault = new ShardFault(ShardFaultCode.ChunkCorrupt, digest.ToString());
        return false;
    }

    private bool IsIntact(Digest digest, int length) =>
        Read(digest, null, 0, out int stored) && stored == length
        && ReadVerified(digest, new byte[length], out _, out _);
}
