using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using PomIsa.Cli.Demo;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using Spectre.Console;

namespace PomIsa.Cli.Commands;

using Text = Spectre.Console.Text;

internal static class DemoCommand
{
    public static Command Create(CancellationToken stop)
    {
        Option<string> track = Shared.Track();
        var folder = new Option<string?>("--model") { Description = "Model folder with votes.jsonl. [default: examples/govsum]", HelpName = "DIR" };
        Option<DirectoryInfo> data = Shared.Data();
        Option<int> threads = Shared.Threads();
        Option<bool> json = Shared.Json();
        var command = new Command("demo", CommandTree.Help(
            "See the whole machine do its job, and an observer verify it.\nVotes press on a chain, an event fires, the machine condenses them, every step is minted, pressure falls, and an\nobserver replays it all. Goes on where it was cut off.",
            "pomisa demo", "pomisa demo --weights f32 --json"))
        {
            track, folder, data, threads, json,
        };
        command.SetAction(parsed =>
        {
            long start = Stopwatch.GetTimestamp();
            ModelFolder model = parsed.GetValue(folder) is { } given ? ModelFolder.At(given) : ModelFolder.FindExample();
            string weights = parsed.GetRequiredValue(track);
            int workers = parsed.GetValue(threads);
            using var demo = new DemoRun(model, weights, new DataFolder(parsed.GetRequiredValue(data)), workers);
            Observation seen = Play(demo, workers, parsed.GetValue(json), stop);
            if (parsed.GetValue(json))
            {
                Output.Json(Describe(demo, seen, weights, Stopwatch.GetElapsedTime(start)));
            }

            return seen.Verdict == Audit.Verdict.Accept ? Exit.Ok : Exit.Refused;
        });
        return command;
    }

    private static Observation Play(DemoRun demo, int threads, bool json, CancellationToken stop)
    {
        if (json)
        {
            return Play(demo, new NoScreen(), threads, stop);
        }

        IAnsiConsole console = Output.Console();
        if (!Output.IsTerminal)
        {
            Observation plain = Play(demo, new PlainScreen(), threads, stop);
            Output.Line("");
            console.Write(DemoFrame.Of(demo.View, console.Profile.Width));
            return plain;
        }

        Observation seen = console.Live(new Text("")).AutoClear(true).Start(context => Play(demo, new LiveScreen(context, console), threads, stop));
        console.Write(DemoFrame.Of(demo.View, console.Profile.Width));
        return seen;
    }

    private static Observation Play(DemoRun demo, IDemoScreen screen, int threads, CancellationToken stop)
    {
        try
        {
            demo.TakeBlocks(screen, stop);
            return demo.Observe(screen, threads);
        }
        catch (OperationCanceledException)
        {
            Output.Note($"Stopped. What was minted is in {Path.GetRelativePath(".", demo.Folder)}; the same command goes on from there.");
            throw;
        }
    }

    private static JsonObject Describe(DemoRun demo, Observation seen, string weights, TimeSpan elapsed)
    {
        DemoView view = demo.View;
        return new JsonObject
        {
            ["verdict"] = VerifyCommand.Word(seen.Verdict),
            ["retired"] = view.Retired,
            ["minted"] = view.Minted,
            ["tokens"] = view.Tokens,
            ["tokensPerSecond"] = Math.Round(view.TokensPerSecond, 1),
            ["evidenceShare"] = Math.Round(view.EvidenceShare, 4),
            ["summary"] = view.Summary,
            ["checkpoint"] = Encoding.UTF8.GetString(File.ReadAllBytes(RunFolder.CheckpointPath(demo.Folder))),
            ["seconds"] = Math.Round(elapsed.TotalSeconds, 2),
            ["weights"] = weights,
            ["text"] = seen.Text,
            ["compared"] = seen.Compared,
            ["cycles"] = view.Cycles,
            ["votesCondensed"] = view.Condensed,
            ["bytesFreed"] = view.FreedBytes,
            ["events"] = new JsonArray([.. view.Curve.Where(static p => p.Phase == Chain.Pressure.Phase.Crossed).Select(static p => (JsonNode)p.Height)]),
            ["pressure"] = new JsonArray([.. view.Curve.Select(static p => (JsonNode)p.Pressure.InPermille)]),
            ["head"] = demo.Head.ToString(),
            ["resumed"] = view.Resumed.Length > 0,
            ["peakMemoryBytes"] = Process.GetCurrentProcess().PeakWorkingSet64,
            ["folder"] = demo.Folder,
        };
    }
}
