using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using PomIsa.Assembly;

namespace PomIsa.LanguageServer.Documents;

/// <summary>
/// Which file includes which, by a look at the <c>.include</c> lines of open documents and of the files beside a document:
/// a file that others include is shown as a part of the program that includes it.
/// </summary>
internal sealed partial class IncludeGraph
{
    // Beyond this a folder is no folder of programs, and the look is not worth its time.
    private const int MostFiles = 256;

    private readonly ConcurrentDictionary<string, IReadOnlyList<(string File, IReadOnlyList<string> Includes)>> _folders = new(StringComparer.Ordinal);

    /// <summary>Forgets what files on disk say.</summary>
    public void Forget() => _folders.Clear();

    /// <summary>The file that a document's program begins with: itself if nothing includes it.</summary>
    /// <param name="path">Full path of the document.</param>
    /// <param name="open">Open documents by full path; what they say counts before what the disk says.</param>
    public string RootOf(string path, IReadOnlyDictionary<string, TextDocument> open)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { path };
        while (seen.Count <= AssemblerLimits.IncludeDepth && Parent(path, open) is { } parent && seen.Add(parent))
        {
            path = parent;
        }

        return path;
    }

    /// <summary>Every file that a program with this one may begin with: what includes it, directly or not, and is itself not included.</summary>
    public IReadOnlyList<string> RootsOf(string path, IReadOnlyDictionary<string, TextDocument> open)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { path };
        var roots = new List<string>();
        var next = new Queue<string>([path]);
        while (next.TryDequeue(out var file))
        {
            var parents = Parents(file, open).ToList();
            if (parents.Count == 0)
            {
                roots.Add(file);
            }

            foreach (var parent in parents.Where(seen.Add))
            {
                next.Enqueue(parent);
            }
        }

        return roots;
    }

    private string? Parent(string path, IReadOnlyDictionary<string, TextDocument> open) => Parents(path, open).FirstOrDefault();

    private IEnumerable<string> Parents(string path, IReadOnlyDictionary<string, TextDocument> open) =>
        open.Where(one => one.Value.Path is not null && one.Key != path && Included(one.Key, one.Value.Text).Contains(path))
            .Select(one => one.Key).Order(StringComparer.Ordinal)
            .Concat(Beside(Path.GetDirectoryName(path)!).Where(one => one.File != path && !open.ContainsKey(one.File) && one.Includes.Contains(path)).Select(one => one.File));

    private IReadOnlyList<(string File, IReadOnlyList<string> Includes)> Beside(string folder) => _folders.GetOrAdd(folder, static one =>
    {
        try
        {
            return [.. Directory.EnumerateFiles(one, "*.pisa").Take(MostFiles).Order(StringComparer.Ordinal)
                .Where(file => new FileInfo(file).Length <= AssemblerLimits.SourceLength)
                .Select(file => (file, Included(file, File.ReadAllText(file))))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    });

    private static IReadOnlyList<string> Included(string file, string text) => text.Length > AssemblerLimits.SourceLength ? []
        : [.. IncludeLine().Matches(text).Take(AssemblerLimits.Includes).Select(match => Path.GetFullPath(match.Groups[1].Value, Path.GetDirectoryName(file)!))];

    [GeneratedRegex("""^[ \t]*\.include[ \t]+"([^"\r\n\\\0]+)"[^\n]*$""", RegexOptions.Multiline)]
    private static partial Regex IncludeLine();
}
