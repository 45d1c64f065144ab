using System.Collections.Immutable;
using System.Text;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Syntax;

namespace PomIsa.Assembly.Formatting;

/// <summary>A text in canonical form, or why it was left alone.</summary>
/// <param name="Text">Null exactly if there are diagnostics.</param>
/// <param name="Diagnostics">Syntax errors and blocks that do not match, by line and column.</param>
public sealed record FormatResult(string? Text, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>
/// Source text in its canonical form (spec/assembly.md, "Canonical form"): the same tokens, comments and doc comments in the
/// same order, so that it assembles to the same module but for positions. Formatting what is formatted changes nothing.
/// </summary>
public static class SourceFormatter
{
    /// <summary>Formats one file by itself: what it includes is not looked at, and it need not be a whole program.</summary>
    /// <param name="text">The source.</param>
    /// <param name="path">What diagnostics call it.</param>
    public static FormatResult Format(string text, string path = "source")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(path);
        var diagnostics = new DiagnosticBag();
        var file = new SourceFile(path, text);
        if (text.Length > AssemblerLimits.SourceLength)
        {
            diagnostics.Add(new Span(file, 1, 1, 1), DiagnosticCode.SourceTooLong,
                $"the source has more than {AssemblerLimits.SourceLength} characters");
        }
        else
        {
            SourceParser.Parse(file, diagnostics);
        }

        return diagnostics.IsEmpty ? new FormatResult(Write(LineReader.Read(text)), []) : new FormatResult(null, diagnostics.Sorted());
    }

    private static string Write(IReadOnlyList<SourceLine> lines)
    {
        var indentation = new Indentation(lines);
        var code = DeclarationColumns.Align(lines, indentation);
        var columns = CommentColumns.Of(lines, code);
        var text = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.IsBlank && !Separates(lines, i, indentation))
            {
                continue;
            }

            text.Append(line.Verbatim ?? (line.IsBlank ? ""
                : code[i].Length == 0 ? new string(' ', Indentation.Width * indentation.Depth(i)) + line.Comment
                : line.Comment.Length == 0 ? code[i]
                : code[i].PadRight(columns[i]) + line.Comment));
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Whether an empty line stays: one at most, between two lines, neither right after a block's head nor right before its end.</summary>
    private static bool Separates(IReadOnlyList<SourceLine> lines, int at, Indentation indentation)
    {
        if (at == 0 || lines[at - 1].IsBlank || indentation.Opens(at - 1))
        {
            return false;
        }

        var next = at;
        while (next < lines.Count && lines[next].IsBlank)
        {
            next++;
        }

        return next < lines.Count && !indentation.Closes(next);
    }
}
