using System.Collections.Immutable;
using PomIsa.Assembly.Analysis;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Features;

/// <summary>Renames in all files of a program; a refusal is an error whose message says why.</summary>
internal static class Renames
{
    /// <summary>What would be renamed; null where no name is.</summary>
    public static PrepareRenameResult? Prepare(Snapshot snapshot, TextDocument document, Position position)
    {
        var (program, file) = snapshot.Find(document);
        return Lookup.At(program, file, document, position) is [var use, ..]
            ? new PrepareRenameResult(program.RangeOf(use.At), program.Analysis.Names[use.Name].Text) : null;
    }

    public static WorkspaceEdit Of(Snapshot snapshot, TextDocument document, Position position, string newName)
    {
        var (program, file) = snapshot.Find(document);
        var uses = Lookup.At(program, file, document, position);
        if (uses.Count != 1)
        {
            throw LspError.Of(LspError.RequestFailed, uses.Count == 0 ? "There is no name here that the program declares." : "This stands for several declarations at once.");
        }

        var edits = new Dictionary<(string Path, SourcePlace At), TextEdit>();
        var done = new HashSet<(string Folder, string Root, int Name)>();
        var next = new Queue<(ProgramView Program, int Name)>([(program, uses[0].Name)]);
        while (next.TryDequeue(out var one))
        {
            if (done.Add((one.Program.Folder ?? "", one.Program.Root, one.Name)))
            {
                Collect(snapshot, one.Program, one.Name, newName.Trim(), edits, next);
            }
        }

        return new WorkspaceEdit(edits.GroupBy(one => one.Key.Path).ToDictionary(
            one => snapshot.UriOf(one.Key), one => one.Select(edit => edit.Value).ToImmutableArray(), StringComparer.Ordinal));
    }

    // A file that several programs include changes for all of them: what its lines mean in the others is renamed there as well.
    private static void Collect(
        Snapshot snapshot, ProgramView program, int name, string newName,
        Dictionary<(string Path, SourcePlace At), TextEdit> edits, Queue<(ProgramView Program, int Name)> next)
    {
        var result = SourceRename.Of(program.Analysis, program.Root, name, newName);
        if (result.Refusal is { } refusal)
        {
            throw LspError.Of(LspError.RequestFailed, refusal);
        }

        foreach (var edit in result.Edits)
        {
            var path = program.FullPath(edit.At.File);
            edits[(path, edit.At with { File = "" })] = new TextEdit(program.RangeOf(edit.At), edit.NewText);
            foreach (var other in snapshot.ProgramsWith(path))
            {
                var at = edit.At with { File = other.FileOf(path)! };
                foreach (var use in other.Analysis.UsesAt(at.File, at.Line, at.Column).Where(use => use.At == at))
                {
                    next.Enqueue((other, use.Name));
                }
            }
        }
    }
}
