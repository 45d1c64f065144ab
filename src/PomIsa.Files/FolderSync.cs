using System.Runtime.InteropServices;

namespace PomIsa.Files;

/// <summary>Makes what happened to the names in a folder durable. The runtime opens no folders as files, so the system is asked itself.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0; // O_RDONLY

    /// <summary>Windows makes renames durable by itself; a file system that can't flush a folder is left alone.</summary>
    internal static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            int file = Open(folder, ReadOnly);
            if (file >= 0)
            {
                _ = Sync(file);
                _ = Close(file);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // No C library under that name: the rename is atomic, and durable with the next flush.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
