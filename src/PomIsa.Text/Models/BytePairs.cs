using System.Text;

namespace PomIsa.Text.Models;

/// <summary>Which neighbours merge.</summary>
internal interface IMerges
{
    /// <summary>Whether two tokens merge, how soon (lower ranks first), and to which token.</summary>
    bool TryMerge(int left, int right, out int rank, out int id);
}

/// <summary>Merges as a list gives them: the earlier, the sooner.</summary>
internal sealed class MergeList(Dictionary<(int Left, int Right), (int Rank, int Id)> merges) : IMerges
{
    public bool TryMerge(int left, int right, out int rank, out int id)
    {
        bool found = merges.TryGetValue((left, right), out (int Rank, int Id) merge);
        (rank, id) = merge;
        return found;
    }
}

/// <summary>How a word that begins a merge is spelled in single tokens, and what becomes of characters that no token spells.</summary>
internal sealed record BytePairOptions
{
    public string Prefix { get; init; } = "";

    public string Suffix { get; init; } = "";

    public int? Unknown { get; init; }

    public bool FuseUnknown { get; init; }

    /// <summary>Ids of the tokens for single bytes, where unknown characters are spelled by them.</summary>
    public int[]? Bytes { get; init; }
}

/// <summary>Byte pair encoding: single characters, then merges of neighbours, the lowest rank first and from the left.</summary>
/// <remarks>
/// Our own for what the tokenizer package has not: byte fallback, characters beyond U+FFFF, words of any length in n log n, and SentencePiece's scores.
/// </remarks>
internal sealed class BytePairs(Vocabulary vocabulary, IMerges merges, BytePairOptions options) : ITokenModel
{
    public void Encode(string word, List<int> ids)
    {
        List<int> symbols = Spell(word);
        if (symbols.Count < 2)
        {
            ids.AddRange(symbols);
            return;
        }

        int[] tokens = [.. symbols], next = new int[tokens.Length], before = new int[tokens.Length];
        var queue = new PriorityQueue<(int At, int Left, int Right, int Id), long>();
        for (int i = 0; i < tokens.Length; i++)
        {
            (next[i], before[i]) = (i + 1 < tokens.Length ? i + 1 : -1, i - 1);
            Offer(i);
        }

        while (queue.TryDequeue(out (int At, int Left, int Right, int Id) merge, out _))
        {
            int right = tokens[merge.At] == merge.Left ? next[merge.At] : -1;
            if (right < 0 || tokens[right] != merge.Right)
            {
                continue; // one of the two was merged meanwhile
            }

            tokens[merge.At] = merge.Id;
            tokens[right] = -1;
            next[merge.At] = next[right];
            if (next[right] >= 0)
            {
                before[next[right]] = merge.At;
            }

            Offer(merge.At);
            if (before[merge.At] >= 0)
            {
                Offer(before[merge.At]);
            }
        }

        for (int i = 0; i >= 0; i = next[i])
        {
            ids.Add(tokens[i]);
        }

        void Offer(int at)
        {
            int right = next[at];
            if (right >= 0 && merges.TryMerge(tokens[at], tokens[right], out int rank, out int id))
            {
                queue.Enqueue((at, tokens[at], tokens[right], id), ((long)rank << 32) | (uint)at);
            }
        }
    }

    private List<int> Spell(string word)
    {
        var symbols = new List<int>(word.Length);
        bool unknown = false;
        int at = 0;
        foreach (Rune rune in word.EnumerateRunes())
        {
            string letter = rune.ToString();
            bool first = at == 0;
            at += rune.Utf16SequenceLength;
            string spelled = (first ? "" : options.Prefix) + letter + (at >= word.Length ? options.Suffix : "");
            if (vocabulary.Find(spelled) is { } id)
            {
                symbols.Add(id);
                unknown = false;
            }
            else if (options.Bytes is { } bytes)
            {
                symbols.AddRange(Encoding.UTF8.GetBytes(letter).Select(one => bytes[one]));
                unknown = false;
            }
            else if (options.Unknown is { } token)
            {
                if (!unknown || !options.FuseUnknown)
                {
                    symbols.Add(token);
                }

                unknown = true;
            }
        }

        return symbols;
    }
}
