using System.Globalization;
using System.Text;
using PomIsa.Text.Files;
using PomIsa.Text.Normalizers;

namespace PomIsa.Text.PreTokenizers;

/// <summary>The <c>pre_tokenizer</c> of a tokenizer.json.</summary>
internal static class PreTokenizerReader
{
    /// <summary>How GPT-2 cuts a text into words.</summary>
    public const string Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    // \w as Unicode has it: .NET's lacks some marks and letter numbers.
    private const string WordOrSymbols = @"[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200C\u200D]+|[^\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200C\u200D\s]+";

    /// <summary>Reads one; null where the file has none.</summary>
    /// <exception cref="InvalidDataException">It is of an unknown kind, or not well formed.</exception>
    public static Splitting? Read(JsonPart? part) => part is { } found ? Of(found, 0) : null;

    /// <summary>Whether all that comes out are characters that stand for bytes.</summary>
    public static bool SpellsBytes(JsonPart? part) => part is { } found
        && (found.Kind == "ByteLevel" || (found.Kind == "Sequence" && found.Need("pretokenizers").Items.Any(static one => SpellsBytes(one))));

    private static Splitting Of(JsonPart part, int depth) => part.Kind switch
    {
        "Sequence" => Chain([.. PartList.Of(part, "pretokenizers", depth).Select(one => Of(one, depth + 1))]),
        "ByteLevel" => ByteLevel(part.FlagOr("add_prefix_space", true), part.FlagOr("use_regex", true)),
        "Split" => By(Pattern.Read(part.Need("pattern")), MatchSplit.ReadBehavior(part, SplitBehavior.Isolated), part.FlagOr("invert", false)),
        "Metaspace" => Metaspace.Read(part),
        "Digits" => ByRunes(IsNumber, part.FlagOr("individual_digits", false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        "Whitespace" => By(Pattern.Regex(WordOrSymbols), SplitBehavior.Removed, invert: true),
        "WhitespaceSplit" => ByRunes(Rune.IsWhiteSpace, SplitBehavior.Removed),
        "BertPreTokenizer" => Chain([ByRunes(Rune.IsWhiteSpace, SplitBehavior.Removed), ByRunes(CodePoints.IsPunctuation, SplitBehavior.Isolated)]),
        "Punctuation" => ByRunes(CodePoints.IsPunctuation, MatchSplit.ReadBehavior(part, SplitBehavior.Isolated)),
        "CharDelimiterSplit" => By(Pattern.Literal(part.Need("delimiter").Token), SplitBehavior.Removed, invert: false),
        var kind => throw part.Wrong($"is of the kind '{kind}', which is not known here"),
    };

    private static Splitting Chain(Splitting[] steps) => (segment, parts) =>
    {
        List<Segment> current = [segment];
        foreach (Splitting step in steps)
        {
            var next = new List<Segment>(current.Count);
            foreach (Segment one in current)
            {
                step(one, next);
            }

            current = next;
        }

        parts.AddRange(current);
    };

    private static Splitting By(Pattern pattern, SplitBehavior behavior, bool invert) =>
        (segment, parts) => MatchSplit.Cut(segment, pattern.Find(segment.Text), behavior, invert, parts);

    private static Splitting ByRunes(Func<Rune, bool> matches, SplitBehavior behavior) => (segment, parts) =>
    {
        var found = new List<Range>();
        int at = 0;
        foreach (Rune rune in segment.Text.EnumerateRunes())
        {
            if (matches(rune))
            {
                found.Add(at..(at + rune.Utf16SequenceLength));
            }

            at += rune.Utf16SequenceLength;
        }

        MatchSplit.Cut(segment, found, behavior, invert: false, parts);
    };

    private static Splitting ByteLevel(bool prefix, bool cut)
    {
        Splitting? words = cut ? By(Pattern.Regex(Words), SplitBehavior.Isolated, invert: false) : null;
        return (segment, parts) =>
        {
            segment = prefix && !segment.Text.StartsWith(' ') ? segment with { Text = " " + segment.Text } : segment;
            int first = parts.Count;
            if (words is null)
            {
                parts.Add(segment);
            }
            else
            {
                words(segment, parts);
            }

            for (int i = first; i < parts.Count; i++)
            {
                parts[i] = parts[i] with { Text = ByteAlphabet.Spell(parts[i].Text) };
            }
        };
    }

    private static bool IsNumber(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
}
