using System.CommandLine;
using System.Globalization;
using PomIsa.Cli.Keeping;
using PomIsa.Cli.Logs;
using PomIsa.Evidence.Keeping;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Files;

namespace PomIsa.Cli.Commands;

/// <summary>Receipts of single tokens.</summary>
internal static class LogReceiptCommands
{
    public static Command Receipt()
    {
        var folder = new Argument<string>("run folder") { Description = "Such as .pomisa/runs/0001." };
        var token = new Argument<uint>("token") { Description = "Which of the run's tokens, from 0." };
        var run = new Option<int>("--run") { Description = "Which of the folder's runs, from 0.", HelpName = "N" };
        var to = new Option<string>("--output", "-o") { Description = "The receipt's file.", Required = true, HelpName = "FILE" };
        var command = new Command("receipt", CommandTree.Help(
            "Write a token's receipt: that a run emitted it, in 512 bytes at most. Roots of the log suffice, no model.\nWho checks it needs the log's key, its checkpoint, and for logs of more than 1024 records its tiles, roots or records.",
            "pomisa log receipt .pomisa/runs/0001 3 -o third.receipt"))
        {
            folder, token, run, to,
        };
        command.SetAction(parsed =>
        {
            byte[] bytes = TokenReceipts.Issue(parsed.GetRequiredValue(folder), parsed.GetValue(run), parsed.GetValue(token), out Receipt receipt).ToArray();
            string path = parsed.GetRequiredValue(to);
            AtomicFile.Write(path, bytes);
            Output.Line(string.Create(CultureInfo.InvariantCulture, $"{path}, {bytes.Length} bytes: token {receipt.Position} is {receipt.Token}, record {receipt.Index:N0} of {receipt.Size:N0}"));
            return Exit.Ok;
        });
        return command;
    }

    public static Command Check()
    {
        var file = new Argument<string>("receipt") { Description = "A receipt's file." };
        var log = new Option<string>("--log") { Description = "What leads to the signed checkpoint: a run's folder, a folder of tiles, a log's URL, or, for a log of at most 1024 records, a checkpoint's file.", Required = true, HelpName = "WHERE" };
        var key = new Option<string?>("--key") { Description = "The log's verifier key, or a file that holds it. [default: key.vkey in the folder]", HelpName = "VKEY" };
        var policy = new Option<string?>("--policy") { Description = "A C2SP policy file: logs, witnesses, and the quorum that is asked for.", HelpName = "FILE" };
        var command = new Command("check-receipt", CommandTree.Help(
            "Check a token's receipt: signature, record, token, inclusion.", "pomisa log check-receipt third.receipt --log tiles --key tiles/key.vkey"))
        {
            file, log, key, policy,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file), where = parsed.GetRequiredValue(log);
            if (!File.Exists(path))
            {
                throw CliException.Usage($"There is no file {path}.");
            }

            if (new FileInfo(path).Length > Evidence.Keeping.Receipt.MaxBytes || !Evidence.Keeping.Receipt.TryParse(File.ReadAllBytes(path), out Receipt? receipt))
            {
                throw CliException.Refused($"{path} is no receipt.");
            }

            (WitnessPolicy trusted, byte[] note, IRangeRoots? tree) = TokenReceipts.Around(where, parsed.GetValue(key), parsed.GetValue(policy));
            if (!receipt.TryVerify(trusted, note, tree, KeptRun.Marks.Emit, out Checkpoint? checkpoint, out Retire? retire, out string fault))
            {
                throw CliException.Refused($"{path}: {fault}.");
            }

            bool counted = retire.IsPrivate || (tree is KeptRoots kept && TokenReceipts.RequirePosition(kept, receipt, path));
            Output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"Run {retire.Head.RunId} emitted token {receipt.Token} at its step {retire.Head.Step}, {(counted ? $"behind {receipt.Position} others" : $"as it says behind {receipt.Position} others, which only the whole log shows")}; it is record {receipt.Index:N0} of the log {checkpoint.Origin}, which was signed with {checkpoint.Size:N0} records."));
            return Exit.Ok;
        });
        return command;
    }
}
