using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Cli.Runs;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Cli.Commands;

/// <summary>Closes a run that was cut off and that nobody wants to go on with.</summary>
internal static class LogCloseCommand
{
    public static Command Create(CancellationToken stop)
    {
        var folder = new Argument<string>("run folder") { Description = "Such as .pomisa/runs/0001." };
        Option<int> threads = Shared.Threads();
        Option<bool> json = Shared.Json();
        var command = new Command("close", CommandTree.Help(
            "Close a run that was cut off, as abandoned, where its log ends; it is executed again up to there, and verified as far as it went.\nTo go on with it instead: pomisa run FOLDER --resume",
            "pomisa log close .pomisa/runs/0001"))
        {
            folder, threads, json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(folder);
            using CutRun cut = CutRun.Open(path);
            using var pool = new WorkerPool(parsed.GetValue(threads));
            RunOutcome outcome = cut.Execute(closes: true, static _ => { }, pool, stop);
            if (parsed.GetValue(json))
            {
                Output.Json(new JsonObject
                {
                    ["run"] = outcome.RunId.ToString(),
                    ["status"] = outcome.Status.ToString().ToLowerInvariant(),
                    ["records"] = outcome.Records,
                    ["recordedBefore"] = outcome.RecordedBefore,
                    ["tokens"] = outcome.Tokens.Length,
                    ["folder"] = cut.Folder.Path,
                });
            }
            else
            {
                Output.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Closed as {outcome.Status.ToString().ToLowerInvariant()}: {outcome.Records:N0} records, {outcome.Tokens.Length} tokens. Verify: pomisa verify {Path.GetRelativePath(".", cut.Folder.Path)}"));
            }

            return Exit.Ok;
        });
        return command;
    }
}
