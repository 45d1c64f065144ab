using Microsoft.Win32.SafeHandles;

namespace PomIsa.Shards;

/// <summary>Files that are there whole or not at all: written beside, flushed to the device, renamed.</summary>
internal static class AtomicFile
{
    public static void Write(string path, ReadOnlySpan<byte> bytes) =>
        Write(path, bytes, static (file, data) => file.Write(data));

    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public static void Write<T>(string path, T content, Action<FileStream, T> write, UnixFileMode? mode = null)
        where T : allows ref struct
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? throw new ArgumentException("A file, not the root folder.", nameof(path));
        string temp = full + ".tmp";
        try
        {
            Directory.CreateDirectory(folder);
            File.Delete(temp);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (mode is { } wanted && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = wanted;
            }

            using (var file = new FileStream(temp, options))
            {
                write(file, content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temp, full, overwrite: true);
            SyncFolder(folder);
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("write", full, e);
        }
    }

    /// <summary>Makes a rename durable. Windows does so by itself and opens no folders as files.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            using SafeFileHandle handle = File.OpenHandle(folder);
            RandomAccess.FlushToDisk(handle);
        }
        catch (UnauthorizedAccessException)
        {
            // The runtime opens no folders on this platform: the rename is atomic, and durable with the next sync.
        }
    }
}
