using System.Collections.Immutable;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Cli.Runs;

/// <summary>Makes openings from a private run's folder.</summary>
internal static class RunOpening
{
    /// <summary>Shows tokens, the prompt, or both; what is made has been checked as a stranger would.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="tokens">First and last position; no last: to the end; null: none.</param>
    /// <param name="prompt">Whether the prompt is shown.</param>
    /// <param name="emit">Opcode of the records that hold tokens.</param>
    /// <exception cref="CliException">The folder holds no such thing, or its log is not what was signed.</exception>
    public static Opening Make(string folder, (int First, int? Last)? tokens, bool prompt, ushort emit)
    {
        if (!File.Exists(Path.Combine(folder, RunDescription.FileName)))
        {
            throw CliException.Usage($"{folder} is no run folder: it holds no {RunDescription.FileName}.");
        }

        RunFolder.RequireLog(folder);
        RunDescription claim = RunDescription.Load(folder);
        if (claim.Secret is not { } secret || claim.Runs is not [var run])
        {
            throw CliException.Usage(claim.Private is null
                ? $"{folder} holds a public run: its records tell its tokens. Prove one with: pomisa log proof"
                : $"{folder} holds a private run {(claim.Secret is null ? $"without its {RunDescription.PrivateName}, which opens it" : "that has not ended")}.");
        }

        (byte[] note, Checkpoint checkpoint, WitnessPolicy own) = Head(folder);
        using EntryList entries = Read(folder, checkpoint);
        var leaves = new Digest[(int)checkpoint.Size];
        for (int i = 0; i < leaves.Length; i++)
        {
            leaves[i] = Merkle.LeafHash(entries[i]);
        }

        var tree = new LeafLevels(leaves);
        ShownScalar[] shown = tokens is { } asked ? [.. Shown(entries, tree, secret, run, emit).Skip(asked.First).Take((asked.Last ?? int.MaxValue - 1) - asked.First + 1)] : [];
        if (tokens is { } wanted && (shown.Length == 0 || (wanted.Last is { } last && shown.Length < last - wanted.First + 1)))
        {
            throw CliException.Usage($"The run has {Shown(entries, tree, secret, run, emit).Count()} tokens, counted from 0.");
        }

        var opening = new Opening(At(entries, tree, run.FirstIndex), prompt ? new ShownPrompt(secret.PromptSalt, run.ToRequest().PromptBytes()) : null, shown, note);
        return opening.TryVerify(own, emit, out _, out string fault)
            ? opening
            : throw CliException.Refused($"{folder}: {fault}. Find out more with: pomisa verify");
    }

    private static IEnumerable<ShownScalar> Shown(EntryList entries, LeafLevels tree, RunSecret secret, RunEntry run, ushort emit)
    {
        ImmutableArray<long> scalars = run.ScalarValues();
        int at = 0;
        for (ulong index = run.FirstIndex + 1; index < tree.Size && index < run.FirstIndex + run.Records; index++)
        {
            if (!Record.TryDecode(entries[(int)index], out Record record, out _) || record is not Retire { SaltsScalars: true } retire)
            {
                continue;
            }

            if (retire.Head.Opcode == emit && at < scalars.Length)
            {
                yield return new ShownScalar(At(entries, tree, index), 0, scalars[at], secret.Salt(retire.Head.Sequence, 0));
            }

            at += retire.Salted.Length;
        }
    }

    private static ShownRecord At(EntryList entries, LeafLevels tree, ulong index) => index < tree.Size
        ? new ShownRecord(index, entries[(int)index].ToArray(), tree.InclusionPath(index))
        : throw CliException.Refused("The run's first record is not in its log.");

    private static (byte[] Note, Checkpoint Checkpoint, WitnessPolicy Own) Head(string folder)
    {
        string path = RunFolder.CheckpointPath(folder);
        if (!File.Exists(path) || !File.Exists(RunFolder.VerifierPath(folder)) || new FileInfo(path).Length > SignedNote.MaxBytes)
        {
            throw CliException.Refused($"{folder} has no signed checkpoint.");
        }

        byte[] note = File.ReadAllBytes(path);
        return VerifierKey.TryParse(File.ReadAllText(RunFolder.VerifierPath(folder)).TrimEnd('\n'), out VerifierKey key) && Checkpoint.TryOpen(note, key, out Checkpoint checkpoint, out _)
            ? (note, checkpoint, WitnessPolicy.Of(key))
            : throw CliException.Refused($"The checkpoint of {folder} is not signed by its key.");
    }

    private static EntryList Read(string folder, Checkpoint checkpoint)
    {
        using var pool = new WorkerPool(Environment.ProcessorCount);
        EntryList entries = RecordLog.ReadFolder(RunFolder.LogPath(folder), pool, out _);
        return (ulong)entries.Count >= checkpoint.Size
            ? entries
            : throw CliException.Refused($"The log of {folder} has {entries.Count} records, fewer than were signed.");
    }
}
