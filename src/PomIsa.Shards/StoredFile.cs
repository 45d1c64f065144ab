using PomIsa.Files;

namespace PomIsa.Shards;

/// <summary>Files of models and stores: there whole or not at all, and refusals of the file system told in words.</summary>
internal static class StoredFile
{
    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, static (file, data) => file.Write(data));

    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public static void Write<T>(string path, T content, Action<FileStream, T> write)
        where T : allows ref struct
    {
        try
        {
            AtomicFile.Write(path, content, write);
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("write", path, e);
        }
    }
}
