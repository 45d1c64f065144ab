using System.Globalization;
using System.Text;
using PomIsa.Assembly.Generated;

namespace PomIsa.Assembly.Expressions;

/// <summary>Names as source writes them: bare, or quoted where a bare one can't say it.</summary>
internal static class Names
{
    /// <summary>The name as a token; quoted only where it must be.</summary>
    public static string Quote(string name) => IsBare(name) ? name : QuoteAlways(name);

    public static string QuoteAlways(string name)
    {
        var text = new StringBuilder("\"");
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
            {
                text.Append('\\').Append((char)rune.Value);
            }
            else if (rune.Value >= 0x80 || rune.Value is >= ' ' and < 0x7f)
            {
                _ = IsPlain(rune) ? text.Append(rune) : Escape(text, rune);
            }
            else
            {
                Escape(text, rune);
            }
        }

        return text.Append('"').ToString();
    }

    /// <summary>Undoes <see cref="QuoteAlways"/>; false at an unknown escape or half of a surrogate pair.</summary>
    public static bool TryUnquote(string token, out string name)
    {
        var text = new StringBuilder();
        name = "";
        for (var at = 1; at < token.Length - 1; at++)
        {
            if (token[at] != '\\')
            {
                text.Append(token[at]);
                continue;
            }

            at++;
            if (token[at] is '"' or '\\')
            {
                text.Append(token[at]);
            }
            else if (!TryRune(token, ref at, out var rune))
            {
                return false;
            }
            else
            {
                text.Append(rune);
            }
        }

        name = text.ToString();
        return IsWellFormed(name);
    }

    private static bool TryRune(string token, ref int at, out Rune rune)
    {
        rune = default;
        var end = token.IndexOf('}', at);
        if (token[at] != 'u' || at + 1 >= token.Length || token[at + 1] != '{' || end < 0)
        {
            return false;
        }

        var digits = token.AsSpan(at + 2, end - at - 2);
        at = end;
        return digits.Length <= 6
            && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && Rune.TryCreate(value, out rune);
    }

    /// <summary>False if half of a surrogate pair stands alone.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
        }

        return true;
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);

    private static StringBuilder Escape(StringBuilder text, Rune rune) =>
        text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");

    // The grammar's NAME without braces.
    private static bool IsBare(string name)
    {
        if (name.Length == 0 || !(char.IsAsciiLetter(name[0]) || name[0] == '_') || name.StartsWith("bits:", StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = 1; i < name.Length; i++)
        {
            var dot = name[i] == '.' && name[i - 1] != '.' && i + 1 < name.Length;
            if (!dot && !char.IsAsciiLetterOrDigit(name[i]) && name[i] != '_')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The token that a name rule matched.</summary>
    public static string Text(PomIsaParser.NameContext context) => context.Start.Text;
}
