namespace PomIsa.LanguageServer.Documents;

/// <summary>URIs of documents and paths of files.</summary>
internal static class DocumentUri
{
    /// <summary>The full path; null if the URI names no file.</summary>
    public static string? ToPath(string uri)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed) || !parsed.IsFile || parsed.LocalPath.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        // Editors on Windows write the colon of a drive as %3A, which leaves a slash in front of it.
        var path = parsed.LocalPath;
        return Path.GetFullPath(OperatingSystem.IsWindows() && path is ['/', _, ':', ..] ? path[1..] : path);
    }

    public static string FromPath(string path) => new Uri(path).AbsoluteUri;
}
