using PomIsa.Assembly.Analysis;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Features;

/// <summary>Where names are declared and used.</summary>
internal static class Navigation
{
    /// <summary>The declaration of the name at a cursor, or the file that an <c>.include</c> names.</summary>
    public static IReadOnlyList<Location>? Definition(Snapshot snapshot, TextDocument document, Position position)
    {
        var (program, file) = snapshot.Find(document);
        var (line, column) = document.Lines.SourceOf(position);
        foreach (var include in program.Analysis.Includes)
        {
            if (include.At.File == file && include.At.Line == line && include.At.Touches(column))
            {
                return [new Location(snapshot.UriOf(program.FullPath(include.Path)), default)];
            }
        }

        return Names(program, file, document, position) is { Count: > 0 } names
            ? [.. names.Select(one => Place(snapshot, program, program.Analysis.Names[one].Declared))] : null;
    }

    /// <summary>All uses of the name at a cursor, in all files of the program.</summary>
    public static IReadOnlyList<Location>? References(Snapshot snapshot, TextDocument document, Position position, bool withDeclaration)
    {
        var (program, file) = snapshot.Find(document);
        return Names(program, file, document, position) is not { Count: > 0 } names ? null
            : [.. names.SelectMany(name => program.Analysis.UsesOf(name).Select(one => one.At).Where(at => withDeclaration || at != program.Analysis.Names[name].Declared))
                .Distinct().Select(at => Place(snapshot, program, at))];
    }

    private static List<int> Names(ProgramView program, string file, TextDocument document, Position position)
    {
        var uses = Lookup.At(program, file, document, position);
        if (uses.Count > 0)
        {
            return [.. uses.Select(one => one.Name)];
        }

        var line = document.Lines.SourceOf(position).Line;
        return new LineText(document.Lines.Line(position.Line)).At(position.Character) is { } word
            && Lookup.ByText(program.Analysis, file, line, word.Text) is { } guess ? [guess] : [];
    }

    private static Location Place(Snapshot snapshot, ProgramView program, SourcePlace at) =>
        new(snapshot.UriOf(program.FullPath(at.File)), program.RangeOf(at));
}
