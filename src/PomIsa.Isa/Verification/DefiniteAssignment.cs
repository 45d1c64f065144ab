namespace PomIsa.Isa.Verification;

/// <summary>Which slots (registers, then symbols) have a value on every path to here.</summary>
/// <remarks>A trail of what was set allows to take a branch back in time proportional to what it set.</remarks>
internal sealed class DefiniteAssignment(int slots)
{
    private readonly bool[] _set = new bool[slots];
    private readonly List<int> _trail = [];

    /// <summary>A point to go back to.</summary>
    public int Mark => _trail.Count;

    public bool this[int slot] => _set[slot];

    public void Set(int slot)
    {
        if (!_set[slot])
        {
            _set[slot] = true;
            _trail.Add(slot);
        }
    }

    /// <summary>Forgets what was set since <paramref name="mark"/> and returns it.</summary>
    public int[] Undo(int mark)
    {
        if (_trail.Count == mark)
        {
            return [];
        }

        int[] since = new int[_trail.Count - mark];
        _trail.CopyTo(mark, since, 0, since.Length);
        _trail.RemoveRange(mark, since.Length);
        foreach (int slot in since)
        {
            _set[slot] = false;
        }

        return since;
    }

    /// <summary>Sets what both branches set.</summary>
    public void SetCommon(int[] one, int[] other)
    {
        var both = new HashSet<int>(one);
        foreach (int slot in other)
        {
            if (both.Contains(slot))
            {
                Set(slot);
            }
        }
    }

    /// <summary>Sets all of them.</summary>
    public void SetAll(int[] slots)
    {
        foreach (int slot in slots)
        {
            Set(slot);
        }
    }
}
