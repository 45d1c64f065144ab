using Antlr4.Runtime;
using Antlr4.Runtime.Misc;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Generated;

namespace PomIsa.Assembly.Syntax;

/// <summary>Syntax errors in words, the first of each line.</summary>
internal sealed class SyntaxErrors(SourceFile file, DiagnosticBag diagnostics, HashSet<int> silentLines)
{
    private static readonly string[] ContextWords = ["max", "panels", "rows", "digest", "data"];
    private bool _broken;

    /// <summary>True if an error was reported since the last call.</summary>
    public bool TakeBroken()
    {
        var broken = _broken;
        _broken = false;
        return broken;
    }

    public void Report(IToken found, IntervalSet? expected)
    {
        if (_broken)
        {
            return;
        }

        _broken = true;
        if (silentLines.Contains(found.Line))
        {
            return;
        }

        var wanted = expected is null ? "" : Expectation.Describe(expected);
        diagnostics.Add(
            file.Span(found, found), DiagnosticCode.Syntax,
            wanted.Length == 0 ? $"{Found(found)} does not belong here" : $"expected {wanted}, found {Found(found)}",
            HintFor(found));
    }

    private static string Found(IToken token) => token.Type switch
    {
        TokenConstants.EOF => "the end of the file",
        PomIsaParser.NEWLINE => "the end of the line",
        _ => $"'{(token.Text.Length <= 40 ? token.Text : token.Text[..40] + "…")}'",
    };

    private static string? HintFor(IToken token) => token.Type switch
    {
        PomIsaParser.STRAY when token.Text == "\"" => "a quoted name ends with \" on the same line",
        PomIsaParser.STRAY when token.Text is "#" or "/" => "comments begin with ;",
        PomIsaParser.STRAY when token.Text is "{" or "}" => "in a name, braces hold an expression: l{i}.wq",
        PomIsaParser.EQUALS => "constants are written .const NAME value",
        PomIsaParser.NAME => Suggestion.For(token.Text, ContextWords),
        _ => null,
    };
}

/// <summary>Sets of tokens as a reader would name them.</summary>
internal static class Expectation
{
    public static string Describe(IntervalSet tokens)
    {
        var words = new List<string>();
        var expression = tokens.Contains(PomIsaParser.INT);
        var name = tokens.Contains(PomIsaParser.NAME);
        if (expression)
        {
            words.Add("an expression");
        }
        else if (name)
        {
            words.Add("a name");
        }

        foreach (var type in tokens.ToArray())
        {
            if (!(expression && BeginsExpression(type)) && !(name && IsName(type)) && !IsOperator(type))
            {
                words.Add(Word(type));
            }
        }

        if (tokens.Contains(PomIsaParser.PLUS))
        {
            words.Add("an operator");
        }

        // The end of a file is as good as the end of a line everywhere; a long list helps nobody.
        var distinct = words.Distinct().ToList();
        return distinct.Count switch
        {
            0 or > 6 => "",
            1 => distinct[0],
            _ => string.Join(", ", distinct.Take(distinct.Count - 1)) + " or " + distinct[^1],
        };
    }

    private static bool IsName(int type) =>
        type is PomIsaParser.NAME or PomIsaParser.STRING or PomIsaParser.MAX or PomIsaParser.PANELS
            or PomIsaParser.ROWS or PomIsaParser.DIGEST or PomIsaParser.DATA;

    private static bool BeginsExpression(int type) => IsName(type)
        || type is PomIsaParser.INT or PomIsaParser.HEX or PomIsaParser.FLOAT or PomIsaParser.HEXFLOAT
            or PomIsaParser.BITS or PomIsaParser.LPAREN or PomIsaParser.MINUS;

    private static bool IsOperator(int type) => type is >= PomIsaParser.PLUS and <= PomIsaParser.PERCENT;

    private static string Word(int type) => type switch
    {
        PomIsaParser.NEWLINE or TokenConstants.EOF => "the end of the line",
        PomIsaParser.NAME => "a name",
        PomIsaParser.STRING => "a quoted text",
        PomIsaParser.HEX => "a hexadecimal number",
        _ => PomIsaParser.DefaultVocabulary.GetDisplayName(type),
    };
}
