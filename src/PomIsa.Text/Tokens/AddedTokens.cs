using System.Globalization;
using System.Text;
using PomIsa.Text.Files;
using PomIsa.Text.Models;

namespace PomIsa.Text.Tokens;

/// <summary>A token that is found in a text before its model sees the rest.</summary>
/// <param name="Content">How a text spells it.</param>
/// <param name="Id">Its id.</param>
/// <param name="Special">Whether it marks structure: left out of decoded text.</param>
/// <param name="Normalized">Whether it is looked for after normalization, itself normalized.</param>
/// <param name="Left">Whether it takes the white space before it.</param>
/// <param name="Right">Whether it takes the white space after it.</param>
/// <param name="SingleWord">Whether it counts only where no word goes on beside it.</param>
internal sealed record AddedToken(string Content, int Id, bool Special, bool Normalized = false, bool Left = false, bool Right = false, bool SingleWord = false)
{
    public static AddedToken Read(JsonPart part, int id)
    {
        bool special = part.FlagOr("special", false);
        return new AddedToken(
            part.Need("content").Token, id, special, part.FlagOr("normalized", !special), part.FlagOr("lstrip", false), part.FlagOr("rstrip", false), part.FlagOr("single_word", false));
    }

    /// <summary>Puts a token into the vocabulary, where it is not there already.</summary>
    public AddedToken Into(Vocabulary vocabulary, JsonPart part) => vocabulary.TryAdd(Content, Id)
        ? this
        : throw part.Wrong(string.Create(CultureInfo.InvariantCulture, $"is '{Content}' with the id {Id}, but the vocabulary has another token there, or it with another id"));
}

/// <summary>A part of a text: a token, or text without added tokens.</summary>
internal readonly record struct Stretch(Segment Segment, int Id)
{
    public bool IsToken => Id >= 0;
}

/// <summary>Finds added tokens: at the leftmost place, the longest.</summary>
internal sealed class AddedTokens
{
    private readonly AddedToken[] _tokens;
    private readonly PrefixSearch _search;

    /// <param name="tokens">Those to look for.</param>
    /// <param name="spelling">How each is spelled in the texts to come.</param>
    public AddedTokens(IEnumerable<AddedToken> tokens, Func<string, string> spelling)
    {
        var entries = new Dictionary<string, int>(StringComparer.Ordinal);
        _tokens = [.. tokens];
        for (int i = 0; i < _tokens.Length; i++)
        {
            if (spelling(_tokens[i].Content) is { Length: > 0 } spelled)
            {
                entries.TryAdd(spelled, i);
            }
        }

        _search = new PrefixSearch(entries);
    }

    /// <summary>Cuts a segment at the tokens in it.</summary>
    public IEnumerable<Stretch> Cut(Segment segment)
    {
        string text = segment.Text;
        int from = 0;
        foreach ((int start, int end, int id) in Find(text))
        {
            if (start > from)
            {
                yield return Rest(from, start);
            }

            yield return new Stretch(default, id);
            from = end;
        }

        if (from < text.Length)
        {
            yield return Rest(from, text.Length);
        }

        Stretch Rest(int a, int b) => new(new Segment(text[a..b], segment.First && a == 0, segment.Last && b == text.Length), -1);
    }

    private IEnumerable<(int Start, int End, int Id)> Find(string text)
    {
        if (_search.IsEmpty)
        {
            yield break;
        }

        var found = new List<(int Length, int Value)>();
        int last = 0;
        for (int at = 0; at < text.Length;)
        {
            found.Clear();
            _search.Find(text.AsSpan(at), found);
            if (found.Count == 0)
            {
                at++;
                continue;
            }

            AddedToken token = _tokens[found[^1].Value];
            int start = at, end = at + found[^1].Length;
            at = end;
            if (token.SingleWord && (IsWordBefore(text, start) || IsWordAfter(text, end)))
            {
                continue;
            }

            while (token.Left && start > last && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            while (token.Right && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            yield return (start, end, token.Id);
            last = at = end;
        }
    }

    private static bool IsWordBefore(string text, int at) => at > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out Rune rune, out _) == System.Buffers.OperationStatus.Done && IsWord(rune);

    private static bool IsWordAfter(string text, int at) => at < text.Length && Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out _) == System.Buffers.OperationStatus.Done && IsWord(rune);

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;
}
