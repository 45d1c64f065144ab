using PomIsa.Text.Files;
using PomIsa.Text.PreTokenizers;

namespace PomIsa.Text.Normalizers;

/// <summary>The <c>normalizer</c> of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    /// <summary>Reads one; null where the file has none.</summary>
    /// <exception cref="InvalidDataException">It is of an unknown kind, or not well formed.</exception>
    public static Normalization? Read(JsonPart? part) => part is { } found ? Bounded(Of(found, 0)) : null;

    private static Normalization Of(JsonPart part, int depth) => part.Kind switch
    {
        "Sequence" => Chain([.. PartList.Of(part, "normalizers", depth).Select(one => Of(one, depth + 1))]),
        "NFC" => static s => UnicodeForms.Compose(s.Text, compatible: false),
        "NFD" => static s => UnicodeForms.Decompose(s.Text, compatible: false),
        "NFKC" => static s => UnicodeForms.Compose(s.Text, compatible: true),
        "NFKD" => static s => UnicodeForms.Decompose(s.Text, compatible: true),
        "Lowercase" => static s => CodePoints.Lower(s.Text),
        "StripAccents" => static s => CodePoints.Without(s.Text, CodePoints.IsMark),
        "Strip" => Strip(part.FlagOr("strip_left", true), part.FlagOr("strip_right", true)),
        "Replace" => Replace(Pattern.Read(part.Need("pattern")), part.Need("content").Text),
        "Prepend" => Prepend(part.Need("prepend").Text),
        "BertNormalizer" => BertNormalizer.Read(part),
        "ByteLevel" => static s => ByteAlphabet.Spell(s.Text),
        "Precompiled" => Precompiled(part.Need("precompiled_charsmap")),
        var kind => throw part.Wrong($"is of the kind '{kind}', which is not known here"),
    };

    private static Normalization Chain(Normalization[] steps) => segment =>
    {
        foreach (Normalization step in steps)
        {
            segment = segment with { Text = step(segment) };
            if (segment.Text.Length > TextLimits.NormalizedChars)
            {
                break;
            }
        }

        return segment.Text;
    };

    private static Normalization Bounded(Normalization inner) => segment => inner(segment) is { Length: <= TextLimits.NormalizedChars } text
        ? text
        : throw new InvalidDataException("The normalizer makes the text too long.");

    private static Normalization Strip(bool left, bool right) => segment =>
    {
        string text = left ? segment.Text.TrimStart() : segment.Text;
        return right ? text.TrimEnd() : text;
    };

    private static Normalization Replace(Pattern pattern, string content) => segment => pattern.Replace(segment.Text, content);

    private static Normalization Prepend(string text) => segment => segment.Text.Length == 0 ? "" : text + segment.Text;

    private static Normalization Precompiled(JsonPart part)
    {
        try
        {
            return CharsMap.Read(Convert.FromBase64String(part.Text)) is { } map ? segment => map.Apply(segment.Text) : static segment => segment.Text;
        }
        catch (FormatException)
        {
            throw part.Wrong("is not Base64");
        }
    }
}
