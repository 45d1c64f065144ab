using PomIsa.Disputes.Traces;

namespace PomIsa.Disputes.Values;

/// <summary>What the states hold when a step begins: for each, the pieces that steps have appended or written, by their rows.</summary>
public sealed class StatePieces
{
    private readonly Chain<StateChange>? _changes;
    private readonly Dictionary<int, StatePiece[]> _pieces = [];

    internal StatePieces(Chain<StateChange>? changes) => _changes = changes;

    /// <summary>The piece that a row of a state lies in.</summary>
    public bool TryFind(int state, long row, out StatePiece piece)
    {
        if (!_pieces.TryGetValue(state, out StatePiece[]? pieces))
        {
            _pieces[state] = pieces = Of(state);
        }

        (int low, int high) = (0, pieces.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = pieces[middle].FirstRow <= row ? (middle + 1, high) : (low, middle);
        }

        piece = low == 0 ? default : pieces[low - 1];
        return low > 0 && row >= piece.FirstRow && row - piece.FirstRow < piece.Rows;
    }

    // From the newest back to where the state was empty, or written as a whole.
    private StatePiece[] Of(int state)
    {
        var pieces = new List<StatePiece>();
        for (Chain<StateChange>? at = _changes; at is not null && at.Last.Reset != state; at = at.Before)
        {
            if (at.Last.StoreTo(state) is not { } store)
            {
                continue;
            }

            long first = store.Writes ? 0 : at.Last.Before[state], end = at.Last.After[state];
            pieces.Add(new StatePiece(state, first, first < 0 || end < 0 ? -1 : end - first, at.Last.CallIndex));
            if (store.Writes)
            {
                break;
            }
        }

        pieces.Reverse();
        return [.. pieces];
    }
}
