using System.Globalization;
using PomIsa.Audit;
using PomIsa.Cli.Runs;
using PomIsa.Evidence.Keeping;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Cli.Keeping;

/// <summary>Verifies a run of whose log roots alone are kept: by signature, or by a replay whose records have the same roots.</summary>
internal static class KeptObserver
{
    /// <param name="claim">What the folder says of its runs.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="checkpoint">What was signed.</param>
    /// <param name="request">How much is checked.</param>
    /// <param name="entries">The entries that are kept in full, if their roots are what was signed; else none.</param>
    public static Observation Verify(RunDescription claim, string folder, Checkpoint checkpoint, ObserverRequest request, out EntryList entries)
    {
        entries = EntryList.Of([]);
        if (!KeptRun.TryLoad(folder, out KeptRoots? kept, out string fault))
        {
            return SignedLog.Nothing(Verdict.Malformed, fault);
        }

        if (!KeptCheck.Verify(kept, checkpoint, KeptRun.Marks, out fault))
        {
            return new Observation(Verdict.Reject, fault, kept.Size, 0, null, null);
        }

        entries = EntryList.Of(kept.Parts.Where(static part => part.IsEntry).Select(static part => part.Entry.ToArray()));
        if (request.Level == Level.Signature)
        {
            return new Observation(Verdict.Accept, "", kept.Size, 0, null, null) { KeepsRoots = true };
        }

        if (request.Level != Level.Replay)
        {
            return SignedLog.Nothing(Verdict.Unverifiable, $"The records are not kept, only their roots. Verify by replay, or bring the records back: pomisa log restore {folder}");
        }

        if (KeptRun.LacksSecret(kept, claim))
        {
            return SignedLog.Nothing(Verdict.Unverifiable, KeptRun.NoSecret);
        }

        if (!RunWeights.TryBind(claim, folder, request.Store, out BoundProgram? program, out string why))
        {
            return SignedLog.Nothing(Verdict.Unverifiable, why);
        }

        using (program)
        using (var pool = new WorkerPool(request.Threads))
        {
            var again = new Regeneration(kept, static _ => { }) { Progress = request.Progress };
            bool same = again.TryRun(program, claim.Runs.Select(static run => run.ToRequest()), pool, default, out fault);
            return same
                ? new Observation(Verdict.Accept, LevelText.Accepted(Level.Replay, again.Compared), kept.Size, again.Compared, null, null) { KeepsRoots = true }
                : new Observation(Verdict.Reject, fault, kept.Size, again.Compared, null, string.Create(CultureInfo.InvariantCulture, $"entry {again.Differs?.First ?? again.Compared}"));
        }
    }
}
