namespace PomIsa.Machine.Execution;

/// <summary>Memory of the rows that a quantized product multiplies, and of their scales. Who wants to read them later has them kept: the next product's then lie elsewhere.</summary>
/// <param name="integers">Planned bytes of the rows.</param>
/// <param name="scales">Planned bytes of their scales.</param>
internal sealed unsafe class RowsScratch(long integers, long scales) : IDisposable
{
    private readonly List<(Scratch Integers, Scratch Scales)> _places = [(new Scratch(integers), new Scratch(scales))];
    private int _at;
    private int _kept;

    /// <summary>Takes memory for rows of a product's own: that of the last ones, unless they are kept.</summary>
    /// <param name="rows">T.</param>
    /// <param name="depth">K.</param>
    public void Begin(int rows, int depth)
    {
        if (_kept > 0)
        {
            _at = (_at + 1) % (_kept + 1);
            if (_at == _places.Count)
            {
                _places.Add((new Scratch(integers), new Scratch(scales)));
            }
        }

        _kept = 0;
        Integers = _places[_at].Integers.Get<byte>((long)rows * depth);
        Scales = _places[_at].Scales.Get<float>(rows);
    }

    /// <summary>The last product's rows, of any content where it has just begun: bytes, <c>[T,K]</c>.</summary>
    public byte* Integers { get; private set; }

    /// <summary>Their scales, <c>f32[T]</c>.</summary>
    public float* Scales { get; private set; }

    /// <summary>Leaves the last product's rows as they are until so many others have been kept.</summary>
    /// <param name="others">The same number in each call, at least 1.</param>
    public void Keep(int others) => _kept = others;

    public void Dispose()
    {
        foreach ((Scratch rows, Scratch ofRows) in _places)
        {
            rows.Dispose();
            ofRows.Dispose();
        }
    }
}
