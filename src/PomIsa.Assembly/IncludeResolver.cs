namespace PomIsa.Assembly;

/// <summary>A file that <c>.include</c> names.</summary>
/// <param name="Path">What tells it apart from others and what diagnostics call it.</param>
/// <param name="Text">Its text.</param>
public sealed record IncludedSource(string Path, string Text);

/// <summary>Finds an included file; null if there is none.</summary>
/// <param name="from">Path of the file with the <c>.include</c>, as the caller or an earlier answer gave it.</param>
/// <param name="requested">What stands between the quotes.</param>
public delegate IncludedSource? IncludeResolver(string from, string requested);

/// <summary>Ready-made resolvers.</summary>
public static class Includes
{
    /// <summary>Finds nothing.</summary>
    public static IncludeResolver None { get; } = static (_, _) => null;

    /// <summary>
    /// Files below <paramref name="root"/>, named relative to the including file. Paths that lead out of the folder,
    /// and files longer than <see cref="AssemblerLimits.SourceLength"/>, are not found.
    /// </summary>
    public static IncludeResolver Below(string root)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar;
        return (from, requested) =>
        {
            if (requested.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(requested))
            {
                return null;
            }

            var beside = Path.GetDirectoryName(Path.GetFullPath(from, folder)) ?? folder;
            var full = Path.GetFullPath(requested, beside);
            var file = new FileInfo(full);
            if (!full.StartsWith(folder, StringComparison.Ordinal) || !file.Exists || file.LinkTarget is not null
                || file.Length > AssemblerLimits.SourceLength)
            {
                return null;
            }

            return new IncludedSource(full[folder.Length..].Replace('\\', '/'), File.ReadAllText(full));
        };
    }
}
