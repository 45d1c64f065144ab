using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Orders;

/// <summary>Finds the records of a log that prove that one of them is out of order: as few as contradict each other.</summary>
internal static class OrderProof
{
    /// <summary>Records that a proof shows at most.</summary>
    public const int MaxRecords = 4096;

    // A jump that matters is among the last ones; each record of one further back may cost a bundle of a log that is far away.
    private const int MaxJumps = 64;

    /// <summary>Whether record <paramref name="index"/> of a log can't follow those before it.</summary>
    /// <param name="log">The accused's log.</param>
    /// <param name="index">The record.</param>
    /// <param name="module">The program of the run, if it is at hand: without it only chapter 3's rules are looked at.</param>
    /// <param name="records">The records that prove it.</param>
    /// <param name="needsModule">Whether the proof needs the program.</param>
    /// <param name="trace">What was followed; null where the program was not needed.</param>
    public static FaultFinding? Find(IDisputedLog log, ulong index, VerifiedModule? module, out ProvenRecords records, out bool needsModule, out RunTrace? trace)
    {
        (trace, needsModule) = (null, false);
        records = new ProvenRecords([(index, log.Entry(index))]);
        if (NeighbourRules.Find(records) is { } alone)
        {
            return alone;
        }

        Record record = records.RecordAt(0)!;
        if (record is RunOpen)
        {
            if (!log.TryFind(Merkle.LeafHash(records.EntryAt(0)), index, out ulong earlier))
            {
                return null;
            }

            records = records.With([(earlier, log.Entry(earlier))]);
            return NeighbourRules.Find(records);
        }

        ProvenRecords beside = records.With([(index - 1, log.Entry(index - 1))]);
        if (NeighbourRules.Find(beside) is { } neighbour)
        {
            records = beside;
            return neighbour;
        }

        (Digest run, ulong sequence) = NeighbourRules.PlaceOf(record);
        records = records.With([(index - sequence, log.Entry(index - sequence))]);
        if (NeighbourRules.Find(records) is { } unopened)
        {
            return unopened;
        }

        if (module is null || !records.TryRecord(index - sequence, out Record first) || first is not RunOpen open || open.Program != module.Module.ProgramDigest())
        {
            return null;
        }

        needsModule = true;
        trace = Follow(log, module, index - sequence, index, run, ref records);
        return trace.IsContradiction ? trace.Fault : null;
    }

    /// <summary>Follows a run up to a record, showing what is needed to know one way from another.</summary>
    /// <param name="untilOne">Whether it is enough that one way is left; otherwise it is looked whether that one ends, too.</param>
    public static RunTrace Follow(IDisputedLog log, VerifiedModule module, ulong first, ulong until, Digest run, ref ProvenRecords records, bool untilOne = false)
    {
        int most = 1;
        while (true)
        {
            var trace = RunTrace.Follow(module, records, first, until, run);
            ulong[] wanted = Wanted(trace, records, most > MaxJumps || (untilOne && trace.Left.Count == 1) ? 0 : most);
            if (trace.IsContradiction || wanted.Length == 0 || records.Count + wanted.Length > MaxRecords)
            {
                return trace;
            }

            records = records.With(wanted.Select(i => (i, log.Entry(i))));
            most *= 2;
        }
    }

    // First what gives symbols their values, then what was not known of a record that was shown, then the last jumps.
    private static ulong[] Wanted(RunTrace trace, ProvenRecords records, int most)
    {
        foreach (Func<RunPath, Chain<ulong>?> of in (Func<RunPath, Chain<ulong>?>[])[static p => p.Inputs, static p => p.Missing])
        {
            ulong[] wanted = New(trace.Left.SelectMany(p => Chain<ulong>.ToArray(of(p))), records);
            if (wanted.Length > 0)
            {
                return wanted;
            }
        }

        return most == 0 ? [] : [.. trace.Left.SelectMany(p => New(Chain<ulong>.ToArray(p.Forks), records).Reverse().Take(most)).Distinct()];
    }

    private static ulong[] New(IEnumerable<ulong> wanted, ProvenRecords records) => [.. wanted.Distinct().Where(i => !records.TryEntry(i, out _)).Order()];
}
