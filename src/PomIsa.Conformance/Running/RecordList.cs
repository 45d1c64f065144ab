using PomIsa.Machine.Runs;

namespace PomIsa.Conformance.Running;

/// <summary>Keeps the entries of a run's records, up to a limit of their bytes.</summary>
internal sealed class RecordList : IRecordSink
{
    /// <summary>Bytes of records at most.</summary>
    public const long MostBytes = 1 << 28;

    private readonly List<byte[]> _entries = [];
    private long _bytes;

    public IReadOnlyList<byte[]> Entries => _entries;

    /// <summary>Whether a record was refused, since there were too many.</summary>
    public bool IsFull { get; private set; }

    public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
    {
        refusal = "";
        _bytes += entry.Length;
        if (_bytes > MostBytes)
        {
            refusal = $"more than {MostBytes} bytes of records";
            IsFull = true;
            return false;
        }

        _entries.Add(entry.ToArray());
        return true;
    }

    public void Commit()
    {
    }
}
