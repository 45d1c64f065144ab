using System.Globalization;

namespace PomIsa.Shards;

// The folder around the log: its lock, its recovery, its free space.
public sealed unsafe partial class ShardStore
{
    // One page being written and the checkpoint's own files.
    private const long Reserve = ChunkLog.PageLength + (1024 * 1024);

    /// <summary>Keeps writers out; null where there is no lock to be had, since nobody wrote a store there or it was copied without one to where it can't be made.</summary>
    private FileStream? TakeSharedLock(string path)
    {
        if (!Directory.Exists(Folder))
        {
            throw new DirectoryNotFoundException();
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException e)
        {
            throw InUse(path, e);
        }
    }

    private static ShardStoreException InUse(string path, IOException e) =>
        new($"The weight store in {Path.GetDirectoryName(path)} is in use by another process or cannot be locked: {e.Message}", e);

    private static FileStream TakeLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException) && File.Exists(path))
        {
            throw InUse(path, e);
        }
    }

    private void CheckSpace(int length)
    {
        long free;
        try
        {
            free = new DriveInfo(Folder).AvailableFreeSpace;
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e) || e is ArgumentException)
        {
            return; // A file system that does not say: the writes themselves will.
        }

        if (free < length + Reserve)
        {
            throw new ShardStoreException(string.Create(CultureInfo.InvariantCulture,
                $"The disk under {Folder} is full: {free} bytes free, {length + Reserve} needed. Free some space and import again; what was committed is safe."));
        }
    }

    private void CheckWritable()
    {
        if (_isReadOnly)
        {
            throw new InvalidOperationException($"The weight store in {Folder} was opened to read.");
        }
    }

    private void CheckUsable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_log is { HasFailed: true })
        {
            throw new ShardStoreException(
                $"Writing to the weight store in {Folder} failed: is the disk full or read-only? Make room and import again; what was committed is safe.");
        }
    }
}
