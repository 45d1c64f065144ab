using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Audit;
using PomIsa.Cli.Logs;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;

namespace PomIsa.Cli.Runs;

/// <summary>A run's log and the checkpoint that signs it, read from files that may be anyone's.</summary>
internal static class SignedLog
{
    /// <summary>The checkpoint of a run's folder, if its key signed it.</summary>
    public static bool TryOpenCheckpoint(string folder, string? given, out Checkpoint checkpoint, out Observation refused)
    {
        checkpoint = null!;
        refused = null!;
        string keyPath = RunFolder.VerifierPath(folder), notePath = RunFolder.CheckpointPath(folder);
        if (!File.Exists(notePath) || (given is null && !File.Exists(keyPath)))
        {
            refused = Nothing(Verdict.Unverifiable, $"{(File.Exists(notePath) ? keyPath : notePath)} is missing; without it nothing ties the log to a key.");
            return false;
        }

        if (new FileInfo(notePath).Length > SignedNote.MaxBytes)
        {
            refused = Nothing(Verdict.Malformed, $"{notePath} is larger than {SignedNote.MaxBytes >> 20} MiB.");
            return false;
        }

        VerifierKey key;
        if (given is not null)
        {
            key = PublishedLog.ReadKey(given, null);
        }
        else if (!VerifierKey.TryParse(File.ReadAllText(keyPath).TrimEnd('\n'), out key))
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

    /// <summary>All entries of a run's log, which the caller disposes of, and the root over them.</summary>
    public static bool TryRead(string folder, WorkerPool pool, [NotNullWhen(true)] out EntryList? entries, out Digest root, out Observation refused)
    {
        (entries, root, refused) = (null, default, null!);
        if (!Directory.Exists(RunFolder.LogPath(folder)))
        {
            refused = Nothing(Verdict.Unverifiable, "The log is missing.");
            return false;
        }

        try
        {
            entries = RecordLog.ReadFolder(RunFolder.LogPath(folder), pool, out root);
            return true;
        }
        catch (LogException e) when (e.Fault.Code == LogFaultCode.Corrupted)
        {
            refused = new Observation(Verdict.Reject, e.Message, 0, 0, null, e.Fault.Detail);
            return false;
        }
    }

    /// <summary>A published log, from its tiles alone.</summary>
    public static Observation OfTiles(string where, string? key)
    {
        PublishedLog log = PublishedLog.Open(where, key, null);
        if (!log.HasCheckpoint)
        {
            return Nothing(Verdict.Unverifiable, $"{where} has no checkpoint; without it nothing ties the log to a key.");
        }

        try
        {
            bool sound = log.Check(out Checkpoint checkpoint, out string fault);
            return new Observation(sound ? Verdict.Accept : Verdict.Reject, sound ? "" : fault, checkpoint.Size, 0, null, null) { Checkpoint = DigestOf(checkpoint) };
        }
        catch (CliException e) when (e.Code == Exit.Refused)
        {
            return Nothing(Verdict.Reject, e.Message);
        }
    }

    /// <summary>What a verdict calls a checkpoint: SHA-256 of its text.</summary>
    public static Digest DigestOf(Checkpoint checkpoint) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(checkpoint.ToText()));

    /// <summary>Ids of the runs that are opened among a log's entries, in their order.</summary>
    public static ImmutableArray<Digest> RunsOf(EntryList entries) => entries.RunsOpened();

    public static Observation Nothing(Verdict verdict, string text) => new(verdict, text, 0, 0, null, null);
}
