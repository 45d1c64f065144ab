using System.Security.Cryptography;
using PomIsa.Cli.Keeping;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Files;
using PomIsa.Isa;

namespace PomIsa.Cli.Runs;

/// <summary>One execution on disk: log/, run.json, private.json of a private run, checkpoint, key.vkey, module.pisab, and the weights' manifest with its key.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly LogKey _key;
    private readonly CheckpointSigner _signer;

    private RunFolder(string path, LogKey key, RunDescription description)
    {
        Path = path;
        _key = key;
        Description = description;
        Log = RecordLog.Open(LogPath(path));
        _signer = new CheckpointSigner(Log, key, File.Exists(CheckpointPath(path)) ? File.ReadAllBytes(CheckpointPath(path)) : []);
    }

    public string Path { get; }

    public RunDescription Description { get; private set; }

    public RecordLog Log { get; }

    public string Origin => _key.Name;

    public Checkpoint Checkpoint => new(_key.Name, Log.Size, Log.Root);

    /// <summary>The log's folder, for a command that reads its records.</summary>
    /// <exception cref="CliException">There is none, or roots alone are kept of it.</exception>
    public static string RequireLog(string folder) =>
        Directory.Exists(LogPath(folder)) ? LogPath(folder)
        : KeptRun.Is(folder) ? throw CliException.Usage($"Of {folder} roots alone are kept. Bring its records back: pomisa log restore {folder}")
        : throw CliException.Usage($"{folder} is no run folder: it holds no log.");

    public static string LogPath(string folder) => System.IO.Path.Combine(folder, "log");

    public static string CheckpointPath(string folder) => System.IO.Path.Combine(folder, "checkpoint");

    public static string VerifierPath(string folder) => System.IO.Path.Combine(folder, "key.vkey");

    public static string ModulePath(string folder) => System.IO.Path.Combine(folder, "module.pisab");

    public static string ManifestPath(string folder) => System.IO.Path.Combine(folder, "model.sig");

    public static string PublisherPath(string folder) => System.IO.Path.Combine(folder, "publisher.pub");

    /// <summary>Where the openings of a run that begins go; a private run's are in a folder that only its owner reads.</summary>
    public string NewOpenings(Digest run)
    {
        string path = OpeningsPath(Path, run), folder = System.IO.Path.GetDirectoryName(path)!;
        if (Description.Secret is not null && !OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>Makes the folder of a new run, or takes the newest one up where the same thing was cut off in it.</summary>
    /// <param name="model">Where manifest and publisher key are copied from; null for a program without weights.</param>
    public static RunFolder Begin(DataFolder data, RunDescription claim, Module module, (string Manifest, string Publisher)? model, bool resume)
    {
        data.Create();
        string? latest = resume ? data.LatestRun() : null;
        if (latest is not null && File.Exists(System.IO.Path.Combine(latest, RunDescription.FileName)))
        {
            RunDescription old = RunDescription.Load(latest);
            if (!old.Finished && old.Kind == claim.Kind && old.Program == claim.Program && old.Weights == claim.Weights && old.Votes == claim.Votes)
            {
                return new RunFolder(latest, data.KeyStore.LoadLog(KeyPath(data, latest)), old with { Runs = [] });
            }
        }

        string folder = data.NewRun();
        string id = System.IO.Path.GetFileName(folder);
        LogKey key = LogKey.Create($"localhost/pomisa/{id}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        data.KeyStore.Save(key, KeyPath(data, folder));
        AtomicFile.Write(VerifierPath(folder), System.Text.Encoding.UTF8.GetBytes(key.Verifier + "\n"));
        AtomicFile.Write(ModulePath(folder), module.Encode());
        if (model is { } from)
        {
            File.Copy(from.Manifest, ManifestPath(folder));
            File.Copy(from.Publisher, PublisherPath(folder));
        }

        RunDescription fresh = claim with { Salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), Secret = claim.Private is null ? null : RunSecret.Create() };
        fresh.Save(folder);
        return new RunFolder(folder, key, fresh);
    }

    /// <summary>Opens the folder of a run that was cut off, to go on with it.</summary>
    public static RunFolder TakeUp(DataFolder data, string folder) =>
        new(folder, data.KeyStore.LoadLog(KeyPath(data, folder)), RunDescription.Load(folder));

    /// <summary>Where the products of a run lie, opened for an auditor.</summary>
    public static string OpeningsPath(string folder, Digest run) => System.IO.Path.Combine(folder, "openings", run.ToString());

    /// <summary>The salt of one run: hides its prompt from those who hold only the log.</summary>
    public byte[] SaltFor(Digest trigger) => SHA256.HashData([.. Convert.FromHexString(Description.Salt), .. trigger.ToArray()]);

    /// <summary>Notes what a run is given before the machine starts, so that it can be taken up where it is cut off.</summary>
    public void Starts(BegunRun begun)
    {
        Description = Description with { Begun = begun };
        Description.Save(Path);
    }

    /// <summary>Signs the log as it stands and notes a run that ended.</summary>
    /// <exception cref="InvalidOperationException">The folder is a private run's and has one: two of them would have the same salts.</exception>
    public void Add(RunEntry entry)
    {
        if (Description.Secret is not null && !Description.Runs.IsEmpty)
        {
            throw new InvalidOperationException("A private run has a folder of its own.");
        }

        AtomicFile.Write(CheckpointPath(Path), _signer.Sign());
        Description = Description with { Runs = Description.Runs.Add(entry), Begun = null };
        Description.Save(Path);
    }

    public void Finish()
    {
        Description = Description with { Finished = true };
        Description.Save(Path);
    }

    /// <summary>Ends with the log and keeps its roots alone, if that is wished for.</summary>
    public void KeepRoots(bool wished)
    {
        if (wished)
        {
            Log.Dispose();
            KeptRun.Prune(Path);
        }
    }

    public void Dispose()
    {
        Log.Dispose();
        _key.Dispose();
    }

    /// <summary>Where the key of a run's log lies.</summary>
    public static string KeyPath(DataFolder data, string folder) => data.RunKey(folder);
}
