using System.Collections.Immutable;
using Antlr4.Runtime;
using PomIsa.Assembly.Generated;

namespace PomIsa.Assembly.Formatting;

/// <summary>The code of each line. Declarations of one kind right below one another, comments between them not counted, form a table.</summary>
internal static class DeclarationColumns
{
    /// <summary>A longer cell pushes the rest of its line, and no other line.</summary>
    private const int Widest = 24;

    /// <summary>Indented code by line; empty for lines without any.</summary>
    public static string[] Align(IReadOnlyList<SourceLine> lines, Indentation indentation)
    {
        var code = new string[lines.Count];
        Array.Fill(code, "");
        for (var i = 0; i < lines.Count;)
        {
            var end = TableEnd(lines, i);
            Table(lines, code, i, end);
            for (; i < end; i++)
            {
                code[i] = code[i].Length == 0 ? "" : new string(' ', Indentation.Width * indentation.Depth(i)) + code[i];
            }
        }

        return code;
    }

    /// <summary>The line behind the table that begins at a line; the next line where that one begins none.</summary>
    private static int TableEnd(IReadOnlyList<SourceLine> lines, int first)
    {
        var end = first + 1;
        if (lines[first].Tokens.IsEmpty || !IsTabular(lines[first].Tokens[0]))
        {
            return end;
        }

        for (var i = end; i < lines.Count && lines[i] is { IsBlank: false, Verbatim: null } line; i++)
        {
            if (!line.Tokens.IsEmpty && line.Tokens[0].Type != lines[first].Tokens[0].Type)
            {
                break;
            }

            end = line.Tokens.IsEmpty ? end : i + 1;
        }

        return end;
    }

    private static void Table(IReadOnlyList<SourceLine> lines, string[] code, int from, int to)
    {
        var rows = Enumerable.Range(from, to - from).Where(i => lines[i] is { Tokens.IsEmpty: false, Verbatim: null })
            .Select(i => (Line: i, Cells: Cells(lines[i].Tokens))).ToArray();
        var widths = Widths(rows.Select(row => row.Cells));
        foreach (var (line, cells) in rows)
        {
            code[line] = Join(cells, widths);
        }
    }

    /// <summary>Widths of a table's columns. The last cell of a row ends its line and takes none.</summary>
    public static int[] Widths(IEnumerable<string[]> rows)
    {
        var widths = new List<int>();
        foreach (var cells in rows)
        {
            for (var i = 0; i < cells.Length - 1; i++)
            {
                if (i == widths.Count)
                {
                    widths.Add(0);
                }

                widths[i] = Math.Max(widths[i], cells[i].Length <= Widest ? cells[i].Length : 0);
            }
        }

        return [.. widths];
    }

    /// <summary>One row of a table.</summary>
    public static string Join(string[] cells, int[] widths) =>
        string.Join(' ', cells.Select((cell, i) => i + 1 < cells.Length ? cell.PadRight(widths[i]) : cell));

    private static bool IsTabular(IToken first) => first.Type is PomIsaParser.CONST or PomIsaParser.TYPE or PomIsaParser.ALIAS
        or PomIsaParser.SYMBOL or PomIsaParser.INPUT or PomIsaParser.WEIGHT or PomIsaParser.STATE;

    /// <summary>Directive, name, the type where there is one, and the rest.</summary>
    private static string[] Cells(ImmutableArray<IToken> tokens)
    {
        if (!IsTabular(tokens[0]) || tokens.Length < 3)
        {
            return [TokenSpacing.Write(tokens)];
        }

        var typed = tokens[0].Type is PomIsaParser.INPUT or PomIsaParser.WEIGHT or PomIsaParser.STATE;
        var type = 2;
        while (typed && type < tokens.Length && tokens[type].Type != PomIsaParser.RBRACKET)
        {
            type++;
        }

        int[] bounds = typed && type + 1 < tokens.Length ? [0, 1, 2, type + 1, tokens.Length] : [0, 1, 2, tokens.Length];
        return [.. bounds.Zip(bounds.Skip(1), (from, to) => TokenSpacing.Write(tokens, from, to))];
    }
}
