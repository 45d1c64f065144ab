using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Cli.Keeping;
using PomIsa.Cli.Models;

namespace PomIsa.Cli.Commands;

/// <summary>Keeps of a log its roots alone, and makes its records again.</summary>
internal static class LogKeepCommands
{
    /// <summary>How a run's log is kept; for commands that make runs.</summary>
    public static Option<string> Keep()
    {
        var option = new Option<string>("--keep")
        {
            Description = "What stays of the log: all records, or roots alone; then verify and 'log restore' make the records again by replay.",
            DefaultValueFactory = _ => "all",
            HelpName = "all|roots",
        };
        option.AcceptOnlyFromAmong("all", "roots");
        return option;
    }

    public static Command Prune()
    {
        Argument<string> folder = Folder();
        Option<bool> json = Shared.Json();
        var command = new Command("prune", CommandTree.Help(
            "Keep of a closed run's log its roots alone: the same root is signed, the records are made again when they are asked for.", "pomisa log prune .pomisa/runs/0001"))
        {
            folder, json,
        };
        command.SetAction(parsed =>
        {
            string run = Full(parsed.GetRequiredValue(folder));
            Print(run, KeptRun.Prune(run), parsed.GetValue(json), "Roots alone are kept");
            return Exit.Ok;
        });
        return command;
    }

    public static Command Restore(CancellationToken stop)
    {
        Argument<string> folder = Folder();
        var store = new Option<DirectoryInfo?>("--store") { Description = "Store that holds the weights. [default: the one beside the runs]", HelpName = "DIR" };
        Option<int> threads = Shared.Threads();
        Option<bool> json = Shared.Json();
        var command = new Command("restore", CommandTree.Help(
            "Make the records of a log again, of which roots alone are kept: its runs are executed again, and each token's records held against its roots.", "pomisa log restore .pomisa/runs/0001"))
        {
            folder, store, threads, json,
        };
        command.SetAction(parsed =>
        {
            string run = Full(parsed.GetRequiredValue(folder));
            using var progress = new ProgressLine();
            KeptSizes sizes = KeptRun.Restore(
                run,
                parsed.GetValue(store)?.FullName ?? DataFolder.Of(run).Store,
                parsed.GetValue(threads),
                done => progress.Report(string.Create(CultureInfo.InvariantCulture, $"{done:N0} records made again")),
                stop);
            Print(run, sizes, parsed.GetValue(json), "All records are kept");
            return Exit.Ok;
        });
        return command;
    }

    private static Argument<string> Folder() => new("run folder") { Description = "Such as .pomisa/runs/0001." };

    private static string Full(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private static void Print(string folder, KeptSizes sizes, bool json, string what)
    {
        if (json)
        {
            Output.Json(new JsonObject
            {
                ["folder"] = folder,
                ["records"] = sizes.Records,
                ["tokens"] = sizes.Tokens,
                ["allBytes"] = sizes.AllBytes,
                ["rootsBytes"] = sizes.RootsBytes,
                ["allBytesPerToken"] = Math.Round(sizes.PerToken(sizes.AllBytes), 1),
                ["rootsBytesPerToken"] = Math.Round(sizes.PerToken(sizes.RootsBytes), 1),
            });
            return;
        }

        Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {sizes.Records:N0} records, {sizes.Tokens:N0} tokens; all records take {sizes.AllBytes:N0} bytes ({sizes.PerToken(sizes.AllBytes):N0} a token), roots {sizes.RootsBytes:N0} ({sizes.PerToken(sizes.RootsBytes):N0} a token)."));
    }
}
