using PomIsa.Evidence.Records;
using PomIsa.Machine.Runs;

namespace PomIsa.Machine.Tests.Support;

/// <summary>Keeps the records of a run, and passes them on where somebody else wants them too.</summary>
internal sealed class RecordList(IRecordSink? also = null) : IRecordSink
{
    /// <summary>All of them so far.</summary>
    public List<byte[]> Entries { get; } = [];

    public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
    {
        Entries.Add(entry.ToArray());
        refusal = "";
        return also?.TryTake(entry, out refusal) ?? true;
    }

    public void Commit()
    {
    }

    public Retire[] Retires() => [.. Entries.Select(Decode).OfType<Retire>()];

    private static Evidence.Records.Record Decode(byte[] entry)
    {
        Assert.True(Evidence.Records.Record.TryDecode(entry, out Evidence.Records.Record record, out RecordFault fault), fault.ToString());
        return record;
    }
}
