namespace PomIsa.Disputes.Traces;

/// <summary>A list that only grows and whose beginning is shared by the paths that fork from one another.</summary>
/// <remarks>It lies in pieces, linked backwards, of which only the newest is written to, and only by the one path that it belongs to: to add costs what it costs in an array.</remarks>
internal sealed class Trail<T>
{
    private const int LeastPiece = 4;

    // Below the size from which the runtime keeps arrays apart.
    private const int GreatestPiece = 1024;

    private Piece? _last;
    private bool _owned;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    public void Add(in T item)
    {
        if (!_owned || _last!.Count == _last.Items.Length)
        {
            int capacity = _owned ? Math.Min(2 * _last!.Items.Length, GreatestPiece) : LeastPiece;
            (_last, _owned) = (new Piece(_last, Count, capacity), true);
        }

        _last.Items[_last.Count++] = item;
        Count++;
    }

    /// <summary>The same list for another path; from here on both grow apart.</summary>
    public Trail<T> Fork()
    {
        _owned = false;
        return new Trail<T> { _last = _last, Count = Count };
    }

    /// <summary>A view of what there is now.</summary>
    public TrailView<T> View()
    {
        int pieces = 0;
        for (Piece? at = _last; at is not null; at = at.Before)
        {
            pieces++;
        }

        var all = new Piece[pieces];
        for (Piece? at = _last; at is not null; at = at.Before)
        {
            all[--pieces] = at;
        }

        return new TrailView<T>(all, Count);
    }

    /// <summary>All of them, oldest first.</summary>
    public T[] ToArray()
    {
        var all = new T[Count];
        for (Piece? at = _last; at is not null; at = at.Before)
        {
            at.Items.AsSpan(0, at.Count).CopyTo(all.AsSpan(at.Start));
        }

        return all;
    }

    /// <summary>A stretch of the list.</summary>
    /// <param name="before">The stretch before it.</param>
    /// <param name="start">How many lie before it.</param>
    /// <param name="capacity">How many it can hold.</param>
    internal sealed class Piece(Piece? before, int start, int capacity)
    {
        public Piece? Before { get; } = before;

        public int Start { get; } = start;

        public T[] Items { get; } = new T[capacity];

        public int Count { get; set; }
    }
}
