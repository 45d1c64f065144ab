using System.Globalization;
using System.Text;
using PomIsa.Cli.Disputes;
using PomIsa.Cli.Logs;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Disputes.Liar;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Kernels;

// A party whose machine errs: executes the run of a folder with one fault in it, goes on with what came of that, signs it with a key of its own,
// and stands to it over HTTP like pomisa dispute serve, until it is killed. Prints its verifier key once it listens.
// Arguments: run folder, the opcode whose last record errs, port, a folder for its log and tiles.
(string folder, string opcode, string port, string own) = (args[0], args[1], args[2], args[3]);
using var machine = new RunMachine(folder, DataFolder.Of(folder).Store);
OwnRun honest = machine.All.Single().Run;
using var pool = new WorkerPool(1);
var erring = new OwnRun(honest.Program, ErringRun.At(honest, opcode, pool));
List<byte[]> entries = Salvage.Execute(erring.Program, erring.Request, pool);

using LogKey key = LogKey.Create("example.org/liar");
string tiles = Path.Combine(own, "tiles");
using RecordLog log = RecordLog.Open(Path.Combine(own, "log"));
entries.ForEach(entry => log.Append(entry));
log.CommitAndWait();
var checkpoint = new Checkpoint(key.Name, log.Size, log.Root);
byte[] note = checkpoint.Sign(key);
PublishedLog.Export(log, note, key.Verifier, tiles, static _ => { }, default);

var answers = new RunAnswers(new MemoryLog(entries, checkpoint, note), [new AnsweredRun(0, (ulong)entries.Count, erring)], key, pool);
using var server = new TileServer(tiles, string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/"))
{
    Others = new Dictionary<string, byte[]>
    {
        [DisputePaths.Key] = Encoding.UTF8.GetBytes(key.Verifier + "\n"),
        [DisputePaths.Program] = File.ReadAllBytes(RunFolder.ModulePath(folder)),
    },
    Questions = (DisputePaths.Open, answers.Answer),
};
Console.WriteLine(key.Verifier);
server.Serve(default);
