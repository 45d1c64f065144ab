using System.Collections.Concurrent;
using FASTER.core;
using Microsoft.Win32.SafeHandles;

namespace PomIsa.Shards;

/// <summary>The store's log file, with an eye on failures.</summary>
/// <remarks>
/// FASTER waits for ever for a page whose write failed. So a failed write is remembered and reported onward as done: the
/// store then refuses to commit and every later call, and its last good checkpoint stays the latest. A failed read
/// yields zeros, which no digest fits. Of a store that is only read nothing is written: what FASTER would write when it
/// recovers concerns records that were never committed.
/// </remarks>
internal sealed unsafe class WatchedDevice(IDevice inner, bool isReadOnly = false) : StorageDeviceBase(inner.FileName, inner.SectorSize, inner.Capacity)
{
    private readonly ConcurrentDictionary<int, SafeFileHandle> _files = new();
    private volatile uint _writeError;

    /// <summary>The first failed write's error code, or 0.</summary>
    public uint WriteError => _writeError;

    public override void Initialize(long segmentSize, LightEpoch? epoch = null, bool omitSegmentIdFromFileName = false)
    {
        base.Initialize(segmentSize, epoch, omitSegmentIdFromFileName);
        inner.Initialize(segmentSize, epoch, omitSegmentIdFromFileName);
    }

    public override void WriteAsync(IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        if (isReadOnly)
        {
            callback(0, numBytesToWrite, context);
            return;
        }

        try
        {
            inner.WriteAsync(sourceAddress, segmentId, destinationAddress, numBytesToWrite, (error, bytes, state) =>
            {
                Remember(error);
                callback(0, error == 0 ? bytes : numBytesToWrite, state);
            }, context);
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            Remember((uint)e.HResult);
            callback(0, numBytesToWrite, context);
        }
    }

    // On the calling thread, which waits for the bytes anyway: handing over to another costs more than the copy does.
    public override void ReadAsync(int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        uint valid = 0;
        try
        {
            SafeFileHandle file = _files.GetOrAdd(segmentId, OpenSegment);
            int read;
            while (valid < readLength && (read = RandomAccess.Read(file, Span(destinationAddress, valid, readLength), (long)sourceAddress + valid)) > 0)
            {
                valid += (uint)read;
            }
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            valid = 0;
        }

        Span(destinationAddress, valid, readLength).Clear();
        callback(0, readLength, context);
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) =>
        inner.RemoveSegmentAsync(segment, callback, result);

    public override bool TryComplete() => inner.TryComplete();

    public override bool Throttle() => inner.Throttle();

    public override long GetFileSize(int segment) => inner.GetFileSize(segment);

    public override void Reset() => inner.Reset();

    public override void Dispose()
    {
        foreach (SafeFileHandle file in _files.Values)
        {
            file.Dispose();
        }

        _files.Clear();
        inner.Dispose();
    }

    private void Remember(uint error)
    {
        if (error != 0 && _writeError == 0)
        {
            _writeError = error;
        }
    }

    private static Span<byte> Span(IntPtr start, uint from, uint to) => new((byte*)start + from, (int)(to - from));

    private SafeFileHandle OpenSegment(int segment) =>
        File.OpenHandle($"{FileName}.{segment}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
