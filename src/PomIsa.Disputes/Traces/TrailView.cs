namespace PomIsa.Disputes.Traces;

/// <summary>What is told at an index of the log.</summary>
internal interface IAtIndex
{
    ulong Index { get; }
}

/// <summary>A list of a path as it was when the view was taken.</summary>
internal sealed class TrailView<T>(Trail<T>.Piece[] pieces, int count)
{
    private int _recent; // the piece that was looked at last; mostly the next one lies there, too

    public int Count => count;

    public ref readonly T this[int place]
    {
        get
        {
            Trail<T>.Piece piece = pieces[_recent];
            if (place < piece.Start || place - piece.Start >= piece.Count)
            {
                (int low, int high) = (0, pieces.Length);
                while (low < high)
                {
                    int middle = (low + high) / 2;
                    (low, high) = pieces[middle].Start <= place ? (middle + 1, high) : (low, middle);
                }

                _recent = low - 1;
                piece = pieces[low - 1];
            }

            return ref piece.Items[place - piece.Start];
        }
    }
}

/// <summary>Looks things up by their index in the log.</summary>
internal static class TrailSearch
{
    /// <summary>How many are told at or before an index, of a list that ascends.</summary>
    public static int CountUpTo<T>(this TrailView<T> view, ulong index)
        where T : IAtIndex
    {
        (int low, int high) = (0, view.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = view[middle].Index <= index ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
