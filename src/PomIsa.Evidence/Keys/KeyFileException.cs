namespace PomIsa.Evidence.Keys;

/// <summary>A key file that can't be used; the message names it and says why.</summary>
public sealed class KeyFileException : Exception
{
    internal KeyFileException(string path, string reason, Exception? inner = null)
        : base($"The key file '{path}' {reason}.", inner) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
