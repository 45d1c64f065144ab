using PomIsa.Disputes.Traces;

namespace PomIsa.Disputes.Values;

/// <summary>What the states hold when a step begins: for each, the pieces that steps have appended or written, by their rows.</summary>
public sealed class StatePieces
{
    private readonly Chain<StatePiece>?[] _chains;
    private readonly StatePiece[]?[] _pieces;

    internal StatePieces(Chain<StatePiece>?[] chains) => (_chains, _pieces) = (chains, new StatePiece[]?[chains.Length]);

    /// <summary>The piece that a row of a state lies in.</summary>
    public bool TryFind(int state, long row, out StatePiece piece)
    {
        StatePiece[] pieces = _pieces[state] ??= Chain<StatePiece>.ToArray(_chains[state]);
        (int low, int high) = (0, pieces.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = pieces[middle].FirstRow <= row ? (middle + 1, high) : (low, middle);
        }

        piece = low == 0 ? default : pieces[low - 1];
        return low > 0 && row >= piece.FirstRow && row - piece.FirstRow < piece.Rows;
    }
}
