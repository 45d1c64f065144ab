using System.Text;
using PomIsa.Text.Files;

namespace PomIsa.Text.Normalizers;

/// <summary>What BERT's vocabularies expect: spaces for all white space, ideographs apart, no accents, lower case, each where the file says so.</summary>
/// <remarks>Our own: the tokenizer package's is not public, drops line breaks and tabulators where they are spaces, and composes accents again.</remarks>
internal static class BertNormalizer
{
    public static Normalization Read(JsonPart part)
    {
        bool clean = part.FlagOr("clean_text", true), apart = part.FlagOr("handle_chinese_chars", true), lower = part.FlagOr("lowercase", true);
        bool strip = part.FlagOr("strip_accents", lower);
        return segment =>
        {
            string text = clean || apart ? Spaced(segment.Text, clean, apart) : segment.Text;
            text = strip ? CodePoints.Without(UnicodeForms.Decompose(text, compatible: false), CodePoints.IsMark) : text;
            return lower ? CodePoints.Lower(text) : text;
        };
    }

    private static string Spaced(string text, bool clean, bool apart)
    {
        var spaced = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (clean && (rune.Value is 0 or 0xFFFD || CodePoints.IsControl(rune)))
            {
                continue;
            }

            if (clean && Rune.IsWhiteSpace(rune))
            {
                spaced.Append(' ');
            }
            else if (apart && CodePoints.IsIdeograph(rune))
            {
                spaced.Append(' ').Append(rune.ToString()).Append(' ');
            }
            else
            {
                spaced.Append(rune.ToString());
            }
        }

        return spaced.ToString();
    }
}
