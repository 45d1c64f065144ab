namespace PomIsa.Shards;

/// <summary>The machine under the store failed: a full disk, a read-only folder, a store in use or a lost checkpoint.</summary>
/// <remarks>Never raised because of what a file contains: that is a <see cref="ShardFault"/>.</remarks>
public sealed class ShardStoreException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True for what the file system may throw.</summary>
    internal static bool IsStorage(Exception e) =>
        e is IOException or UnauthorizedAccessException or System.Security.SecurityException or NotSupportedException;

    internal static ShardStoreException From(string action, string path, Exception e) => e switch
    {
        UnauthorizedAccessException => new($"Cannot {action} {path}: permission denied or read-only. Choose another data directory or change its permissions.", e),
        DirectoryNotFoundException or FileNotFoundException => new($"Cannot {action} {path}: no such file or folder.", e),
        _ => new($"Cannot {action} {path}: {e.Message}", e),
    };
}
