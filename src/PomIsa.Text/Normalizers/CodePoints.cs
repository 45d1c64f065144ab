using System.Globalization;
using System.Text;

namespace PomIsa.Text.Normalizers;

/// <summary>What tokenizers ask of a code point.</summary>
internal static class CodePoints
{
    /// <summary>Lower case of each code point by itself, whatever stands beside it.</summary>
    public static string Lower(string text)
    {
        string lower = text.ToLowerInvariant();
        return lower.Contains('\u0130', StringComparison.Ordinal) ? lower.Replace("\u0130", "i\u0307", StringComparison.Ordinal) : lower;
    }

    /// <summary>Punctuation as BERT has it: every ASCII symbol too.</summary>
    public static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126)
        : Rune.IsPunctuation(rune);

    public static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark;

    /// <summary>Control, format, private and unassigned ones; not the line breaks and the tabulator.</summary>
    public static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r') && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;

    /// <summary>The ideographs that BERT reads one by one.</summary>
    public static bool IsIdeograph(Rune rune) => rune.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    public static string Without(string text, Func<Rune, bool> left)
    {
        var kept = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!left(rune))
            {
                kept.Append(rune.ToString());
            }
        }

        return kept.ToString();
    }
}
