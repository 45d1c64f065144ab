using PomIsa.Assembly.Analysis;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Features;

/// <summary>The names that a document declares: those of everything, and functions with their registers and locals.</summary>
internal static class Outline
{
    public static IReadOnlyList<DocumentSymbol> Of(Snapshot snapshot, TextDocument document)
    {
        var (program, file) = snapshot.Find(document);
        var analysis = program.Analysis;
        var inside = analysis.Names.Where(one => one.Function >= 0 && one.Declared.File == file).ToLookup(one => one.Function);
        var symbols = new List<DocumentSymbol>();
        foreach (var (index, name) in analysis.Names.Index())
        {
            if (name.Declared.File != file || name.Function >= 0 || name.Kind == NameKind.RepeatVariable)
            {
                continue;
            }

            var block = analysis.Blocks.FirstOrDefault(one => one.Kind is not null && one.Name == index);
            symbols.Add(Symbol(program, name, block) with { Children = [.. inside[index].Select(one => Symbol(program, one, null))] });
        }

        return [.. symbols.OrderBy(one => one.Range.Start)];
    }

    private static DocumentSymbol Symbol(ProgramView program, SourceName name, SourceBlock? block)
    {
        var lines = program.Lines(name.Declared.File);
        var range = lines.RangeOfLines(block?.FirstLine ?? name.Declared.Line, block?.LastLine ?? name.Declared.Line);
        return new DocumentSymbol(name.Text, name.Description, Kind(name.Kind), range, lines.RangeOf(name.Declared));
    }

    // Numbers of LSP's SymbolKind.
    private static int Kind(NameKind kind) => kind switch
    {
        NameKind.Module => 2,
        NameKind.Constant => 14,
        NameKind.Symbol => 26,
        NameKind.ElementType => 5,
        NameKind.Alias => 25,
        NameKind.Weight => 18,
        NameKind.State => 8,
        NameKind.Input => 7,
        NameKind.Function => 12,
        _ => 13,
    };
}
