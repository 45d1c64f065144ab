namespace PomIsa.Files;

/// <summary>Files that are there whole or not at all: written beside, flushed to the device, renamed.</summary>
/// <remarks>What is written beside lies in <c>NAME.new</c>; the next writer of the same file takes it away. One writer at a time.</remarks>
public static class AtomicFile
{
    /// <summary>Writes a file, or puts it in the place of another; its folder is made where it is missing.</summary>
    /// <exception cref="IOException">The file system refused. The former file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, static (file, data) => file.Write(data));

    /// <summary>The same, with <paramref name="content"/> written by <paramref name="write"/>. If that throws, nothing stays.</summary>
    public static void Write<T>(string path, T content, Action<FileStream, T> write)
        where T : allows ref struct
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? throw new ArgumentException("A file, not the root folder.", nameof(path));
        string draft = full + ".new";
        Directory.CreateDirectory(folder);
        File.Delete(draft);
        NewFile.Write(draft, content, write, mode: null);
        Rename(draft, full, overwrite: true);
        FolderSync.Flush(folder);
    }

    internal static void Rename(string draft, string path, bool overwrite)
    {
        try
        {
            if (overwrite || !NewName.TryGive(draft, path))
            {
                File.Move(draft, path, overwrite);
            }
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}
