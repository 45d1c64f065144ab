using System.Collections.Immutable;
using Antlr4.Runtime;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;

namespace PomIsa.Assembly.Formatting;

/// <summary>One line of source, taken apart.</summary>
/// <param name="Tokens">Its code; empty for blank lines and those that are only a comment.</param>
/// <param name="Comment">From its <c>;</c> on; empty if there is none.</param>
/// <param name="Verbatim">
/// The line itself where it must stay as it is: a bare carriage return ends a comment within the line, so that code may follow it.
/// </param>
internal sealed record SourceLine(ImmutableArray<IToken> Tokens, string Comment, string? Verbatim)
{
    public bool IsBlank => Tokens.IsEmpty && Comment.Length == 0 && Verbatim is null;
}

/// <summary>Text to lines. The lexer drops plain comments, so they are read from between its tokens.</summary>
internal static class LineReader
{
    private static readonly char[] Spaces = [' ', '\t', '\r'];

    public static IReadOnlyList<SourceLine> Read(string text)
    {
        var tokens = SourceParser.Tokens(text).GetTokens();
        var lines = new List<SourceLine>();
        var at = 0;
        for (var (start, number) = (0, 1); start <= text.Length; number++)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            var own = ImmutableArray.CreateBuilder<IToken>();
            for (; at < tokens.Count && tokens[at].Line == number && tokens[at].Type != TokenConstants.EOF; at++)
            {
                if (tokens[at].Type is not (PomIsaParser.NEWLINE or PomIsaParser.DOC))
                {
                    own.Add(tokens[at]);
                }
            }

            lines.Add(Line(text, start, end, own.ToImmutable()));
            start = end + 1;
        }

        return lines;
    }

    private static SourceLine Line(string text, int start, int end, ImmutableArray<IToken> tokens)
    {
        var at = start;
        var plain = true;
        foreach (var token in tokens)
        {
            plain &= text.AsSpan(at, token.StartIndex - at).Trim(Spaces).IsEmpty;
            at = token.StopIndex + 1;
        }

        var comment = text[at..end].TrimEnd('\r').TrimStart(Spaces);
        return plain && !comment.Contains('\r', StringComparison.Ordinal)
            ? new SourceLine(tokens, Comment(comment, alone: tokens.IsEmpty), null)
            : new SourceLine(tokens, comment, text[start..end].TrimEnd('\r'));
    }

    /// <summary>One space behind the semicolons. The end of a doc comment belongs to its text, so it stays.</summary>
    private static string Comment(string comment, bool alone)
    {
        var doc = alone && comment.StartsWith(";;", StringComparison.Ordinal);
        var text = doc ? comment : comment.TrimEnd();
        var marks = text.StartsWith(";;", StringComparison.Ordinal) ? 2 : Math.Min(1, text.Length);
        var body = text.AsSpan(marks);
        return body.IsEmpty || (doc && body is " ") ? text[..marks]
            : body[0] is ' ' or '\t' or ';' ? text
            : $"{text[..marks]} {body}";
    }
}
