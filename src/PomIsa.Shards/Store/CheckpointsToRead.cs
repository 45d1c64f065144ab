using FASTER.core;

namespace PomIsa.Shards;

/// <summary>FASTER's checkpoint files for a store that is only read.</summary>
/// <remarks>When it recovers, FASTER asks how long the file of a checkpoint's later changes is, and makes it by asking. Our checkpoints have no such changes.</remarks>
internal sealed class CheckpointsToRead : INamedDeviceFactory
{
    private const string Changes = "delta.dat";

    private readonly LocalStorageNamedDeviceFactory _files = new(preallocateFile: false, deleteOnClose: false);

    /// <summary>What FASTER takes a folder's checkpoints from.</summary>
    public static DeviceLogCommitCheckpointManager Of(string folder) =>
        new(new CheckpointsToRead(), new DefaultCheckpointNamingScheme(folder), removeOutdated: false);

    public void Initialize(string baseName) => _files.Initialize(baseName);

    public IDevice Get(FileDescriptor fileInfo) => fileInfo.fileName == Changes ? new EmptyDevice() : _files.Get(fileInfo);

    public IEnumerable<FileDescriptor> ListContents(string path) => _files.ListContents(path);

    /// <summary>Nothing is deleted.</summary>
    public void Delete(FileDescriptor fileInfo)
    {
    }

    /// <summary>A file without bytes.</summary>
    private sealed class EmptyDevice() : StorageDeviceBase("", 512, Devices.CAPACITY_UNSPECIFIED)
    {
        public override long GetFileSize(int segment) => 0;

        public override void ReadAsync(int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context) =>
            callback(0, 0, context);

        public override void WriteAsync(IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context) =>
            callback(0, numBytesToWrite, context);

        public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => callback(result);

        public override void Dispose()
        {
        }
    }
}
