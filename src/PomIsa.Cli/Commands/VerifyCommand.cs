using System.CommandLine;
using System.Text.Json.Nodes;
using PomIsa.Audit;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;

namespace PomIsa.Cli.Commands;

internal static class VerifyCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("run folder") { Description = "A folder below DIR/runs." };
        var store = new Option<DirectoryInfo?>("--store") { Description = "Store that holds the weights. [default: the one beside the runs]", HelpName = "DIR" };
        Option<int> threads = Shared.Threads();
        Option<bool> json = Shared.Json();
        var command = new Command("verify", CommandTree.Help(
            "Verify a run as an observer would: the checkpoint's signature, the log's tree, then every record by replay.\nExits with 0 for ACCEPT, with 1 for REJECT, MALFORMED and UNVERIFIABLE.",
            "pomisa verify .pomisa/runs/0001"))
        {
            folder, store, threads, json,
        };
        command.SetAction(parsed =>
        {
            string run = Path.TrimEndingDirectorySeparator(parsed.GetRequiredValue(folder).FullName);
            string data = Path.GetDirectoryName(Path.GetDirectoryName(run)) ?? run;
            Observation seen = Observer.Verify(run, parsed.GetValue(store)?.FullName ?? new DataFolder(new DirectoryInfo(data)).Store, parsed.GetValue(threads));
            if (parsed.GetValue(json))
            {
                Output.Json(Describe(seen));
            }
            else
            {
                Output.Line($"{Word(seen.Verdict)}: {seen.Text}");
            }

            return seen.Verdict == Verdict.Accept ? Exit.Ok : Exit.Refused;
        });
        return command;
    }

    public static string Word(Verdict verdict) => verdict.ToString().ToUpperInvariant();

    private static JsonObject Describe(Observation seen) => new()
    {
        ["verdict"] = Word(seen.Verdict),
        ["text"] = seen.Text,
        ["records"] = seen.Records,
        ["compared"] = seen.Compared,
        ["firstDifference"] = seen.First is { } first
            ? new JsonObject
            {
                ["sequence"] = first.Sequence,
                ["step"] = first.Step,
                ["opcode"] = first.Opcode,
                ["function"] = first.Function,
                ["instruction"] = first.Instruction,
                ["source"] = first.Source,
                ["what"] = first.What,
                ["where"] = seen.Where,
            }
            : seen.Where is { } where ? new JsonObject { ["where"] = where, ["what"] = seen.Text } : null,
    };
}
