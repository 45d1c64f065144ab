using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Machine.Execution;

/// <summary>Rows that last from step to step, with room for the declared maximum: memory that is taken when it is first needed.</summary>
internal sealed unsafe class StateBuffer : IDisposable
{
    private readonly int _rowBytes;
    private readonly int _maxRows;
    private Scratch _memory = new(planned: 0);

    public StateBuffer(StateEntry entry)
    {
        long elements = 1;
        foreach (int dimension in entry.Row)
        {
            elements *= dimension;
        }

        _rowBytes = checked((int)(elements * DTypes.SizeOf(entry.Element)));
        _maxRows = entry.MaxRows;
    }

    public int Rows { get; private set; }

    /// <summary>Bytes when full.</summary>
    public long Bytes => (long)_rowBytes * _maxRows;

    public int RowElementsF32 => _rowBytes / sizeof(float);

    /// <summary>The rows so far, as f32.</summary>
    public ReadOnlySpan<float> F32 => Rows == 0 ? [] : new(Take(), Rows * (_rowBytes / sizeof(float)));

    /// <summary>The rows so far.</summary>
    public ReadOnlySpan<byte> Raw => First(Rows);

    /// <summary>Takes the memory that it needs when full, or gives what it has taken.</summary>
    public byte* Take() => _memory.Get<byte>(Bytes);

    /// <summary>Lies in this memory, as others may that are in use at other times.</summary>
    public void Share(Scratch memory) => _memory = memory;

    /// <summary>Adds whole rows; false if they do not fit.</summary>
    public bool TryAppend(ReadOnlySpan<byte> rows)
    {
        int count = _rowBytes == 0 ? 0 : rows.Length / _rowBytes;
        if (count > _maxRows - Rows)
        {
            return false;
        }

        rows.CopyTo(new Span<byte>(Take() + ((long)Rows * _rowBytes), rows.Length));
        Rows += count;
        return true;
    }

    /// <summary>Gains rows whose bytes nobody will read; false if they do not fit.</summary>
    public bool TrySkip(int rows)
    {
        bool fits = rows <= _maxRows - Rows;
        Rows += fits ? rows : 0;
        return fits;
    }

    /// <summary>Bytes of the first rows, as many as it has at least.</summary>
    public ReadOnlySpan<byte> First(int rows) => rows == 0 ? [] : new ReadOnlySpan<byte>(Take(), rows * _rowBytes);

    /// <summary>Has these whole rows and no others; false if they do not fit.</summary>
    public bool TryReplace(ReadOnlySpan<byte> rows)
    {
        if (rows.Length / _rowBytes > _maxRows)
        {
            return false;
        }

        Reset();
        return TryAppend(rows);
    }

    public void Reset() => Rows = 0;

    public void Dispose() => _memory.Dispose();
}
