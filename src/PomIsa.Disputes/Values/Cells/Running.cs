namespace PomIsa.Disputes.Values.Cells;

/// <summary>A value that goes on from item to item: one cell for each few of them.</summary>
/// <param name="items">Items.</param>
/// <param name="grain">Items of one cell.</param>
/// <param name="first">The value before the first item.</param>
/// <param name="step">The value after an item.</param>
internal sealed class Running(long items, int grain, Func<ElementReader, ulong> first, Func<ulong, long, ElementReader, ulong> step) : ICells
{
    public long Count => Math.Max(1, (items + grain - 1) / grain);

    public ulong Evaluate(long start, long cell, ElementReader r)
    {
        ulong value = cell == 0 ? first(r) : r.Cell(start + cell - 1);
        long end = Math.Min(items, (cell + 1) * grain);
        for (long i = cell * grain; i < end; i++)
        {
            value = step(value, i, r);
        }

        return value;
    }
}
