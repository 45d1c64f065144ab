using System.Collections.Concurrent;
using PomIsa.Assembly.Analysis;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Documents;

/// <summary>An analysed program and where its files are.</summary>
/// <param name="Root">The document or file that the program begins with, as the analysis calls it.</param>
/// <param name="Folder">What other paths of the analysis are relative to; null if the root is no file.</param>
internal sealed record ProgramView(SourceAnalysis Analysis, string Root, string? Folder)
{
    private readonly ConcurrentDictionary<string, LineIndex> _lines = new(StringComparer.Ordinal);

    /// <summary>The full path of a file of the analysis; its name itself if the program is no file.</summary>
    public string FullPath(string file) => Folder is null ? file : Path.GetFullPath(file, Folder);

    /// <summary>What the analysis calls a file; null if the program does not hold it.</summary>
    public string? FileOf(string fullPath)
    {
        foreach (var file in Analysis.Texts.Keys)
        {
            if (FullPath(file) == fullPath)
            {
                return file;
            }
        }

        return null;
    }

    public LineIndex Lines(string file) => _lines.GetOrAdd(file, one => new LineIndex(Analysis.Texts.GetValueOrDefault(one, "")));

    public TextRange RangeOf(SourcePlace place) => Lines(place.File).RangeOf(place);
}
