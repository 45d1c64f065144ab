using System.Diagnostics.CodeAnalysis;
using PomIsa.Cli.Runs;
using PomIsa.Evidence.Keeping;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Files;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Cli.Keeping;

/// <summary>What a log takes at rest.</summary>
/// <param name="Records">Entries of the log.</param>
/// <param name="Tokens">Tokens among them.</param>
/// <param name="AllBytes">Bytes of every record; the files of a log take a little more, depending on how it was committed.</param>
/// <param name="RootsBytes">Bytes with roots alone.</param>
internal readonly record struct KeptSizes(ulong Records, int Tokens, long AllBytes, long RootsBytes)
{
    public double PerToken(long bytes) => (double)bytes / Math.Max(1, Tokens);
}

/// <summary>A run's log kept as roots alone: the file <c>roots</c> stands for the folder <c>log</c>, which a replay makes again.</summary>
internal static class KeptRun
{
    public const string FileName = "roots";

    public const string NoSecret = "The run is private: without its secret its records can't be made again.";

    /// <summary>The opcodes by which logs are cut.</summary>
    public static KeepMarks Marks { get; } = new(Number("emit"), Number("commit"));

    public static string RootsPath(string folder) => Path.Combine(folder, FileName);

    /// <summary>Whether of a run's log roots alone are kept.</summary>
    public static bool Is(string folder) => !Directory.Exists(RunFolder.LogPath(folder)) && File.Exists(RootsPath(folder));

    /// <summary>The kept roots of a run's folder, which may be anyone's.</summary>
    public static bool TryLoad(string folder, [NotNullWhen(true)] out KeptRoots? roots, out string fault)
    {
        bool read = KeptRootsFile.TryRead(File.ReadAllBytes(RootsPath(folder)), out roots, out fault);
        fault = read ? "" : $"{RootsPath(folder)}: {fault}.";
        return read;
    }

    /// <summary>What is kept of a run's log, whichever way it is kept, held against its checkpoint.</summary>
    /// <exception cref="CliException">It is not what was signed.</exception>
    public static KeptRoots Open(string folder, out byte[] note)
    {
        Checkpoint checkpoint = Signed(folder);
        note = File.ReadAllBytes(RunFolder.CheckpointPath(folder));
        string fault = "";
        KeptRoots? roots = Is(folder) ? TryLoad(folder, out KeptRoots? loaded, out fault) ? loaded : null : OfLog(folder);
        return roots is not null && KeptCheck.Verify(roots, checkpoint, Marks, out fault) ? roots : throw CliException.Refused(fault);
    }

    /// <summary>Puts the roots of a closed and signed log in the place of its records.</summary>
    /// <exception cref="CliException">The run is not closed, or its log is not what was signed. Nothing was removed.</exception>
    public static KeptSizes Prune(string folder)
    {
        RequireRun(folder);
        RunDescription claim = RunDescription.Load(folder);
        if (!claim.Finished)
        {
            throw CliException.Usage($"{folder} holds a run that is not closed; only a closed one can be kept as roots. Go on with it: pomisa run {folder} --resume, or close it: pomisa log close {folder}");
        }

        if (Is(folder))
        {
            DeleteOld(folder); // where it was cut off after the roots were written
            throw CliException.Usage($"Of {folder} roots alone are kept already.");
        }

        KeptRoots roots = Open(folder, out _);
        byte[] bytes = KeptRootsFile.Encode(roots);
        long all = EntryBytes(folder);
        AtomicFile.Write(RootsPath(folder), bytes);
        DeleteOld(folder);
        Directory.Move(RunFolder.LogPath(folder), OldPath(folder));
        DeleteOld(folder);
        return new KeptSizes(roots.Size, Tokens(roots), all, bytes.Length);
    }

    /// <summary>Makes the records of a log again by executing its runs, and holds each range against what was kept.</summary>
    /// <exception cref="CliException">What it takes is missing, or the runs give other records.</exception>
    public static KeptSizes Restore(string folder, string store, int threads, Action<ulong> progress, CancellationToken stop)
    {
        RequireRun(folder);
        if (!Is(folder))
        {
            throw CliException.Usage($"{folder} {(File.Exists(RootsPath(folder)) || Directory.Exists(RunFolder.LogPath(folder)) ? "has all its records" : "has neither records nor roots of them")}; there is nothing to restore.");
        }

        DeleteOld(folder);
        KeptRoots roots = Open(folder, out _);
        RunDescription claim = RunDescription.Load(folder);
        if (LacksSecret(roots, claim))
        {
            throw CliException.Refused(NoSecret);
        }

        if (!RunWeights.TryBind(claim, folder, store, out BoundProgram? program, out string why))
        {
            throw CliException.Refused(why);
        }

        string draft = RunFolder.LogPath(folder) + ".new";
        DeleteFolder(draft);
        try
        {
            using (program)
            using (var pool = new WorkerPool(threads))
            using (RecordLog log = RecordLog.Open(draft))
            {
                var again = new Regeneration(roots, entry => log.Append(entry)) { Progress = progress };
                if (!again.TryRun(program, claim.Runs.Select(static run => run.ToRequest()), pool, stop, out string fault))
                {
                    throw CliException.Refused($"{fault} Nothing was restored.");
                }

                log.CommitAndWait();
            }
        }
        catch
        {
            DeleteFolder(draft);
            throw;
        }

        Directory.Move(draft, RunFolder.LogPath(folder));
        long kept = new FileInfo(RootsPath(folder)).Length;
        File.Delete(RootsPath(folder));
        return new KeptSizes(roots.Size, Tokens(roots), EntryBytes(folder), kept);
    }

    /// <summary>Whether a run is private and its secret is not at hand.</summary>
    public static bool LacksSecret(KeptRoots roots, RunDescription claim) =>
        roots.Parts.Any(static part => part.IsEntry && Evidence.Records.Record.TryDecode(part.Entry.AsSpan(), out Evidence.Records.Record record, out _) && record is Evidence.Records.RunOpen { Private: not null })
        && claim.Runs.Any(static run => run.Privacy is null);

    /// <summary>The entries of emitted tokens, in the order of the log.</summary>
    public static IEnumerable<KeptPart> Emits(KeptRoots roots) => roots.Parts.Where(static part => part.IsEntry
        && Evidence.Records.Record.TryDecode(part.Entry.AsSpan(), out Evidence.Records.Record record, out _) && record is Evidence.Records.Retire);

    private static int Tokens(KeptRoots roots) => Emits(roots).Count();

    private static KeptRoots OfLog(string folder)
    {
        if (!Directory.Exists(RunFolder.LogPath(folder)))
        {
            throw CliException.Usage($"{folder} is no run folder with a log.");
        }

        using RecordLog log = RecordLog.OpenToRead(RunFolder.LogPath(folder));
        return KeptRoots.Of(log.ReadAll(), Marks);
    }

    private static long EntryBytes(string folder)
    {
        using RecordLog log = RecordLog.OpenToRead(RunFolder.LogPath(folder));
        return log.ReadAll().Sum(static entry => (long)entry.Length);
    }

    private static Checkpoint Signed(string folder) =>
        SignedLog.TryOpenCheckpoint(folder, null, out Checkpoint checkpoint, out Observation refused) ? checkpoint : throw CliException.Refused(refused.Text);

    private static void RequireRun(string folder)
    {
        if (!File.Exists(Path.Combine(folder, RunDescription.FileName)))
        {
            throw CliException.Usage($"{folder} is no run folder: it holds no {RunDescription.FileName}.");
        }
    }

    private static string OldPath(string folder) => RunFolder.LogPath(folder) + ".old";

    private static void DeleteOld(string folder) => DeleteFolder(OldPath(folder));

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ushort Number(string mnemonic) => InstructionTable.TryFind(mnemonic, out OpcodeRow? row) ? row.Code : throw new System.Diagnostics.UnreachableException();
}
