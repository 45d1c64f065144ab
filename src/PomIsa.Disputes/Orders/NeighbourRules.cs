using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Records;

namespace PomIsa.Disputes.Orders;

/// <summary>Faults that need no program: what chapter 3 of spec/evidence.md says of a log's records, of which some are shown.</summary>
internal static class NeighbourRules
{
    /// <summary>The first record that can't stand beside the others shown; null if they agree.</summary>
    public static FaultFinding? Find(ProvenRecords records)
    {
        var openings = new Dictionary<Digest, ulong>();
        for (int place = 0; place < records.Count; place++)
        {
            ulong index = records.IndexAt(place);
            FaultFinding? found = records.RecordAt(place) switch
            {
                null => new FaultFinding(FaultKind.Malformed, index, "it is no record"),
                RunOpen => openings.TryAdd(Digest.Of(records.EntryAt(place)), index) ? null
                    : new FaultFinding(FaultKind.Reopened, index, FormattableString.Invariant($"it opens the run that entry {openings[Digest.Of(records.EntryAt(place))]} opened")),
                RunClose close when close.Retired != close.Sequence - 1 =>
                    new FaultFinding(FaultKind.Close, index, FormattableString.Invariant($"it counts {close.Retired} opcodes where {close.Sequence - 1} retired")),
                var record => Neighbours(records, place, index, record),
            };
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Run and sequence of a record that opens none.</summary>
    public static (Digest Run, ulong Sequence) PlaceOf(Record record) => record switch
    {
        Retire retire => (retire.Head.RunId, retire.Head.Sequence),
        RunClose close => (close.RunId, close.Sequence),
        _ => default,
    };

    private static FaultFinding? Neighbours(ProvenRecords records, int place, ulong index, Record record)
    {
        (Digest run, ulong sequence) = PlaceOf(record);
        if (place > 0 && records.IndexAt(place - 1) == index - 1)
        {
            Record before = records.RecordAt(place - 1)!;
            (Digest runBefore, ulong sequenceBefore) = before is RunOpen ? (Digest.Of(records.EntryAt(place - 1)), 0) : PlaceOf(before);
            FaultFinding? found = runBefore != run ? new FaultFinding(FaultKind.NotOpened, index, $"it belongs to run {run.Short}, the record before it to run {runBefore.Short}")
                : before is RunClose ? new FaultFinding(FaultKind.AfterClose, index, $"run {run.Short} was closed before it")
                : sequence != sequenceBefore + 1 ? new FaultFinding(FaultKind.Sequence, index, FormattableString.Invariant($"it has sequence {sequence}, the record before it {sequenceBefore}"))
                : null;
            if (found is not null)
            {
                return found;
            }
        }

        // Action s of a run that opens at index i is entry i + s.
        if (sequence > index)
        {
            return new FaultFinding(FaultKind.Sequence, index, FormattableString.Invariant($"it has sequence {sequence}; the log can't hold so many records of its run before it"));
        }

        bool shown = records.TryEntry(index - sequence, out ReadOnlySpan<byte> opening);
        return shown && (Digest.Of(opening) != run || !Record.TryDecode(opening, out Record first, out _) || first is not RunOpen)
            ? new FaultFinding(FaultKind.NotOpened, index, FormattableString.Invariant($"entry {index - sequence} does not open its run"))
            : null;
    }
}
