using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Orders;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;

namespace PomIsa.Disputes.Protocol;

/// <summary>Settles a value: the accuser executes the run, and the accused is led to the element that he has wrong.</summary>
internal static class ValueSettlement
{
    /// <summary>What comes of accusing one side; null where its value is right, or can't be settled.</summary>
    /// <param name="accused">Who is accused.</param>
    /// <param name="accuser">By whom.</param>
    /// <param name="difference">The record.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="why">Gains a sentence where nothing comes of it.</param>
    public static DisputeResult? Settle(Party accused, Party accuser, FirstDifference difference, WorkerPool? pool, List<string> why)
    {
        ulong index = difference.Index;
        if (accused.Key is not { } key || !Record.TryDecode(accused.Log.Entry(index), out Record record, out _) || record is not Retire retire)
        {
            return null;
        }

        ulong first = index - retire.Head.Sequence;
        if ((accuser.Runs?.Invoke(retire.Head.RunId) ?? accused.Runs?.Invoke(retire.Head.RunId)) is not { } own)
        {
            return null;
        }

        var records = new ProvenRecords([(first, accused.Log.Entry(first)), (index, accused.Log.Entry(index))]);
        RunTrace trace = OrderProof.Follow(accused.Log, own.Program.Verified, first, index, retire.Head.RunId, ref records, untilOne: true);
        if (trace.Flow is not { } flow)
        {
            why.Add($"{accused.Name}: which way its run went takes too many records to show");
            return null;
        }

        using WorkerPool? one = pool is null ? new WorkerPool(1) : null;
        ValueOutcome outcome = ValueDispute.Prove(own.Program, own.Request, pool ?? one!, flow, first, index, retire, key, accused.Ask ?? (static _ => null));
        FaultReport? report = null;
        if (outcome.IsProven && Proof(accused, own, records, index, outcome, out report) is { } proof)
        {
            return Dispute.Proven(accuser, difference, proof, report);
        }

        if (outcome.Forfeits)
        {
            return new DisputeResult(
                Outcome.Forfeited, accuser, difference, null, default, FormattableString.Invariant($"{accused.Name} forfeits: it can't open the value that record {index} commits to ({outcome.Text})."));
        }

        why.Add($"{accused.Name}: {report?.Text ?? outcome.Text}");
        return null;
    }

    private static FaultProof? Proof(Party accused, OwnRun own, ProvenRecords records, ulong index, ValueOutcome outcome, out FaultReport report)
    {
        records = records.With(outcome.Pins.Select(i => (i, accused.Log.Entry(i))));
        var finding = new FaultFinding(FaultKind.Value, index, outcome.Text) { Row = outcome.Row < 0 ? null : outcome.Row, Block = outcome.Block < 0 ? null : outcome.Block };
        FaultProof proof = Dispute.Seal(accused, finding, records, Dispute.Bare(own.Program.Module), outcome.Body);
        report = FaultCheck.Check(proof.ToBytes(), accused.Key, own.Program.Module.Encode());
        if (report.Verdict != FaultVerdict.Proven)
        {
            return null;
        }

        report = report with { Finding = report.Finding! with { Row = finding.Row, Block = finding.Block } };
        return proof;
    }
}
