namespace PomIsa.Files;

/// <summary>Files with secrets: only their owner reads them, and none is overwritten but by who says so.</summary>
public static class SecretFile
{
    /// <summary>Read and write for the owner, nothing for others: mode 600.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file of mode 600, or puts it in the place of another, whole or not at all. One writer at a time.</summary>
    /// <exception cref="IOException">The file system refused. The former file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        string full = Path.GetFullPath(path), draft = full + ".new";
        string folder = Path.GetDirectoryName(full) ?? throw new ArgumentException("A file, not the root folder.", nameof(path));
        Directory.CreateDirectory(folder);
        File.Delete(draft);
        NewFile.Write(draft, bytes, static (file, data) => file.Write(data), Mode);
        AtomicFile.Rename(draft, full, overwrite: true);
        FolderSync.Flush(folder);
    }

    /// <summary>Writes a new file of mode 600, whole or not at all; its folder is made where it is missing.</summary>
    /// <exception cref="IOException">The file exists, or the file system refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system refused.</exception>
    public static void Create(string path, ReadOnlySpan<byte> bytes)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? throw new ArgumentException("A file, not the root folder.", nameof(path));
        Directory.CreateDirectory(folder);
        if (File.Exists(full))
        {
            throw new IOException($"{path} exists already.");
        }

        // Two processes may make the same secret at once: each has its own draft, and one of them comes first.
        string draft = $"{full}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
        File.Delete(draft);
        NewFile.Write(draft, bytes, static (file, data) => file.Write(data), Mode);
        AtomicFile.Rename(draft, full, overwrite: false);
        FolderSync.Flush(folder);
    }
}
