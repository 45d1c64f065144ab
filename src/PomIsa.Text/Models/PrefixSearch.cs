namespace PomIsa.Text.Models;

/// <summary>All of a set of spellings that a place of a text begins with, shortest first: a sorted list, narrowed character by character.</summary>
internal sealed class PrefixSearch
{
    private readonly string[] _keys;
    private readonly int[] _values;

    /// <param name="entries">Spellings, each once and none empty, and what to give for them.</param>
    public PrefixSearch(IEnumerable<KeyValuePair<string, int>> entries)
    {
        KeyValuePair<string, int>[] sorted = [.. entries.OrderBy(static one => one.Key, StringComparer.Ordinal)];
        _keys = [.. sorted.Select(static one => one.Key)];
        _values = [.. sorted.Select(static one => one.Value)];
    }

    public bool IsEmpty => _keys.Length == 0;

    /// <summary>Appends the length and value of each spelling that <paramref name="text"/> begins with.</summary>
    public void Find(ReadOnlySpan<char> text, List<(int Length, int Value)> found)
    {
        int low = 0, high = _keys.Length;
        for (int depth = 0; depth < text.Length && low < high; depth++)
        {
            char letter = text[depth];
            low = Bound(low, high, depth, letter, after: false);
            high = Bound(low, high, depth, letter, after: true);
            if (low < high && _keys[low].Length == depth + 1)
            {
                found.Add((depth + 1, _values[low]));
                low++; // the one key that ends here sorts before all that go on
            }
        }
    }

    /// <summary>The first key in the range whose character at <paramref name="depth"/> is not below the letter, or is above it. All are longer than that.</summary>
    private int Bound(int low, int high, int depth, char letter, bool after)
    {
        while (low < high)
        {
            int middle = (low + high) / 2;
            char at = _keys[middle][depth];
            if (after ? at <= letter : at < letter)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
