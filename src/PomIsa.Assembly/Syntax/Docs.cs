using Antlr4.Runtime;
using PomIsa.Assembly.Generated;

namespace PomIsa.Assembly.Syntax;

/// <summary>Doc comments: the <c>;;</c> lines that stand right above a declaration, with nothing between.</summary>
internal static class Docs
{
    public static string Above(CommonTokenStream tokens, IToken first)
    {
        var lines = new List<string>();
        var expected = first.Line - 1;
        for (var i = first.TokenIndex - 1; i >= 0; i--)
        {
            var token = tokens.Get(i);
            if (token.Type == PomIsaParser.DOC && token.Line == expected && StandsAlone(tokens, i))
            {
                lines.Add(Text(token.Text));
                expected--;
            }
            else if (token.Type != PomIsaParser.NEWLINE || token.Line < expected)
            {
                break;
            }
        }

        lines.Reverse();
        return string.Join('\n', lines);
    }

    private static bool StandsAlone(CommonTokenStream tokens, int index) =>
        index == 0 || tokens.Get(index - 1).Type == PomIsaParser.NEWLINE;

    private static string Text(string token)
    {
        var text = token[(token.Length > 2 && token[2] == ' ' ? 3 : 2)..];
        return string.Concat(text.Select(one => char.IsControl(one) ? ' ' : one));
    }
}
