using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using PomIsa.Audit;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Shards;

namespace PomIsa.Cli.Runs;

/// <summary>What an observer came to.</summary>
/// <param name="Where">The place in the log, for refusals that the replay did not name.</param>
internal sealed record Observation(Verdict Verdict, string Text, ulong Records, ulong Compared, FirstDifference? First, string? Where);

/// <summary>Verifies a run folder from its public parts alone: key, manifest, log, module, and the weights in a store.</summary>
internal static class Observer
{
    public static Observation Verify(string folder, string store, int threads, Action<ulong>? progress = null)
    {
        if (!File.Exists(Path.Combine(folder, RunDescription.FileName)))
        {
            throw CliException.Usage($"{folder} is no run folder: it holds no {RunDescription.FileName}.");
        }

        RunDescription claim = RunDescription.Load(folder);
        if (!TryOpenCheckpoint(folder, out Checkpoint checkpoint, out Observation refused) || !TryReadLog(folder, out List<byte[]> entries, out refused))
        {
            return refused.Where is null ? refused : Locate(refused, claim, folder, store, threads);
        }

        bool sound = LogCheck.Verify(entries, checkpoint, out LogCheckFault fault);
        Observation replayed = ReplayAll(claim, folder, store, entries, threads, progress);
        if (!sound)
        {
            // The signature already refuses the log; the replay adds where it begins to lie, if it can.
            Verdict verdict = fault.Code == LogCheckCode.Malformed ? Verdict.Malformed : Verdict.Reject;
            string text = replayed.First is null ? fault.ToString() : $"{fault} {replayed.Text}";
            return new Observation(verdict, text, (ulong)entries.Count, replayed.Compared, replayed.First, $"entry {fault.Index}");
        }

        return replayed;
    }

    private static bool TryOpenCheckpoint(string folder, out Checkpoint checkpoint, out Observation refused)
    {
        checkpoint = null!;
        refused = null!;
        string keyPath = RunFolder.VerifierPath(folder), notePath = RunFolder.CheckpointPath(folder);
        if (!File.Exists(keyPath) || !File.Exists(notePath))
        {
            refused = Nothing(Verdict.Unverifiable, $"{(File.Exists(keyPath) ? notePath : keyPath)} is missing; without it nothing ties the log to a key.");
            return false;
        }

        if (!VerifierKey.TryParse(File.ReadAllText(keyPath).TrimEnd('\n'), out VerifierKey key))
        {
            refused = Nothing(Verdict.Malformed, $"{keyPath} holds no verifier key.");
            return false;
        }

        if (Checkpoint.TryOpen(File.ReadAllBytes(notePath), key, out checkpoint, out NoteFault fault))
        {
            return true;
        }

        refused = Nothing(fault is NoteFault.Malformed or NoteFault.NotACheckpoint or NoteFault.TooLarge ? Verdict.Malformed : Verdict.Reject, fault switch
        {
            NoteFault.NoKnownSignature => $"The checkpoint is not signed by {key.Name}: it was signed with another key.",
            NoteFault.BadSignature => $"The checkpoint's signature by {key.Name} is wrong: its text was changed.",
            NoteFault.WrongOrigin => $"The checkpoint is another log's, not {key.Name}'s.",
            _ => $"{notePath} is not a signed checkpoint ({fault}).",
        });
        return false;
    }

    private static bool TryReadLog(string folder, out List<byte[]> entries, out Observation refused)
    {
        entries = [];
        refused = null!;
        if (!Directory.Exists(RunFolder.LogPath(folder)))
        {
            refused = Nothing(Verdict.Unverifiable, "The log is missing.");
            return false;
        }

        try
        {
            using RecordLog log = RecordLog.Open(RunFolder.LogPath(folder));
            entries.AddRange(log.ReadAll());
            return true;
        }
        catch (LogException e) when (e.Fault.Code == LogFaultCode.Corrupted)
        {
            refused = new Observation(Verdict.Reject, e.Message, 0, 0, null, e.Fault.Detail);
            return false;
        }
    }

    // The log's files were changed behind its back and it does not open. Where, only a replay can tell.
    private static Observation Locate(Observation refused, RunDescription claim, string folder, string storePath, int threads)
    {
        if (!TryBind(claim, folder, storePath, out BoundProgram? program, out _))
        {
            return refused;
        }

        using (program)
        using (var pool = new WorkerPool(threads))
        {
            return Salvage.FirstDamaged(RunFolder.LogPath(folder), program, claim.Runs.Select(static run => run.ToRequest()), pool) is { } found
                ? refused with { Text = $"{refused.Text} Entry {found.Index} is the first that was changed. {found.Report.Text}", First = found.Report.First, Compared = found.Index, Where = $"entry {found.Index}" }
                : refused;
        }
    }

    private static Observation ReplayAll(RunDescription claim, string folder, string storePath, List<byte[]> entries, int threads, Action<ulong>? progress)
    {
        if (!TryBind(claim, folder, storePath, out BoundProgram? program, out string why))
        {
            return Nothing(Verdict.Unverifiable, why);
        }

        using (program)
        using (var pool = new WorkerPool(threads))
        {
            ulong compared = 0, at = 0;
            foreach (RunEntry run in claim.Runs)
            {
                if (run.FirstIndex != at || run.Records > (ulong)entries.Count - Math.Min(at, (ulong)entries.Count))
                {
                    return new Observation(
                        Verdict.Reject, $"run.json says that run {run.Run[..8]} has {run.Records} records from {run.FirstIndex}; the log does not.", (ulong)entries.Count, compared, null, $"entry {at}");
                }

                ReplayReport report = Replay.Verify(program, run.ToRequest(), entries.GetRange((int)at, (int)run.Records), pool);
                compared += report.Compared;
                progress?.Invoke(compared);
                if (report.Verdict != Verdict.Accept)
                {
                    return new Observation(
                        report.Verdict, report.Text, (ulong)entries.Count, compared, report.First, string.Create(CultureInfo.InvariantCulture, $"entry {at + report.Compared}"));
                }

                at += run.Records;
            }

            return at == (ulong)entries.Count
                ? new Observation(Verdict.Accept, $"All {compared} records follow from the program, the weights and the prompts.{Early(claim)}", at, compared, null, null)
                : new Observation(Verdict.Reject, $"The log has {entries.Count} records; its runs account for {at}.", (ulong)entries.Count, compared, null, $"entry {at}");
        }
    }

    private static string Early(RunDescription claim) => claim.Runs.Count(static run => run.StoppedAfter is not null) switch
    {
        0 => "",
        1 when claim.Runs.Length == 1 => " The run was ended early; up to there it is whole.",
        int some => string.Create(CultureInfo.InvariantCulture, $" Of the runs {some} ended early; up to there they are whole."),
    };

    private static bool TryBind(RunDescription claim, string folder, string storePath, [NotNullWhen(true)] out BoundProgram? program, out string why)
    {
        program = null;
        VerifiedModule verified = ModuleFile.Load(RunFolder.ModulePath(folder));
        if (verified.Module.Weights.Length == verified.Module.Data.Length)
        {
            why = "";
            return BoundProgram.TryBind(verified, null, out program, out _);
        }

        if (!File.Exists(RunFolder.PublisherPath(folder)) || !File.Exists(RunFolder.ManifestPath(folder)))
        {
            why = "The run's folder lacks model.sig or publisher.pub, so its weights can't be told.";
            return false;
        }

        if (!Directory.Exists(storePath))
        {
            why = $"There is no store {storePath} with the weights. Name one with --store, or import the weights.";
            return false;
        }

        using PublisherPublicKey publisher = PublisherPublicKey.Load(RunFolder.PublisherPath(folder));
        if (!Manifest.TryOpen(File.ReadAllBytes(RunFolder.ManifestPath(folder)), publisher, out Manifest? manifest, out ShardFault fault)
            || !manifest.IsFor(null, Digest.Parse(claim.Weights), out fault))
        {
            why = fault.Describe();
            return false;
        }

        using ShardStore store = ShardStore.Open(storePath);
        if (!WeightSet.TryLoad(store, manifest.RootDigest, publisher, out WeightSet? set, out fault))
        {
            why = fault.Describe();
            return false;
        }

        if (BoundProgram.TryBind(verified, set, out program, out MachineFault refused))
        {
            why = "";
            return true;
        }

        set.Dispose();
        why = refused.Describe(verified.Module);
        return false;
    }

    private static Observation Nothing(Verdict verdict, string text) => new(verdict, text, 0, 0, null, null);
}
