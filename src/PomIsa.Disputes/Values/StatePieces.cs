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

    // From where the state was empty, or written as a whole, to the newest.
    private StatePiece[] Of(int state)
    {
        int from = _count;
        for (bool isWhole = false; from > 0 && !isWhole && _changes[from - 1].Reset != state; from--)
        {
            isWhole = _changes[from - 1].Stores.To(state) is { Writes: true };
        }

        var pieces = new List<StatePiece>();
        long held = 0;
        for (int at = from; at < _count; at++)
        {
            StateChange change = _changes[at];
            if (change.Stores.To(state) is { } store)
            {
                long rows = held < 0 ? -1 : store.Rows.At(change.Symbols);
                pieces.Add(new StatePiece(state, held, rows, change.CallIndex));
                held = rows < 0 ? -1 : held + rows;
            }
        }

        return [.. pieces];
    }
}
