using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Cli.Logs;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Files;

namespace PomIsa.Cli.Commands;

/// <summary>A log for others: as tiles, over HTTP, checked and proved from them.</summary>
internal static class LogCommand
{
    public static Command Create(CancellationToken stop) => new("log", CommandTree.Help(
        "Keep a run's log, publish it as C2SP tlog-tiles, and check what others publish. Only 'close' and 'restore' need the model.",
        "pomisa log export .pomisa/runs/0001 -o tiles", "pomisa log fsck tiles", "pomisa log proof tiles 42 -o record.tlog-proof"))
    {
        Export(stop), Fsck(), Proof(), CheckProof(), Serve(stop), Cosign(), LogCloseCommand.Create(stop),
        LogKeepCommands.Prune(), LogKeepCommands.Restore(stop), LogReceiptCommands.Receipt(), LogReceiptCommands.Check(),
    };

    private static Argument<string> Tiles() => new("tiles") { Description = "A folder of tiles, or the URL of a log." };

    private static Option<string?> Key() => new("--key") { Description = "The log's verifier key, or a file that holds it. [default: key.vkey in the folder]", HelpName = "VKEY" };

    private static Option<string?> Policy() => new("--policy") { Description = "A C2SP policy file: logs, witnesses, and the quorum that is asked for.", HelpName = "FILE" };

    private static Command Export(CancellationToken stop)
    {
        var run = new Argument<string>("run folder") { Description = "Such as .pomisa/runs/0001." };
        var to = new Option<DirectoryInfo>("--output", "-o") { Description = "Folder for the tiles; a log that grew is exported over its former state.", Required = true, HelpName = "DIR" };
        Option<bool> json = Shared.Json();
        var command = new Command("export", CommandTree.Help("Write a run's log as tiles and bundles with its signed checkpoint.", "pomisa log export .pomisa/runs/0001 -o tiles")) { run, to, json };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(run), target = parsed.GetRequiredValue(to).FullName;
            string path = RunFolder.RequireLog(folder);
            if (!File.Exists(RunFolder.CheckpointPath(folder)) || !File.Exists(RunFolder.VerifierPath(folder)))
            {
                throw CliException.Usage($"{folder} holds no signed log: a run is signed when it ends. Go on with it: pomisa run {folder} --resume, or close it: pomisa log close {folder}");
            }

            if (!VerifierKey.TryParse(File.ReadAllText(RunFolder.VerifierPath(folder)).TrimEnd('\n'), out VerifierKey key))
            {
                throw CliException.Refused($"{RunFolder.VerifierPath(folder)} holds no verifier key.");
            }

            using RecordLog log = RecordLog.OpenToRead(path);
            (ulong size, int files) = PublishedLog.Export(log, File.ReadAllBytes(RunFolder.CheckpointPath(folder)), key, target, done => Output.Note(string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {log.Size:N0} records")), stop);
            if (File.Exists(Path.Combine(folder, RunDescription.FileName)) && RunDescription.Load(folder) is { Private: null, Kind: not "demo" })
            {
                Output.Note("Whoever has these records reads the answer's tokens in them. A run with --private all has them under salt.");
            }

            if (parsed.GetValue(json))
            {
                Output.Json(new JsonObject { ["folder"] = target, ["size"] = size, ["filesWritten"] = files, ["key"] = key.ToString() });
            }
            else
            {
                Output.Line(string.Create(CultureInfo.InvariantCulture, $"{size:N0} records in {Path.GetRelativePath(".", target)}, {files:N0} files written; whoever has the key {key} can check them."));
            }

            return Exit.Ok;
        });
        return command;
    }

    private static Command Fsck()
    {
        Argument<string> tiles = Tiles();
        Option<string?> key = Key(), policy = Policy();
        Option<bool> json = Shared.Json();
        var command = new Command("fsck", CommandTree.Help(
            "Derive everything from the tiles alone: every entry, every hash, the root, and that each action was minted once.\nExits with 1 if anything is not as the signed checkpoint has it.",
            "pomisa log fsck tiles", "pomisa log fsck http://localhost:8080 --key example.org/log1+…"))
        {
            tiles, key, policy, json,
        };
        command.SetAction(parsed =>
        {
            string where = parsed.GetRequiredValue(tiles);
            bool sound = PublishedLog.Open(where, parsed.GetValue(key), parsed.GetValue(policy)).Check(out Checkpoint checkpoint, out string fault);
            if (parsed.GetValue(json))
            {
                Output.Json(new JsonObject { ["sound"] = sound, ["origin"] = checkpoint.Origin, ["size"] = checkpoint.Size, ["root"] = checkpoint.Root.ToString(), ["fault"] = sound ? null : fault });
            }
            else
            {
                Output.Line(sound ? string.Create(CultureInfo.InvariantCulture, $"Sound: {checkpoint.Size:N0} records have the root that {checkpoint.Origin} signed, and each action was minted once.") : $"NOT SOUND: {fault}");
            }

            return sound ? Exit.Ok : Exit.Refused;
        });
        return command;
    }

    private static Command Proof()
    {
        Argument<string> tiles = Tiles();
        var index = new Argument<ulong>("index") { Description = "Of the record." };
        var to = new Option<string>("--output", "-o") { Description = "The proof's file; the record itself goes beside it, with .record behind its name.", Required = true, HelpName = "FILE" };
        Option<string?> key = Key(), policy = Policy();
        var command = new Command("proof", CommandTree.Help("Write a .tlog-proof file: that a record is in the log.", "pomisa log proof tiles 42 -o record.tlog-proof")) { tiles, index, to, key, policy };
        command.SetAction(parsed =>
        {
            LogProof proof = PublishedLog.Open(parsed.GetRequiredValue(tiles), parsed.GetValue(key), parsed.GetValue(policy)).Prove(parsed.GetRequiredValue(index), out byte[] entry);
            string path = parsed.GetRequiredValue(to);
            byte[] bytes = proof.ToBytes();
            AtomicFile.Write(path + ".record", entry);
            AtomicFile.Write(path, bytes);
            Output.Line($"{path}, {bytes.Length} bytes, for the record {path}.record, {entry.Length} bytes");
            return Exit.Ok;
        });
        return command;
    }

    private static Command CheckProof()
    {
        var file = new Argument<string>("proof") { Description = "A .tlog-proof file." };
        var record = new Option<string?>("--record") { Description = "The record that it is for. [default: the proof's name with .record]", HelpName = "FILE" };
        Option<string?> key = Key(), policy = Policy();
        var command = new Command("check-proof", CommandTree.Help("Check a .tlog-proof file: signature, witnesses, inclusion.", "pomisa log check-proof record.tlog-proof --key tiles/key.vkey")) { file, record, key, policy };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file), entry = parsed.GetValue(record) ?? path + ".record";
            if (!File.Exists(path) || !File.Exists(entry))
            {
                throw CliException.Usage($"There is no file {(File.Exists(path) ? entry : path)}.");
            }

            if (new FileInfo(path).Length > LogProof.MaxBytes || !LogProof.TryParse(File.ReadAllBytes(path), out LogProof? proof))
            {
                throw CliException.Refused($"{path} is no .tlog-proof file.");
            }

            if (new FileInfo(entry).Length > RecordLog.MaxEntryBytes)
            {
                throw CliException.Refused($"{entry} is longer than a record can be.");
            }

            WitnessPolicy trusted = PublishedLog.Trusted(parsed.GetValue(key), parsed.GetValue(policy), null);
            if (!proof.TryVerify(File.ReadAllBytes(entry), trusted, out Checkpoint? checkpoint, out string fault))
            {
                throw CliException.Refused($"{path}: {fault}.");
            }

            Output.Line(string.Create(CultureInfo.InvariantCulture, $"Record {proof.Index:N0} is in the log {checkpoint.Origin}, which was signed with {checkpoint.Size:N0} records."));
            return Exit.Ok;
        });
        return command;
    }

    private static Command Serve(CancellationToken stop)
    {
        var tiles = new Argument<DirectoryInfo>("tiles") { Description = "A folder of tiles." };
        var port = new Option<int>("--port") { Description = "Port on this machine.", DefaultValueFactory = _ => 8080, HelpName = "N" };
        var host = new Option<string>("--host") { Description = "Name to listen to; + for all.", DefaultValueFactory = _ => "localhost", HelpName = "NAME" };
        var command = new Command("serve", CommandTree.Help("Serve tiles over HTTP until Ctrl-C.", "pomisa log serve tiles --port 8080")) { tiles, port, host };
        command.SetAction(parsed =>
        {
            DirectoryInfo folder = parsed.GetRequiredValue(tiles);
            if (!folder.Exists)
            {
                throw CliException.Usage($"There is no folder {folder}. Write a log's tiles with: pomisa log export RUN -o {folder}");
            }

            string prefix = string.Create(CultureInfo.InvariantCulture, $"http://{parsed.GetRequiredValue(host)}:{parsed.GetRequiredValue(port)}/");
            using var server = new TileServer(folder.FullName, prefix);
            Output.Line($"{prefix} serves {Path.GetRelativePath(".", folder.FullName)}; Ctrl-C ends it.");
            server.Serve(stop);
            return Exit.Ok;
        });
        return command;
    }

    private static Command Cosign()
    {
        var tiles = new Argument<string>("tiles") { Description = "A folder of tiles." };
        var signatures = new Argument<string>("signatures") { Description = "A file with signature lines, as witnesses answer." };
        var policy = new Option<string>("--policy") { Description = "A C2SP policy file that names the witnesses.", Required = true, HelpName = "FILE" };
        var command = new Command("cosign", CommandTree.Help("Add witnesses' signatures to a published checkpoint; only right ones of known witnesses are taken.", "pomisa log cosign tiles answer.txt --policy policy.txt")) { tiles, signatures, policy };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(tiles), file = parsed.GetRequiredValue(signatures);
            if (!File.Exists(Path.Combine(folder, "checkpoint")) || !File.Exists(file) || new FileInfo(file).Length > SignedNote.MaxBytes)
            {
                throw CliException.Usage($"{folder} must hold a checkpoint, and {file} must be a file of at most {SignedNote.MaxBytes >> 20} MiB.");
            }

            int added = PublishedLog.AddCosignatures(folder, File.ReadAllText(file), PublishedLog.Trusted(null, parsed.GetRequiredValue(policy), null));
            Output.Line($"{added} signatures added.");
            return added > 0 ? Exit.Ok : Exit.Refused;
        });
        return command;
    }
}
