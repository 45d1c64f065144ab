using System.Net;
using System.Text;
using PomIsa.Cli.Logs;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;

namespace PomIsa.Cli.Disputes;

/// <summary>Answers for a run over HTTP: the log as tiles, the key, the program, and questions about values.</summary>
internal sealed class DisputeServer : IDisposable
{
    private readonly string _tiles;
    private readonly TileServer _server;
    private readonly IDisposable[] _owned;

    private DisputeServer(string tiles, TileServer server, params IDisposable[] owned) => (_tiles, _server, _owned) = (tiles, server, owned);

    /// <summary>Opens a run's folder; its tiles are written to a folder that goes with the server.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="prefix">Where it listens.</param>
    /// <param name="store">Holds the weights.</param>
    /// <param name="threads">Threads to execute the run with.</param>
    /// <param name="reveals">Whether who asks is told the values of a private run.</param>
    /// <param name="stop">Ends it.</param>
    public static DisputeServer Open(string folder, string prefix, string store, int threads, bool reveals, CancellationToken stop)
    {
        RunFolder.RequireLog(folder);
        if (!File.Exists(RunFolder.CheckpointPath(folder)))
        {
            throw CliException.Usage($"{folder} has no signed checkpoint.");
        }

        VerifierKey key = PublishedLog.ReadKey(null, folder);
        string tiles = Directory.CreateTempSubdirectory("pomisa-dispute-").FullName;
        try
        {
            using RecordLog log = RecordLog.OpenToRead(RunFolder.LogPath(folder));
            PublishedLog.Export(log, File.ReadAllBytes(RunFolder.CheckpointPath(folder)), key, tiles, static _ => { }, stop);
            var others = new Dictionary<string, byte[]> { [DisputePaths.Key] = Encoding.UTF8.GetBytes(key + "\n") };
            if (File.Exists(RunFolder.ModulePath(folder)))
            {
                others[DisputePaths.Program] = ModuleFile.Read(RunFolder.ModulePath(folder));
            }

            var (machine, pool) = (new RunMachine(folder, store), new WorkerPool(threads));
            if (machine.IsPrivate && !reveals)
            {
                Output.Note("The run is private, and nobody who asks is told its values; who doesn't answer forfeits. --reveal tells them to anyone.");
                return new DisputeServer(tiles, new TileServer(tiles, prefix) { Others = others }, machine, pool);
            }

            if (OwnAnswers.TryOpen(folder, key, new MemoryLog(log.ReadAll()), machine, pool, out string why) is not { } answers)
            {
                Output.Note($"Questions about values are not answered, and who doesn't answer forfeits: {why}");
                return new DisputeServer(tiles, new TileServer(tiles, prefix) { Others = others }, machine, pool);
            }

            return new DisputeServer(tiles, new TileServer(tiles, prefix) { Others = others, Questions = (DisputePaths.Open, answers.Answer) }, machine, pool, answers);
        }
        catch
        {
            Directory.Delete(tiles, recursive: true);
            throw;
        }
    }

    /// <summary>Answers until it is told to stop.</summary>
    public void Serve(CancellationToken stop) => _server.Serve(stop);

    public void Dispose()
    {
        _server.Dispose();
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }

        Directory.Delete(_tiles, recursive: true);
    }
}
