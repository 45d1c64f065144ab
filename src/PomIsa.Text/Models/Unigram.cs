using System.Text;

namespace PomIsa.Text.Models;

/// <summary>Unigram: the segmentation whose tokens' scores have the highest sum; of equal ones the one that the longer scan meets first.</summary>
/// <remarks>
/// Our own: the tokenizer package reads no Unigram from tokenizer.json, and from tokenizer.model it fails where a model has no token for the
/// beginning, normalizes a text of one letter to nothing, and gives each unknown character a token where SentencePiece gives one for a run of them.
/// </remarks>
internal sealed class Unigram : ITokenModel
{
    /// <summary>How much below the lowest score an unknown character lies.</summary>
    private const double UnknownPenalty = 10;

    private readonly PrefixSearch _tokens;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly int? _unknown;
    private readonly int[]? _bytes;

    /// <param name="tokens">Tokens that a text may be cut into, by id.</param>
    /// <param name="scores">By id.</param>
    /// <param name="unknown">Id for what no token spells.</param>
    /// <param name="bytes">Ids of the tokens for single bytes, where unknown characters are spelled by them.</param>
    public Unigram(IReadOnlyCollection<KeyValuePair<string, int>> tokens, double[] scores, int? unknown, int[]? bytes)
    {
        _tokens = new PrefixSearch(tokens);
        (_scores, _unknown, _bytes) = (scores, unknown, bytes);
        _unknownScore = tokens.Select(one => scores[one.Value]).DefaultIfEmpty(0).Min() - UnknownPenalty;
    }

    public void Encode(string word, List<int> ids)
    {
        var best = new (double Score, int Start, int Id)[word.Length + 1];
        Array.Fill(best, (double.NegativeInfinity, -1, -1));
        best[0] = (0, 0, -1);
        var found = new List<(int Length, int Value)>();
        for (int at = 0; at < word.Length;)
        {
            int one = char.IsSurrogatePair(word, at) ? 2 : 1;
            found.Clear();
            _tokens.Find(word.AsSpan(at), found);
            bool single = false;
            foreach ((int length, int id) in found)
            {
                Offer(at, length, id, _scores[id]);
                single |= length == one;
            }

            if (!single)
            {
                Offer(at, one, -1, _unknownScore);
            }

            at += one;
        }

        var cut = new List<(int Start, int End, int Id)>();
        for (int end = word.Length; end > 0; end = best[end].Start)
        {
            cut.Add((best[end].Start, end, best[end].Id));
        }

        cut.Reverse();
        Emit(word, cut, ids);

        void Offer(int at, int length, int id, double score)
        {
            double sum = best[at].Score + score;
            if (best[at + length].Start < 0 || sum > best[at + length].Score)
            {
                best[at + length] = (sum, at, id);
            }
        }
    }

    /// <summary>A run of unknown characters is one unknown token, or their bytes.</summary>
    private void Emit(string word, List<(int Start, int End, int Id)> cut, List<int> ids)
    {
        bool unknown = false;
        foreach ((int start, int end, int id) in cut)
        {
            if (id >= 0)
            {
                ids.Add(id);
            }
            else if (_bytes is not null)
            {
                ids.AddRange(Encoding.UTF8.GetBytes(word[start..end]).Select(one => _bytes[one]));
            }
            else if (!unknown && _unknown is { } token)
            {
                ids.Add(token);
            }

            unknown = id < 0;
        }
    }
}
