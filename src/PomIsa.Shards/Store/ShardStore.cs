using System.Collections.Immutable;
using FASTER.core;
using PomIsa.Kernels;

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

    private const int MostLoaders = 8;

    private readonly Lock _gate = new();
    private readonly StoreFolder _folder;
    private readonly FileStream? _lock;
    private readonly bool _isReadOnly;
    private readonly CommittedLog? _committed;
    private readonly Lock _opening = new();
    private ChunkLog? _log;
    private bool _dirty;
    private bool _disposed;

    /// <summary>Folder of the store.</summary>
    public string Folder => _folder.Path;

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
            return new ShardStore(new StoreFolder(Path.GetFullPath(folder)), isReadOnly);
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("open the weight store in", folder, e);
        }
    }

    private ShardStore(StoreFolder folder, bool isReadOnly)
    {
        (_folder, _isReadOnly) = (folder, isReadOnly);
        if (isReadOnly)
        {
            _lock = TakeSharedLock(folder.Lock);
        }
        else
        {
            Directory.CreateDirectory(folder.Path);
            Directory.CreateDirectory(folder.Manifests);
            _lock = TakeLock(folder.Lock);
        }

        try
        {
            _committed = isReadOnly ? CommittedLog.TryOpen(folder) : null;
            _ = _committed is null ? Log : null;
        }
        catch
        {
            _lock?.Dispose();
            throw;
        }
    }

    /// <summary>Whether all that was asked for so far was found in the files, so that FASTER was never opened.</summary>
    internal bool ReadsFilesAlone => _log is null;

    /// <summary>FASTER's log: opened when it is needed, where the files alone may do.</summary>
    private ChunkLog Log
    {
        get
        {
            lock (_opening)
            {
                try
                {
                    return _log ??= new ChunkLog(_folder, _isReadOnly);
                }
                catch (Exception e) when (ShardStoreException.IsStorage(e))
                {
                    throw ShardStoreException.From("open the weight store in", Folder, e);
                }
            }
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
            Log.Put(digest, chunk);
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
            Log.Flush();
            CheckUsable();
            try
            {
                bool taken = Log.TakeCheckpoint();
                CheckUsable();
                if (!taken)
                {
                    throw new ShardStoreException($"The weight store in {Folder} could not write its checkpoint.");
                }

                StoredFile.Write(_folder.Marker, "pomisa shards 1\n"u8);
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
            return Log.Read(digest, null, 0, out _);
        }
    }

    /// <summary>Copies a chunk to the start of <paramref name="destination"/> after checking it against its digest.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the chunk.</exception>
    public bool TryGet(Digest digest, Span<byte> destination, out int length, out ShardFault fault)
    {
        lock (_gate)
        {
            CheckUsable();
            bool found = Log.ReadVerified(digest, destination, out length, out fault);
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
            if (TryReadCommitted(digest, out chunk))
            {
                fault = default;
                return true;
            }

            if (!Log.ReadVerified(digest, [], out int length, out fault))
            {
                return false;
            }

            var bytes = new byte[length];
            if (!Log.ReadVerified(digest, bytes, out _, out fault))
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
            return Log.ReadExactly(digest, destination, out fault);
        }
    }

    /// <summary>All chunks, by digest. Reads the whole log; the values are not verified.</summary>
    public ImmutableArray<StoredChunk> List()
    {
        lock (_gate)
        {
            CheckUsable();
            return [.. Log.List().Select(static c => new StoredChunk(c.Key, c.Value))];
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
            _committed?.Dispose();
            _log?.Dispose();
            _lock?.Dispose();
        }
    }

    /// <summary>Fills the places of all chunks, each checked against its digest; the first in order that is missing or wrong is named.</summary>
    /// <param name="loaded">Told the bytes of each chunk that is there, on any thread.</param>
    /// <param name="room">Set when the caller has nothing to do but wait; until then it has one processor for itself. Null: it waits from the start.</param>
    internal bool TryGetAll(ChunkPlace[] chunks, Action<long>? loaded, out int failed, out ShardFault fault, ManualResetEventSlim? room = null)
    {
        lock (_gate)
        {
            CheckUsable();
            var addresses = new ChunkAddress[chunks.Length];
            for (int i = 0; i < chunks.Length; i++)
            {
                addresses[i] = _committed is not null && _committed.TryFind(chunks[i].Resource.Digest, out ChunkAddress found) ? found : new ChunkAddress(0, -1);
            }

            var work = new ChunkLoading(chunks, addresses, _committed, () => Log.NewSession(), loaded);
            int loaders = Math.Clamp(Math.Min(Environment.ProcessorCount, chunks.Length), 1, MostLoaders);
            ThreadTeam.Run(loaders, work.Run, loaders == Environment.ProcessorCount ? room : null);
            (failed, fault) = (work.Failed, work.Fault);
            return failed == chunks.Length;
        }
    }

    private bool TryReadCommitted(Digest digest, out byte[] chunk)
    {
        chunk = [];
        if (_committed is null || !_committed.TryFind(digest, out ChunkAddress address))
        {
            return false;
        }

        var bytes = new byte[address.Length];
        if (!_committed.TryRead(address, bytes) || Digest.Of(bytes) != digest)
        {
            return false;
        }

        chunk = bytes;
        return true;
    }

    private bool IsIntact(Digest digest, int length) =>
        Log.Read(digest, null, 0, out int stored) && stored == length
        && Log.ReadVerified(digest, new byte[length], out _, out _);
}
