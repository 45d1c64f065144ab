namespace PomIsa.Disputes.Values.Cells;

/// <summary>A stretch of cells of a derivation: each a function of few elements and few cells before it.</summary>
internal interface ICells
{
    /// <summary>How many.</summary>
    long Count { get; }

    /// <summary>The value of one.</summary>
    /// <param name="start">Number of the stretch's first cell in the derivation.</param>
    /// <param name="cell">Which of the stretch.</param>
    /// <param name="r">Gives elements and cells.</param>
    ulong Evaluate(long start, long cell, ElementReader r);
}

/// <summary>How one element follows from the operands: cells in order, the last of which has the element's bits.</summary>
internal sealed class Derivation
{
    private readonly List<(long Start, ICells Cells)> _parts = [];

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>A derivation in one cell.</summary>
    public static Derivation Of(Func<ElementReader, ulong> value)
    {
        var derivation = new Derivation();
        derivation.Add(value);
        return derivation;
    }

    /// <summary>Adds a stretch.</summary>
    /// <returns>Number of its last cell.</returns>
    public long Add(ICells cells)
    {
        _parts.Add((Count, cells));
        Count = checked(Count + cells.Count);
        return Count - 1;
    }

    /// <summary>Adds one cell.</summary>
    public long Add(Func<ElementReader, ulong> value) => Add(new Each(1, (_, r) => value(r)));

    /// <summary>The value of a cell.</summary>
    public ulong Evaluate(long cell, ElementReader r)
    {
        foreach ((long start, ICells cells) in _parts)
        {
            if (cell < start + cells.Count)
            {
                return cells.Evaluate(start, cell - start, r);
            }
        }

        throw new NotBroughtException("there is no such cell");
    }
}

/// <summary>Cells that each follow by themselves.</summary>
internal sealed class Each(long count, Func<long, ElementReader, ulong> value) : ICells
{
    public long Count => count;

    public ulong Evaluate(long start, long cell, ElementReader r) => value(cell, r);
}
