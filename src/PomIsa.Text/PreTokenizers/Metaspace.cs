using PomIsa.Text.Files;

namespace PomIsa.Text.PreTokenizers;

/// <summary>Where a text gains a space before it, and how spaces are spelled: SentencePiece's convention.</summary>
/// <param name="Letter">What stands for a space, mostly U+2581.</param>
/// <param name="Always">Whether each segment gains one.</param>
/// <param name="First">Whether the text's first gains one.</param>
internal readonly record struct Metaspace(string Letter, bool Always, bool First)
{
    public const string Default = "\u2581";

    /// <summary>Whether a decoder takes the text's first space away.</summary>
    public bool Prepends => Always || First;

    public static Metaspace Of(JsonPart part)
    {
        string letter = part.TextOrNull("replacement") ?? Default;
        if (letter.Length != 1)
        {
            throw part.Wrong("replaces spaces by something that is not one character");
        }

        string scheme = part.TextOrNull("prepend_scheme") ?? (part.FlagOr("add_prefix_space", true) ? "always" : "never");
        return scheme switch
        {
            "always" => new Metaspace(letter, true, true),
            "first" => new Metaspace(letter, false, true),
            "never" => new Metaspace(letter, false, false),
            _ => throw part.Wrong($"has the prepend_scheme '{scheme}', which is not known here"),
        };
    }

    public static Splitting Read(JsonPart part)
    {
        Metaspace space = Of(part);
        bool cut = part.FlagOr("split", true);
        var letter = Pattern.Literal(space.Letter);
        return (segment, parts) =>
        {
            string text = segment.Text.Replace(" ", space.Letter, StringComparison.Ordinal);
            bool prepends = space.Always || (space.First && segment.First);
            text = prepends && !text.StartsWith(space.Letter, StringComparison.Ordinal) ? space.Letter + text : text;
            segment = segment with { Text = text };
            if (cut)
            {
                MatchSplit.Cut(segment, letter.Find(text), SplitBehavior.MergedWithNext, invert: false, parts);
            }
            else if (text.Length > 0)
            {
                parts.Add(segment);
            }
        };
    }
}
