using System.Text.RegularExpressions;

namespace PomIsa.LanguageServer.Features;

/// <summary>A word of a line, with its place in UTF-16 units from 0.</summary>
internal readonly record struct Word(string Text, int Start)
{
    public int End => Start + Text.Length;
}

/// <summary>
/// A line as words, for lines that are being typed and that no parser takes. Names with their dots and braces are one word, so are
/// directives, quoted names and comments; everything else is a word of one character.
/// </summary>
internal sealed partial class LineText
{
    public LineText(string line) => Words = [.. WordPattern().Matches(line).Select(match => new Word(match.Value, match.Index))];

    public IReadOnlyList<Word> Words { get; }

    /// <summary>The word that a cursor is in or right behind; a name before a sign.</summary>
    public Word? At(int character) => Words.Where(one => character >= one.Start && character <= one.End)
        .OrderByDescending(one => IsName(one.Text)).Select(one => (Word?)one).FirstOrDefault();

    public static bool IsName(string word) => word[0] is '"' or '_' or '{' or '.' or (>= '0' and <= '9') || char.IsAsciiLetter(word[0]);

    [GeneratedRegex("""->|"(?:[^"\\]|\\.)*"?|;.*|(?:[A-Za-z0-9_.]|\{[^{}]*\}?)+|\S""")]
    private static partial Regex WordPattern();
}
