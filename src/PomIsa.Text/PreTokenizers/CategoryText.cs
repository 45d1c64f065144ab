using System.Globalization;
using System.Text;

namespace PomIsa.Text.PreTokenizers;

/// <summary>A text in which each character beyond U+FFFF is one of the same general category below, for regular expressions.</summary>
internal static class CategoryText
{
    /// <summary>The text itself, and no places, where it holds none of them.</summary>
    /// <returns>The copy, and for each of its characters and its end the place in <paramref name="text"/>.</returns>
    public static (string Text, int[]? Places) Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return (text, null);
        }

        var copy = new StringBuilder(text.Length);
        var places = new List<int>(text.Length);
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            places.Add(at);
            copy.Append(rune.IsBmp ? (char)rune.Value : Of(Rune.GetUnicodeCategory(rune)));
            at += rune.Utf16SequenceLength;
        }

        places.Add(at);
        return (copy.ToString(), [.. places]);
    }

    private static char Of(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => '\u023A',
        UnicodeCategory.LowercaseLetter => '\u0250',
        UnicodeCategory.TitlecaseLetter => '\u01C5',
        UnicodeCategory.ModifierLetter => '\u02B0',
        UnicodeCategory.OtherLetter => '\u01BB',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => '\u2160',
        UnicodeCategory.OtherNumber => '\u09F4',
        UnicodeCategory.Format => '\u2060',
        UnicodeCategory.PrivateUse => '\uE000',
        UnicodeCategory.ConnectorPunctuation => '\u203F',
        UnicodeCategory.DashPunctuation => '\u2010',
        UnicodeCategory.OpenPunctuation => '\u2045',
        UnicodeCategory.ClosePunctuation => '\u2046',
        UnicodeCategory.InitialQuotePunctuation => '\u201F',
        UnicodeCategory.FinalQuotePunctuation => '\u203A',
        UnicodeCategory.OtherPunctuation => '\u2020',
        UnicodeCategory.MathSymbol => '\u2200',
        UnicodeCategory.CurrencySymbol => '\u20A0',
        UnicodeCategory.ModifierSymbol => '\u02C2',
        UnicodeCategory.OtherSymbol => '\u2600',
        _ => '\u0378', // assigned to nothing
    };
}
