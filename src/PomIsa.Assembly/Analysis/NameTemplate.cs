using System.Text.RegularExpressions;
using PomIsa.Assembly.Expressions;

namespace PomIsa.Assembly.Analysis;

/// <summary>A name token: what is fixed, and what stands in braces between.</summary>
/// <param name="Literals">One more than there are braces; of a quoted token its text.</param>
/// <param name="Braces">What stands between each pair.</param>
internal sealed partial record NameTemplate(IReadOnlyList<string> Literals, IReadOnlyList<string> Braces)
{
    /// <summary>Reads a token; false if it is no name.</summary>
    public static bool TryRead(string token, out NameTemplate template)
    {
        template = new NameTemplate([""], []);
        if (token.StartsWith('"'))
        {
            if (!Quoted().IsMatch(token) || !Names.TryUnquote(token, out var text) || text.Length == 0)
            {
                return false;
            }

            template = new NameTemplate([text], []);
            return true;
        }

        if (!Bare().IsMatch(token))
        {
            return false;
        }

        var parts = token.Split('{', '}');
        template = new NameTemplate([.. parts.Where((_, i) => i % 2 == 0)], [.. parts.Where((_, i) => i % 2 == 1)]);
        return true;
    }

    public bool HasSameLiterals(NameTemplate other) => Literals.SequenceEqual(other.Literals);

    /// <summary>What the braces came to in a name that this template gave; null if it can't be told.</summary>
    public IReadOnlyList<string>? ValuesIn(string name)
    {
        var match = Regex.Match(name, "^" + string.Join("([0-9]+)", Literals.Select(Regex.Escape)) + "$", RegexOptions.NonBacktracking);
        return match.Success ? [.. match.Groups.Values.Skip(1).Select(group => group.Value)] : null;
    }

    /// <summary>The token with other texts in the braces.</summary>
    public string With(IReadOnlyList<string> braces) =>
        string.Concat(Literals.Select((literal, i) => i == 0 ? literal : $"{{{braces[i - 1]}}}{literal}"));

    /// <summary>The name with values in the place of the braces, quoted if it must be.</summary>
    public string Filled(IReadOnlyList<string> values) =>
        Names.Quote(string.Concat(Literals.Select((literal, i) => i == 0 ? literal : values[i - 1] + literal)));

    [GeneratedRegex(@"^(?:[A-Za-z_]|\{[^{}\r\n]*\})(?:[A-Za-z0-9_]|\{[^{}\r\n]*\})*(?:\.(?:[A-Za-z0-9_]|\{[^{}\r\n]*\})+)*\z")]
    private static partial Regex Bare();

    [GeneratedRegex(@"^""(?:[^""\\\r\n]|\\[^\r\n])*""\z")]
    private static partial Regex Quoted();
}
