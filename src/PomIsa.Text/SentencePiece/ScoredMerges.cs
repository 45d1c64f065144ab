using PomIsa.Text.Models;

namespace PomIsa.Text.SentencePiece;

/// <summary>SentencePiece's merges: two neighbours merge to the piece that they spell, the one with the highest score first.</summary>
internal sealed class ScoredMerges : IMerges
{
    private readonly IReadOnlyList<Piece> _pieces;
    private readonly Vocabulary _vocabulary;
    private readonly int[] _ranks;
    private readonly Dictionary<(int, int), int> _known = [];

    public ScoredMerges(IReadOnlyList<Piece> pieces, Vocabulary vocabulary)
    {
        (_pieces, _vocabulary) = (pieces, vocabulary);
        _ranks = new int[pieces.Count];
        int rank = 0;
        float last = float.PositiveInfinity;
        foreach (int id in Enumerable.Range(0, pieces.Count).OrderByDescending(id => pieces[id].Score))
        {
            rank += pieces[id].Score < last ? 1 : 0;
            (_ranks[id], last) = (rank, pieces[id].Score);
        }
    }

    public bool TryMerge(int left, int right, out int rank, out int id)
    {
        (rank, id) = (0, -1);
        if (_pieces[left].Kind != PieceKind.Normal || _pieces[right].Kind != PieceKind.Normal)
        {
            return false;
        }

        if (!_known.TryGetValue((left, right), out id))
        {
            id = _vocabulary.Find(_pieces[left].Text + _pieces[right].Text) is { } joined && _pieces[joined].Kind == PieceKind.Normal ? joined : -1;
            if (_known.Count < TextLimits.Merges)
            {
                _known.Add((left, right), id);
            }
        }

        rank = id < 0 ? 0 : _ranks[id];
        return id >= 0;
    }
}
