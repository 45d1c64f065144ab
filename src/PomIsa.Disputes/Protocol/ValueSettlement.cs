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
        if (accused.Key is not { } key || !Record.TryDecode(accused.Log.Entry(index), out Record record, out _) || record is not (Retire or RunClose { IsPrivate: true }))
        {
            return null;
        }

        (Digest run, ulong sequence) = NeighbourRules.PlaceOf(record);
        ulong first = index - sequence;
        if ((accuser.Runs?.Invoke(run) ?? accused.Runs?.Invoke(run)) is not { } own)
        {
            return null;
        }

        using WorkerPool? one = pool is null ? new WorkerPool(1) : null;
        ValueOutcome outcome = ValueDispute.Prove(own.Program, own.Request, pool ?? one!, accused.Log, first, index, key, accused.Ask ?? (static _ => null));
        FaultReport? report = null;
        if (outcome.IsProven && Proof(accused, own, outcome, out report) is { } proof)
        {
            return Dispute.Proven(accuser, difference, proof, report) with { OutputRounds = outcome.OutputRounds };
        }

        if (outcome.Forfeits)
        {
            return new DisputeResult(
                Outcome.Forfeited, accuser, difference, null, default, FormattableString.Invariant($"{accused.Name} forfeits: it can't answer for what record {index} follows from ({outcome.Text})."))
            {
                OutputRounds = outcome.OutputRounds,
            };
        }

        why.Add($"{accused.Name}: {report?.Text ?? outcome.Text}");
        return null;
    }

    private static FaultProof? Proof(Party accused, OwnRun own, ValueOutcome outcome, out FaultReport report)
    {
        var finding = new FaultFinding(outcome.Kind, outcome.Index, outcome.Text) { Row = outcome.Row < 0 ? null : outcome.Row, Block = outcome.Block < 0 ? null : outcome.Block };
        FaultProof proof = Dispute.Seal(accused, finding, outcome.Records!, outcome.Kind == FaultKind.Claim ? default : Dispute.Bare(own.Program.Module), outcome.Body);
        report = FaultCheck.Check(proof.ToBytes(), accused.Key, own.Program.Module.Encode());
        if (report.Verdict != FaultVerdict.Proven)
        {
            return null;
        }

        report = report with { Finding = report.Finding! with { Row = finding.Row, Block = finding.Block } };
        return proof;
    }
}
