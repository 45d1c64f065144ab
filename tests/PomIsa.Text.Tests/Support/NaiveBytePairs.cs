using System.Text;

namespace PomIsa.Text.Tests.Support;

/// <summary>Byte pair encoding as it is defined: again and again the merge of the lowest rank, at its leftmost place.</summary>
internal static class NaiveBytePairs
{
    public static List<string> Encode(IEnumerable<string> letters, IReadOnlyDictionary<(string, string), int> ranks)
    {
        List<string> parts = [.. letters];
        while (true)
        {
            int best = -1, rank = int.MaxValue;
            for (int i = 0; i + 1 < parts.Count; i++)
            {
                if (ranks.TryGetValue((parts[i], parts[i + 1]), out int found) && found < rank)
                {
                    (best, rank) = (i, found);
                }
            }

            if (best < 0)
            {
                return parts;
            }

            parts[best] += parts[best + 1];
            parts.RemoveAt(best + 1);
        }
    }

    public static IEnumerable<string> Letters(string text) => text.EnumerateRunes().Select(r => r.ToString());

    public static IEnumerable<string> Bytes(string text) => Encoding.UTF8.GetBytes(text).Select(b => ByteAlphabet.Of[b].ToString());
}
