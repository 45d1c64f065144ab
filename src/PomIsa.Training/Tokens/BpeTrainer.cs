using System.Text;
using System.Text.RegularExpressions;
using PomIsa.Text;

namespace PomIsa.Training.Tokens;

/// <summary>Learns byte-level BPE merges: the most frequent neighbouring pair first, ties by the lower pair in ordinal order.</summary>
public static class BpeTrainer
{
    private sealed record Word(List<string> Parts, long Count);

    /// <summary>Learns at most <paramref name="merges"/> merges from <paramref name="texts"/>.</summary>
    public static IReadOnlyList<(string Left, string Right)> Train(IEnumerable<string> texts, Regex words, int merges)
    {
        Word[] vocabulary = CountWords(texts, words);
        var learned = new List<(string, string)>(merges);
        while (learned.Count < merges)
        {
            var counts = new Dictionary<(string, string), long>();
            foreach (Word word in vocabulary)
            {
                for (int i = 0; i + 1 < word.Parts.Count; i++)
                {
                    (string, string) pair = (word.Parts[i], word.Parts[i + 1]);
                    counts[pair] = counts.GetValueOrDefault(pair) + word.Count;
                }
            }

            if (counts.Count == 0)
            {
                break;
            }

            (string Left, string Right) best = counts
                .OrderByDescending(p => p.Value)
                .ThenBy(p => p.Key.Item1, StringComparer.Ordinal)
                .ThenBy(p => p.Key.Item2, StringComparer.Ordinal)
                .First().Key;
            learned.Add(best);
            foreach (Word word in vocabulary)
            {
                Merge(word.Parts, best);
            }
        }

        return learned;
    }

    private static Word[] CountWords(IEnumerable<string> texts, Regex words)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            foreach (ValueMatch match in words.EnumerateMatches(text))
            {
                string word = text.Substring(match.Index, match.Length);
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }

        return [.. counts.Select(w => new Word(Spell(w.Key), w.Value))];
    }

    private static List<string> Spell(string word) =>
        [.. Encoding.UTF8.GetBytes(word).Select(b => ByteAlphabet.Of[b].ToString())];

    private static void Merge(List<string> parts, (string Left, string Right) pair)
    {
        for (int i = 0; i + 1 < parts.Count; i++)
        {
            if (parts[i] == pair.Left && parts[i + 1] == pair.Right)
            {
                parts[i] += parts[i + 1];
                parts.RemoveAt(i + 1);
            }
        }
    }
}
