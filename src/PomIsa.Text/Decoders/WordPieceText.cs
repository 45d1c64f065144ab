namespace PomIsa.Text.Decoders;

/// <summary>How word pieces stand beside each other, and small changes at a token's ends.</summary>
internal static class WordPieceText
{
    private static readonly (string From, string To)[] Marks =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>A token with the space before it, unless it goes on with a word.</summary>
    public static string Joined(string token, bool first, string prefix, bool clean)
    {
        string joined = first ? token
            : prefix.Length > 0 && token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..]
            : " " + token;
        return clean ? Marks.Aggregate(joined, static (text, mark) => text.Replace(mark.From, mark.To, StringComparison.Ordinal)) : joined;
    }

    /// <summary>A token without up to so many of a letter at its ends.</summary>
    public static string Stripped(string token, char letter, int start, int stop)
    {
        int from = 0, to = token.Length;
        while (from < to && from < start && token[from] == letter)
        {
            from++;
        }

        while (to > from && token.Length - to < stop && token[to - 1] == letter)
        {
            to--;
        }

        return token[from..to];
    }
}
