using PomIsa.Disputes.Traces;

namespace PomIsa.Disputes.Values;

/// <summary>What the states hold when a step begins: for each, the pieces that steps have appended or written, by their rows.</summary>
public sealed class StatePieces
{
    private readonly TrailView<StateChange> _changes;
    private readonly int _count;
    private readonly Dictionary<int, StatePiece[]> _pieces = [];

    /// <param name="changes">What was done to the states.</param>
    /// <param name="count">How much of it lies before the step.</param>
    internal StatePieces(TrailView<StateChange> changes, int count) => (_changes, _count) = (changes, count);

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
        for (int at = _count - 1; at >= 0 && _changes[at].Reset != state; at--)
        {
            StateChange change = _changes[at];
            if (change.StoreTo(state) is not { } store)
            {
                continue;
            }

            long first = store.Writes || at == 0 ? 0 : _changes[at - 1].After[state], end = change.After[state];
            pieces.Add(new StatePiece(state, first, first < 0 || end < 0 ? -1 : end - first, change.CallIndex));
            if (store.Writes)
            {
                break;
            }
        }

        pieces.Reverse();
        return [.. pieces];
    }
}
