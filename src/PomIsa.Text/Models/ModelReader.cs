using System.Globalization;
using PomIsa.Text.Files;

namespace PomIsa.Text.Models;

/// <summary>The <c>model</c> of a tokenizer.json.</summary>
internal static class ModelReader
{
    /// <summary>Reads it; <paramref name="vocabulary"/> gains its tokens.</summary>
    /// <param name="part">The model.</param>
    /// <param name="vocabulary">Empty.</param>
    /// <param name="bytes">Whether words come with bytes spelled as characters.</param>
    /// <exception cref="InvalidDataException">It is of an unknown kind, or not well formed.</exception>
    public static ITokenModel Read(JsonPart part, Vocabulary vocabulary, bool bytes)
    {
        // Old files have no type: BPE has merges, WordPiece a prefix.
        string kind = part.TextOrNull("type") ?? (part.Find("merges") is not null ? "BPE" : part.Find("vocab") is { IsArray: true } ? "Unigram" : "WordPiece");
        switch (kind)
        {
            case "BPE":
                vocabulary.ReadMap(part.Need("vocab"));
                return BytePairsOf(part, vocabulary, bytes);
            case "WordPiece":
                vocabulary.ReadMap(part.Need("vocab"));
                return WordPiece.Read(part, vocabulary);
            case "Unigram":
                return UnigramOf(part, vocabulary);
            default:
                throw part.Wrong($"is of the kind '{kind}', which is not known here");
        }
    }

    private static ITokenModel BytePairsOf(JsonPart part, Vocabulary vocabulary, bool bytes)
    {
        string prefix = part.TextOrNull("continuing_subword_prefix") ?? "", suffix = part.TextOrNull("end_of_word_suffix") ?? "";
        int? unknown = part.TextOrNull("unk_token") is { Length: > 0 } token ? vocabulary.Find(token) ?? throw part.Wrong($"has an unknown token '{token}' that is not in its vocabulary") : null;
        bool whole = part.FlagOr("ignore_merges", false), fallback = part.FlagOr("byte_fallback", false);
        Dictionary<(int, int), (int Rank, int Id)> merges = Merges(part.Need("merges"), vocabulary, prefix);
        var own = new BytePairs(vocabulary, new MergeList(merges), new BytePairOptions
        {
            Prefix = prefix,
            Suffix = suffix,
            Unknown = unknown,
            FuseUnknown = part.FlagOr("fuse_unk", false),
            Bytes = fallback ? vocabulary.ByteIds() : null,
        });
        bool complete = bytes && !fallback && prefix.Length == 0 && suffix.Length == 0;
        foreach (char letter in ByteAlphabet.Of)
        {
            complete &= vocabulary.Find(letter.ToString()) is not null;
        }

        // The package writes a merge as two words; ours that hold a space it can't take.
        (int Left, int Right)[] pairs = complete ? [.. merges.OrderBy(static one => one.Value.Rank).Select(static one => one.Key)] : [];
        return complete && !pairs.Any(pair => Spaced(vocabulary, pair.Left) || Spaced(vocabulary, pair.Right))
            ? PackagedBytePairs.Create(vocabulary, pairs.Select(pair => $"{vocabulary.Spelling(pair.Left)} {vocabulary.Spelling(pair.Right)}"), whole, own)
            : whole ? new WholeWords(vocabulary, own) : own;
    }

    private static bool Spaced(Vocabulary vocabulary, int id) => vocabulary.Spelling(id)!.Contains(' ', StringComparison.Ordinal);

    /// <summary>Merges as "left right" or ["left", "right"]; of a pair that comes twice the later counts.</summary>
    private static Dictionary<(int, int), (int Rank, int Id)> Merges(JsonPart part, Vocabulary vocabulary, string prefix)
    {
        var merges = new Dictionary<(int, int), (int, int)>();
        int rank = 0;
        foreach (JsonPart one in part.Items)
        {
            if (rank >= TextLimits.Merges)
            {
                throw part.Wrong(string.Create(CultureInfo.InvariantCulture, $"has more than {TextLimits.Merges} merges"));
            }

            (string left, string right) = Pair(one);
            string joined = right.StartsWith(prefix, StringComparison.Ordinal) ? left + right[prefix.Length..] : left + right;
            if (vocabulary.Find(left) is not { } a || vocabulary.Find(right) is not { } b || vocabulary.Find(joined) is not { } made)
            {
                string missing = vocabulary.Find(left) is null ? left : vocabulary.Find(right) is null ? right : joined;
                throw one.Wrong($"merges '{left}' and '{right}', but '{missing}' is not in the vocabulary");
            }

            merges[(a, b)] = (rank++, made);
        }

        return merges;
    }

    private static (string Left, string Right) Pair(JsonPart one)
    {
        if (one.IsArray)
        {
            JsonPart[] both = [.. one.Items.Take(3)];
            return both.Length == 2 ? (both[0].Text, both[1].Text) : throw one.Wrong("is no pair");
        }

        string text = one.Text;
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && space < text.Length - 1 && text.IndexOf(' ', space + 1) < 0
            ? (text[..space], text[(space + 1)..])
            : throw one.Wrong("is no pair of tokens with one space between them");
    }

    private static Unigram UnigramOf(JsonPart part, Vocabulary vocabulary)
    {
        var scores = new List<double>();
        foreach (JsonPart one in part.Need("vocab").Items)
        {
            JsonPart[] both = [.. one.Items.Take(3)];
            if (both.Length != 2 || both[0].Text.Length > TextLimits.TokenChars || scores.Count >= TextLimits.Ids || !vocabulary.TryAdd(both[0].Text, scores.Count))
            {
                throw one.Wrong("is no token with its score, or comes twice");
            }

            scores.Add(both[1].Number);
        }

        if (scores.Count == 0)
        {
            throw part.Need("vocab").Wrong("is empty");
        }

        int? unknown = part.Find("unk_id")?.Id;
        if (unknown >= scores.Count)
        {
            throw part.Need("unk_id").Wrong("is not in the vocabulary");
        }

        int[]? bytes = part.FlagOr("byte_fallback", false) ? vocabulary.ByteIds() : null;
        KeyValuePair<string, int>[] tokens = [.. vocabulary.Ids.Where(static one => one.Key.Length > 0)];
        return new Unigram(tokens, [.. scores], unknown, bytes);
    }
}
