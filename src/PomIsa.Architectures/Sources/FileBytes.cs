using Microsoft.Win32.SafeHandles;

namespace PomIsa.Architectures.Sources;

/// <summary>Reads parts of files, of which each exists or is a refusal.</summary>
internal static class FileBytes
{
    /// <summary>Fills a span from a place in a file.</summary>
    /// <exception cref="ArchitectureException">The file ends before.</exception>
    public static void Read(SafeFileHandle file, string path, long offset, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int got = RandomAccess.Read(file, bytes, offset);
            if (got <= 0)
            {
                throw new ArchitectureException($"{Path.GetFileName(path)} ends at byte {offset}, within a tensor");
            }

            offset += got;
            bytes = bytes[got..];
        }
    }

    /// <summary>Whether a file is what Git leaves where Git LFS has not fetched the file itself.</summary>
    public static bool IsPointer(string path)
    {
        ReadOnlySpan<byte> first = "version https://git-lfs"u8;
        Span<byte> bytes = stackalloc byte[first.Length];
        using SafeFileHandle file = File.OpenHandle(path);
        return RandomAccess.Read(file, bytes, 0) == bytes.Length && bytes.SequenceEqual(first);
    }

    /// <summary>A small file; null if there is none.</summary>
    /// <exception cref="ArchitectureException">It is larger than that.</exception>
    public static byte[]? TryReadSmall(string folder, string name, int most)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists)
        {
            return null;
        }

        return file.Length <= most
            ? File.ReadAllBytes(file.FullName)
            : throw new ArchitectureException($"{name} has {file.Length} bytes; at most {most} are read");
    }
}
