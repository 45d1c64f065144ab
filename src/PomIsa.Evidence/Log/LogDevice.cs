using FASTER.core;
using Microsoft.Win32.SafeHandles;

namespace PomIsa.Evidence.Log;

/// <summary>The files under a FasterLog, segment by segment; grows as it is written, and never throws into FASTER's threads.</summary>
/// <remarks>
/// Writes go to the page cache at once and are made durable by <see cref="FlushToDisk"/>, once for each commit rather
/// than for each page. A failed write is noted in <see cref="LogFiles"/> and reported to FASTER by its error code.
/// </remarks>
internal sealed class LogDevice(LogFiles files) : StorageDeviceBase(files.RecordsPath, SectorBytes, Devices.CAPACITY_UNSPECIFIED)
{
    private const uint SectorBytes = 512;
    private const uint Failed = uint.MaxValue;
    private readonly Lock _gate = new();
    private readonly Lock _flushing = new();
    private readonly Dictionary<int, SafeFileHandle> _handles = [];
    private readonly HashSet<int> _dirty = [];

    public override void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        uint error = 0;
        try
        {
            unsafe
            {
                RandomAccess.Write(Handle(segmentId, writes: true), new ReadOnlySpan<byte>((void*)sourceAddress, (int)numBytesToWrite), (long)destinationAddress);
            }
        }
        catch (Exception e) when (LogFiles.IsStorageFault(e))
        {
            files.Fail(e);
            error = Failed;
        }

        callback(error, numBytesToWrite, context);
    }

    public override void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        uint error = 0;
        try
        {
            unsafe
            {
                Fill(Handle(segmentId, writes: false), new Span<byte>((void*)destinationAddress, (int)readLength), (long)sourceAddress);
            }
        }
        catch (Exception e) when (LogFiles.IsStorageFault(e))
        {
            error = Failed;
        }

        callback(error, readLength, context);
    }

    public override long GetFileSize(int segment)
    {
        try
        {
            return RandomAccess.GetLength(Handle(segment, writes: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return 0;
        }
    }

    public override void RemoveSegment(int segment)
    {
        // The log only grows: FASTER asks for this when a log's start moves, which ours never does.
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => callback(result);

    public override void Dispose()
    {
        lock (_gate)
        {
            foreach (SafeFileHandle handle in _handles.Values)
            {
                handle.Dispose();
            }

            _handles.Clear();
            _dirty.Clear();
        }
    }

    /// <summary>Makes everything that was written durable; where another thread is at it, waits for that too.</summary>
    /// <exception cref="IOException">The disk refuses, which <see cref="LogFiles"/> knows then.</exception>
    internal void FlushToDisk()
    {
        lock (_flushing)
        {
            SafeFileHandle[] handles;
            lock (_gate)
            {
                handles = [.. _dirty.Select(segment => _handles[segment])];
                _dirty.Clear();
            }

            try
            {
                foreach (SafeFileHandle handle in handles)
                {
                    RandomAccess.FlushToDisk(handle);
                }
            }
            catch (Exception e) when (LogFiles.IsStorageFault(e))
            {
                files.Fail(e); // who comes next finds nothing to flush
                throw;
            }
        }
    }

    /// <summary>The same for a thread that waits for a commit: the commit's own flushes the slot meanwhile. A fault is noted, not thrown.</summary>
    internal void FlushBeside()
    {
        try
        {
            FlushToDisk();
        }
        catch (Exception e) when (LogFiles.IsStorageFault(e))
        {
            files.Fail(e);
        }
    }

    /// <summary>The same of what other processes may have written.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    internal void FlushAllToDisk()
    {
        foreach (int segment in files.Segments)
        {
            Handle(segment, writes: true);
        }

        FlushToDisk();
    }

    // What lies behind a file's end reads as zeros: FASTER reads whole sectors and pages.
    private static void Fill(SafeFileHandle handle, Span<byte> destination, long offset)
    {
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
            {
                destination.Clear();
                return;
            }

            destination = destination[read..];
            offset += read;
        }
    }

    private SafeFileHandle Handle(int segment, bool writes)
    {
        lock (_gate)
        {
            if (!_handles.TryGetValue(segment, out SafeFileHandle? handle))
            {
                handle = files.IsToRead
                    ? File.OpenHandle(files.SegmentPath(segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
                    : File.OpenHandle(files.SegmentPath(segment), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
                _handles.Add(segment, handle);
            }

            if (writes)
            {
                _dirty.Add(segment);
            }

            return handle;
        }
    }
}
