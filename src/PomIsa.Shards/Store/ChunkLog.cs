using FASTER.core;
using ChunkSession = FASTER.core.ClientSession<PomIsa.Digest, FASTER.core.SpanByte, FASTER.core.SpanByte, PomIsa.Shards.ChunkTarget, FASTER.core.Empty, PomIsa.Shards.ChunkFunctions>;

namespace PomIsa.Shards;

/// <summary>A store's chunks as FASTER keeps them: found by its index, read by way of its pages, written at its end.</summary>
/// <remarks>The callers see to it that one thread at a time uses it; sessions of their own may run side by side.</remarks>
internal sealed unsafe class ChunkLog : IDisposable
{
    internal const long PageLength = 8 * 1024 * 1024;
    internal const int SegmentBits = 30;

    // As many pages as FASTER wants at least do for reading: it takes all of them, and reads the log's end into them, when a store is opened.
    private const long MemoryLength = 4 * PageLength;
    private const long MemoryLengthToRead = 2 * PageLength;
    private const long IndexLength = 64 * 1024;

    private readonly StoreFolder _folder;
    private readonly WatchedDevice _device;
    private readonly FasterKVSettings<Digest, SpanByte> _settings;
    private readonly FasterKV<Digest, SpanByte> _log;
    private readonly ChunkSession _session;

    /// <summary>Opens the log as of its last commit.</summary>
    /// <exception cref="ShardStoreException">Its checkpoint is lost.</exception>
    internal ChunkLog(StoreFolder folder, bool isReadOnly)
    {
        _folder = folder;
        try
        {
            _device = new WatchedDevice(Devices.CreateLogDevice(folder.Log, preallocateFile: false, deleteOnClose: false), isReadOnly);
            _settings = new FasterKVSettings<Digest, SpanByte>
            {
                LogDevice = _device,
                IndexSize = IndexLength,
                PageSize = PageLength,
                MemorySize = isReadOnly ? MemoryLengthToRead : MemoryLength,
                SegmentSize = 1L << SegmentBits,
                MutableFraction = 0.5,
                EqualityComparer = new DigestComparer(),
                ValueLength = new ChunkLength(),
                CheckpointDir = folder.Checkpoints,
                CheckpointManager = isReadOnly ? CheckpointsToRead.Of(folder.Checkpoints) : null,
                RemoveOutdatedCheckpoints = true,
                TryRecoverLatest = false,
            };
            _log = new FasterKV<Digest, SpanByte>(_settings);
            Recover();
            _session = NewSession();
        }
        catch
        {
            _log?.Dispose();
            _settings?.Dispose();
            _device?.Dispose();
            throw;
        }
    }

    /// <summary>Whether a write has failed.</summary>
    internal bool HasFailed => _device.WriteError != 0;

    /// <summary>What another thread reads with.</summary>
    internal ChunkSession NewSession() => _log.For(new ChunkFunctions()).NewSession<ChunkFunctions>();

    /// <summary>Writes a chunk under its digest.</summary>
    internal void Put(Digest digest, ReadOnlySpan<byte> chunk)
    {
        fixed (byte* bytes = chunk)
        {
            var value = new SpanByte(chunk.Length, (IntPtr)bytes);
            Status status = _session.Upsert(ref digest, ref value);
            if (status.IsPending)
            {
                _session.CompletePending(wait: true);
            }
        }
    }

    /// <summary>Gives the disk all chunks.</summary>
    internal void Flush() => _log.Log.Flush(wait: true);

    /// <summary>Writes a checkpoint that speaks of all chunks; false where FASTER took none.</summary>
    internal bool TakeCheckpoint()
    {
        (bool taken, _) = _log.TakeFullCheckpointAsync(CheckpointType.FoldOver).AsTask().GetAwaiter().GetResult();
        return taken;
    }

    /// <summary>All chunks by digest, with their lengths.</summary>
    internal SortedDictionary<Digest, int> List()
    {
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

        return chunks;
    }

    /// <summary>Finds a record. Its length is -1 where it cannot be a chunk; it is copied only where it fits.</summary>
    internal bool Read(Digest digest, byte* destination, int capacity, out int length) => Read(_session, digest, destination, capacity, out length);

    /// <inheritdoc cref="Read(Digest, byte*, int, out int)"/>
    internal static bool Read(ChunkSession session, Digest digest, byte* destination, int capacity, out int length)
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
    internal bool ReadVerified(Digest digest, Span<byte> destination, out int length, out ShardFault fault) =>
        ReadVerified(_session, digest, destination, out length, out fault);

    /// <summary>Reads a chunk that must have exactly the destination's length, and hashes it.</summary>
    internal bool ReadExactly(Digest digest, Span<byte> destination, out ShardFault fault) => ReadExactly(_session, digest, destination, out fault);

    /// <inheritdoc cref="ReadExactly(Digest, Span{byte}, out ShardFault)"/>
    internal static bool ReadExactly(ChunkSession session, Digest digest, Span<byte> destination, out ShardFault fault)
    {
        if (!ReadVerified(session, digest, destination, out int length, out fault))
        {
            return false;
        }

        fault = length == destination.Length ? default : new ShardFault(ShardFaultCode.ChunkLength, digest.ToString());
        return length == destination.Length;
    }

    public void Dispose()
    {
        _session.Dispose();
        _log.Dispose();
        _settings.Dispose();
        _device.Dispose();
    }

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

    private void Recover()
    {
        bool committed = _folder.HasCommitted;
        try
        {
            _log.Recover(numPagesToPreload: 0, undoNextVersion: true);
        }
        catch (Exception e) when (!committed && e is FasterException or IOException)
        {
            // Nothing was ever committed: the store begins empty, over whatever a first import left behind.
        }
        catch (Exception e) when (e is FasterException or IOException or FormatException or ArgumentException or OverflowException or IndexOutOfRangeException or NullReferenceException)
        {
            // FASTER parses its own checkpoint files and fails in many ways on damaged ones.
            throw new ShardStoreException($"The weight store in {_folder.Path} has lost its checkpoint. Delete that folder and import the weights again.", e);
        }
    }
}
