using PomIsa.Assembly.Analysis;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Features;

/// <summary>From a cursor to names.</summary>
internal static class Lookup
{
    /// <summary>The names that a cursor is at; more than one where braces stand for several.</summary>
    public static IReadOnlyList<NameUse> At(ProgramView program, string file, TextDocument document, Position position)
    {
        var (line, column) = document.Lines.SourceOf(position);
        var uses = program.Analysis.UsesAt(file, line, column).ToList();
        return [.. uses.Where(one => one.At == uses[0].At).DistinctBy(one => one.Name)];
    }

    /// <summary>What a reader takes a word for: something of the function that a line is in, else of the program.</summary>
    public static int? ByText(SourceAnalysis analysis, string file, int line, string word)
    {
        var function = analysis.FunctionAt(file, line)?.Name ?? -2;
        int? everywhere = null;
        foreach (var (index, name) in analysis.Names.Index())
        {
            if (name.Text == word || name.Names.Contains(word))
            {
                if (name.Function == function)
                {
                    return index;
                }

                everywhere ??= name.Function < 0 ? index : null;
            }
        }

        return everywhere;
    }
}
