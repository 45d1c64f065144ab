namespace PomIsa.Audit.Projecting;

/// <summary>Memory for a kernel, used again as long as it suffices; of any content, valid as long as the slab that it is taken from.</summary>
internal sealed unsafe class PinnedArray<T>(Slab slab)
    where T : unmanaged
{
    private T* _data;
    private int _length;

    /// <summary>One for each of some threads.</summary>
    public static PinnedArray<T>[] ForThreads(int threads, Slab slab)
    {
        var arrays = new PinnedArray<T>[threads];
        for (int i = 0; i < threads; i++)
        {
            arrays[i] = new PinnedArray<T>(slab);
        }

        return arrays;
    }

    public T* Data => _data;

    public Span<T> Span => new(_data, _length);

    /// <summary>At least so many, for which what was there may be lost.</summary>
    public T* Grow(int length)
    {
        if (_length < length)
        {
            _length = (int)Math.Max(length, Math.Min(2L * _length, Array.MaxLength)); // what it grows out of stays taken: no more than it has in the end
            _data = slab.Take<T>(_length);
        }

        return _data;
    }
}
