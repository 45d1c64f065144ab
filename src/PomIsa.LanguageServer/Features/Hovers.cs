using System.Text;
using PomIsa.Assembly.Analysis;
using PomIsa.Isa;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Features;

/// <summary>What stands under the pointer: an opcode from the table and its page, a name with its type and comment, a directive.</summary>
internal static class Hovers
{
    public static Hover? At(Snapshot snapshot, TextDocument document, Position position)
    {
        var (program, file) = snapshot.Find(document);
        var (line, column) = document.Lines.SourceOf(position);
        var uses = program.Analysis.UsesAt(file, line, column).ToList();
        if (uses.Count > 0)
        {
            var text = new StringBuilder();
            foreach (var use in uses.Where(one => one.At == uses[0].At).DistinctBy(one => one.Name))
            {
                Name(text, program.Analysis, program.Analysis.Names[use.Name]);
            }

            return new Hover(MarkupContent.Markdown(text.ToString().TrimEnd()), program.RangeOf(uses[0].At));
        }

        return new LineText(document.Lines.Line(position.Line)).At(position.Character) is { } word && Word(program.Analysis, file, line, word.Text) is { } found
            ? new Hover(MarkupContent.Markdown(found), new TextRange(position with { Character = word.Start }, position with { Character = word.End }))
            : null;
    }

    /// <summary>An opcode: usage, formula, stack, page.</summary>
    public static string Opcode(OpcodeRow row)
    {
        var text = new StringBuilder();
        text.Append("```pomisa\n").Append(OpcodeText.Usage(row).Text).Append("\n; ").Append(row.Synopsis).Append("\n```\n");
        text.Append("Stands ").Append(OpcodeText.Where(row));
        text.Append(OpcodeText.Stack(row) is { Length: > 0 } stack ? $"; {stack}.\n" : ".\n");
        if (OpcodePages.Of(row.Mnemonic) is { } page)
        {
            text.Append("\n---\n\n").Append(page).Append('\n');
        }

        return text.ToString().TrimEnd();
    }

    private static void Name(StringBuilder text, SourceAnalysis analysis, SourceName name)
    {
        text.Append("```pomisa\n").Append(Declaration(name)).Append("\n```\n");
        text.Append(KindText.Of(name.Kind));
        if (name.Function >= 0)
        {
            text.Append(" of ").Append(Escape(analysis.Names[name.Function].Text));
        }

        if (name.Names is [var only] && only != name.Text && !name.Text.StartsWith('"'))
        {
            text.Append(", here ").Append(Escape(only));
        }
        else if (name.Names.Length > 1)
        {
            text.Append(", ").Append(name.Names.Length).Append(" of them: ").Append(Escape(name.Names[0])).Append(" … ").Append(Escape(name.Names[^1]));
        }

        text.Append("\n\n");
        if (name.Doc.Length > 0)
        {
            text.Append(Escape(name.Doc)).Append("\n\n");
        }

        if (name.Kind == NameKind.Alias && InstructionTable.TryFind(name.Description, out var row))
        {
            text.Append("---\n\n").Append(Opcode(row)).Append("\n\n");
        }
    }

    /// <summary>A name as a line that declares it.</summary>
    public static string Declaration(SourceName name) => name.Kind switch
    {
        NameKind.Constant => $".const {name.Text} {name.Description}",
        NameKind.Register => name.Description.Length > 0 ? $"{name.Text}: {name.Description}" : $"{name.Text}: type not known",
        NameKind.Function => $"{name.Text}{name.Description}",
        NameKind.RepeatVariable => $".repeat {name.Text} {name.Description}",
        NameKind.ElementType => $".type {name.Text} {name.Description}",
        NameKind.Local => $".local {name.Text}",
        _ => $".{name.Kind.ToString().ToLowerInvariant()} {name.Text} {name.Description}".TrimEnd(),
    };

    // Lines that can't be read mean nothing to the analysis; their words still do to a reader.
    private static string? Word(SourceAnalysis analysis, string file, int line, string word)
    {
        if (InstructionTable.TryFind(word, out var row))
        {
            return Opcode(row);
        }

        if (DirectiveText.All.FirstOrDefault(one => one.Word == word) is { } directive)
        {
            return $"```pomisa\n{directive.Example}\n```\n{directive.Meaning}";
        }

        if (DTypes.TryParse(word, out var type))
        {
            return DTypes.IsComputed(type) ? $"element type `{word}`, {DTypes.SizeOf(type)} bytes" : $"element type `{word}`, of weights only";
        }

        var found = Lookup.ByText(analysis, file, line, word);
        if (found is null)
        {
            return null;
        }

        var text = new StringBuilder();
        Name(text, analysis, analysis.Names[found.Value]);
        return text.ToString().TrimEnd();
    }

    private static string Escape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var one in text)
        {
            _ = one switch
            {
                '\n' => result.Append("  \n"),
                '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '#' or '|' => result.Append('\\').Append(one),
                _ => result.Append(one),
            };
        }

        return result.ToString();
    }
}
