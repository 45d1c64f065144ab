using System.Text;
using PomIsa.Cli.Logs;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Tiles;
using PomIsa.Kernels;

namespace PomIsa.Cli.Disputes;

/// <summary>The sides of a dispute, as the user names them: a run's folder, tiles, a URL, or a replay.</summary>
internal static class DisputedParty
{
    private const int MaxKeyBytes = 1024;

    /// <summary>Opens a side; null with a reason where its files don't hold what its key signed.</summary>
    /// <param name="where">A run's folder, a folder of tiles, or a URL.</param>
    /// <param name="key">Its verifier key; null: the one that lies beside the log.</param>
    /// <param name="store">Holds the weights, where the folder's run has to be executed.</param>
    /// <param name="pool">Threads for that.</param>
    /// <param name="fault">One sentence.</param>
    public static Party? TryOpen(string where, string? key, string store, WorkerPool pool, out string fault)
    {
        fault = "";
        try
        {
            return Open(where, key, store, pool);
        }
        catch (CannotOpenException e)
        {
            fault = e.Message + ".";
        }
        catch (LogException e) when (e.Fault.Code == LogFaultCode.Corrupted)
        {
            fault = e.Message;
        }

        return null;
    }

    private static Party Open(string where, string? key, string store, WorkerPool pool)
    {
        if (where.StartsWith("http://", StringComparison.Ordinal) || where.StartsWith("https://", StringComparison.Ordinal))
        {
            return OfUrl(where, key);
        }

        if (!Directory.Exists(where))
        {
            throw CliException.Usage($"There is no folder {where}.");
        }

        return File.Exists(Path.Combine(where, RunDescription.FileName)) ? OfRun(where, key, store, pool) : OfTiles(where, new FolderTiles(where), PublishedLog.ReadKey(key, where), []);
    }

    /// <summary>A replay of a run's folder: what an honest machine would have signed.</summary>
    public static Party Replay(string folder, string store, WorkerPool pool)
    {
        if (!File.Exists(Path.Combine(folder, RunDescription.FileName)))
        {
            throw CliException.Usage($"{folder} is no run folder, so it can't be replayed: it holds no {RunDescription.FileName}.");
        }

        var machine = new RunMachine(folder, store);
        AnsweredRun[] runs = [.. machine.All];
        if (machine.Why.Length > 0)
        {
            throw CliException.Refused(machine.Why);
        }

        return new Party("replay", new MemoryLog(runs.SelectMany(run => Salvage.Execute(run.Run.Program, run.Run.Request, pool))), null) { Programs = Programs(folder), Runs = machine.Find };
    }

    private static Party OfRun(string folder, string? given, string store, WorkerPool pool)
    {
        VerifierKey key = PublishedLog.ReadKey(given, folder);
        string checkpoint = RunFolder.CheckpointPath(folder);
        if (!File.Exists(checkpoint))
        {
            throw CliException.Usage($"{folder} has no signed checkpoint.");
        }

        RunFolder.RequireLog(folder);

        (byte[] note, Checkpoint head) = Head(folder, new FolderTiles(folder), key);
        using RecordLog records = RecordLog.OpenToRead(RunFolder.LogPath(folder));
        var (log, machine) = (new MemoryLog(records.ReadAll(), head, note), new RunMachine(folder, store));
        var answers = new Lazy<OwnAnswers?>(() => Answers(folder, key, log, machine, pool));
        return new Party(folder, log, key) { Programs = Programs(folder), Runs = machine.Find, Ask = question => answers.Value?.Answer(question) };
    }

    // Nobody may be there to answer for a folder: then it is as with any other who doesn't.
    private static OwnAnswers? Answers(string folder, VerifierKey key, MemoryLog log, RunMachine machine, WorkerPool pool)
    {
        OwnAnswers? answers = OwnAnswers.TryOpen(folder, key, log, machine, pool, out string why);
        if (answers is null)
        {
            Output.Note($"Nobody answers for {folder}: {why}");
        }

        return answers;
    }

    private static Party OfTiles(string where, ITileSource source, VerifierKey key, IReadOnlyList<ReadOnlyMemory<byte>> programs)
    {
        (byte[] note, Checkpoint head) = Head(where, source, key);
        return new Party(where, new TileLog(source, head, note), key) { Programs = programs };
    }

    private static Party OfUrl(string where, string? given)
    {
        var source = new HttpTiles(new Uri(where));
        if (given is null && source.TryRead(DisputePaths.Key, MaxKeyBytes, out byte[]? key))
        {
            given = Encoding.UTF8.GetString(key).TrimEnd('\n');
        }

        bool has = source.TryRead(DisputePaths.Program, Isa.Limits.ModuleBytes, out byte[]? program);
        return OfTiles(where, source, PublishedLog.ReadKey(given, null), has ? [program!] : []) with { Ask = new HttpQuestions(where).Ask };
    }

    private static (byte[] Note, Checkpoint Head) Head(string where, ITileSource source, VerifierKey key)
    {
        if (!source.TryRead(TilePath.Checkpoint, SignedNote.MaxBytes, out byte[]? note))
        {
            throw CliException.Refused($"{where} has no checkpoint.");
        }

        return Checkpoint.TryOpen(note, key, out Checkpoint head, out NoteFault fault) ? (note, head) : throw CliException.Refused($"{where}: the checkpoint is not signed by {key.Name} ({fault}).");
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> Programs(string folder) => File.Exists(RunFolder.ModulePath(folder)) ? [ModuleFile.Read(RunFolder.ModulePath(folder))] : [];
}
