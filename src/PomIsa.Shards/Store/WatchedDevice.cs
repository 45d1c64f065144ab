using FASTER.core;

namespace PomIsa.Shards;

/// <summary>The store's log file, with an eye on failures.</summary>
/// <remarks>
/// FASTER waits for ever for a page whose write failed. So a failed write is remembered and reported onward as done: the
/// store then refuses to commit and every later call, and its last good checkpoint stays the latest. A failed read
/// yields zeros, which no digest fits.
/// </remarks>
internal sealed unsafe class WatchedDevice(IDevice inner) : StorageDeviceBase(inner.FileName, inner.SectorSize, inner.Capacity)
{
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

    public override void ReadAsync(int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        try
        {
            inner.ReadAsync(segmentId, sourceAddress, destinationAddress, readLength, (error, bytes, state) =>
            {
                uint valid = error == 0 ? Math.Min(bytes, readLength) : 0;
                Blank(destinationAddress, valid, readLength);
                callback(0, readLength, state);
            }, context);
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            Blank(destinationAddress, 0, readLength);
            callback(0, readLength, context);
        }
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) =>
        inner.RemoveSegmentAsync(segment, callback, result);

    public override bool TryComplete() => inner.TryComplete();

    public override bool Throttle() => inner.Throttle();

    public override long GetFileSize(int segment) => inner.GetFileSize(segment);

    public override void Reset() => inner.Reset();

    public override void Dispose() => inner.Dispose();

    private void Remember(uint error)
    {
        if (error != 0 && _writeError == 0)
        {
            _writeError = error;
        }
    }

    private static void Blank(IntPtr destination, uint from, uint to) =>
        new Span<byte>((byte*)destination + from, (int)(to - from)).Clear();
}
