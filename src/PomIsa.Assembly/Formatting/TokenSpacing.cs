using System.Collections.Immutable;
using System.Text;
using Antlr4.Runtime;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;

namespace PomIsa.Assembly.Formatting;

/// <summary>Tokens of one line to text: one space between any two, but none where brackets, commas, colons and signs hold on to what they belong to.</summary>
internal static class TokenSpacing
{
    public static string Write(ImmutableArray<IToken> tokens) => Write(tokens, 0, tokens.Length);

    /// <summary>The tokens from one index to before another, spaced as the whole line asks for, without a space in front.</summary>
    public static string Write(ImmutableArray<IToken> tokens, int from, int to)
    {
        var text = new StringBuilder();
        for (var i = from; i < to; i++)
        {
            if (i > from && HasSpace(tokens, i))
            {
                text.Append(' ');
            }

            text.Append(Text(tokens[i]));
        }

        return text.ToString();
    }

    private static bool HasSpace(ImmutableArray<IToken> tokens, int i) => (tokens[i - 1].Text, tokens[i].Text) switch
    {
        (_, "," or ":" or ")" or "]" or "..") => false,
        ("(" or "[" or "..", _) => false,
        ("-", _) when IsSign(tokens, i - 1) => false,
        (_, "(" or "[") => !EndsOperand(tokens, i - 1),
        _ => true,
    };

    /// <summary>Whether a minus is a sign rather than an operator between two values.</summary>
    private static bool IsSign(ImmutableArray<IToken> tokens, int i) => i == 0 || !EndsOperand(tokens, i - 1);

    private static bool EndsOperand(ImmutableArray<IToken> tokens, int i) => tokens[i].Text switch
    {
        ")" or "]" => true,
        "(" or "[" or "," or ":" or ".." or "->" or "=" or "+" or "-" or "*" or "/" or "%" => false,
        _ => !IsHead(tokens, i),
    };

    /// <summary>Whether a value begins behind this word: a mnemonic, a directive, the name of a constant, the word max.</summary>
    private static bool IsHead(ImmutableArray<IToken> tokens, int i) => tokens[0].Type switch
    {
        PomIsaParser.CONST or PomIsaParser.REPEAT => i <= 1,
        PomIsaParser.SYMBOL => i is 0 or 2,
        PomIsaParser.STATE => i == 0 || (tokens[i].Type == PomIsaParser.MAX && tokens[i - 1].Text == "]"),
        _ => i == 0,
    };

    private static string Text(IToken token) => token.Type == PomIsaParser.NAME && token.Text.Contains('{', StringComparison.Ordinal)
        ? Interpolated(token.Text) : token.Text;

    /// <summary>What stands between the braces of a name is an expression, spaced like any other.</summary>
    private static string Interpolated(string name)
    {
        var text = new StringBuilder();
        for (var at = 0; at < name.Length;)
        {
            var open = name.IndexOf('{', at);
            if (open < 0)
            {
                return text.Append(name, at, name.Length - at).ToString();
            }

            var close = name.IndexOf('}', open);
            var inner = name[(open + 1)..close];
            text.Append(name, at, open - at).Append('{').Append(Expression(inner)).Append('}');
            at = close + 1;
        }

        return text.ToString();
    }

    private static string Expression(string text)
    {
        if (text.Contains(';', StringComparison.Ordinal) || SourceParser.ParseInterpolation(text) is null)
        {
            return text;
        }

        // The first word of an expression is a value, never a mnemonic: the parenthesis in front keeps it from being taken for one.
        ImmutableArray<IToken> tokens = [.. SourceParser.Tokens("(" + text).GetTokens().Where(one => one.Type != TokenConstants.EOF)];
        return Write(tokens, 1, tokens.Length);
    }
}
