namespace PomIsa.Fuzz.Generation;

/// <summary>Decisions that follow from a seed alone: the same program from the same seed, everywhere.</summary>
internal sealed class Choices(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 random bits (SplitMix64).</summary>
    public ulong Bits()
    {
        _state = unchecked(_state + 0x9e3779b97f4a7c15);
        ulong z = _state;
        z = unchecked((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9);
        z = unchecked((z ^ (z >> 27)) * 0x94d049bb133111eb);
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Bits() % (uint)count);

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool Chance(int percent) => Below(100) < percent;

    public T Pick<T>(params ReadOnlySpan<T> items) => items[Below(items.Length)];

    /// <summary>One of the items of a list.</summary>
    public T From<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>The items in random order.</summary>
    public T[] Shuffle<T>(IEnumerable<T> items)
    {
        T[] all = [.. items];
        for (int i = all.Length - 1; i > 0; i--)
        {
            int other = Below(i + 1);
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all;
    }
}
