using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Chain.Governance;
using PomIsa.Cli.Models;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;
using PomIsa.Training.Evaluation;
using PomIsa.Training.Recipe;

namespace PomIsa.Cli.Commands;

internal static class EvalCommand
{
    private const int Shown = 20;

    private sealed record Failure(int Window, WindowGrade Grade, string Prompt, string Text);

    private sealed record Options(string Track, ulong Seed, int Windows, int Threads, string? Failures, bool Json);

    public static Command Create(CancellationToken stop)
    {
        var folder = new Argument<string>("model folder") { Description = "Such as examples/govsum." };
        Option<string> track = Shared.Track();
        var seed = new Option<ulong>("--seed") { Description = "Seed of the windows. No seed here was ever trained on.", DefaultValueFactory = _ => 1, HelpName = "N" };
        var windows = new Option<int>("--windows") { Description = "Windows to condense.", DefaultValueFactory = _ => 1000, HelpName = "N" };
        var failures = new Option<FileInfo?>("--failures") { Description = "Write all failures there, one JSON object a line.", HelpName = "FILE" };
        Option<DirectoryInfo> data = Shared.Data();
        Option<int> threads = Shared.Threads();
        Option<bool> json = Shared.Json();
        var command = new Command("eval", CommandTree.Help(
            "Measure a model: the machine condenses windows that were never trained on, and every fact is compared.",
            "pomisa eval examples/govsum --weights w8 --seed 7", "pomisa eval examples/govsum --windows 100 --json"))
        {
            folder, track, seed, windows, failures, data, threads, json,
        };
        windows.Validators.Add(static r =>
        {
            if (r.GetValueOrDefault<int>() < 1)
            {
                r.AddError("--windows is 1 at least.");
            }
        });
        command.SetAction(parsed =>
        {
            ModelFolder model = ModelFolder.At(parsed.GetRequiredValue(folder));
            var options = new Options(
                parsed.GetRequiredValue(track), parsed.GetValue(seed), parsed.GetValue(windows), parsed.GetValue(threads), parsed.GetValue(failures)?.FullName, parsed.GetValue(json));
            using BoundProgram program = model.Open(options.Track, new DataFolder(parsed.GetRequiredValue(data)));
            return Run(model, program, options, stop);
        });
        return command;
    }

    private static int Run(ModelFolder model, BoundProgram program, Options options, CancellationToken stop)
    {
        _ = model.Tokenizer;
        var failed = new ConcurrentBag<Failure>();
        int next = -1, done = 0;
        long tokens = 0, start = Stopwatch.GetTimestamp();
        var workers = new Thread[Math.Max(1, Math.Min(options.Threads, options.Windows))];
        ConcurrentQueue<Exception> broken = new();
        for (int w = 0; w < workers.Length; w++)
        {
            workers[w] = new Thread(() =>
            {
                try
                {
                    using var pool = new WorkerPool(1);
                    for (int i = Interlocked.Increment(ref next); i < options.Windows && !stop.IsCancellationRequested; i = Interlocked.Increment(ref next))
                    {
                        Grade(model, program, options, i, pool, failed, out int count, stop);
                        Interlocked.Add(ref tokens, count);
                        Interlocked.Increment(ref done);
                    }
                }
                catch (Exception e) when (e is CliException or InvalidDataException)
                {
                    broken.Enqueue(e); // told to the user by the thread that waits
                    Interlocked.Exchange(ref next, options.Windows);
                }
            });
            workers[w].Start();
        }

        while (!Array.TrueForAll(workers, static w => w.Join(500)))
        {
            if (!options.Json && Output.IsTerminal)
            {
                System.Console.Error.Write($"\r{Volatile.Read(ref done)} of {options.Windows} windows, {failed.Count} not right ");
            }
        }

        if (broken.TryDequeue(out Exception? first))
        {
            throw new CliException((first as CliException)?.Code ?? Exit.Refused, first.Message);
        }

        stop.ThrowIfCancellationRequested();
        Report(options, [.. failed.OrderBy(static f => f.Window)], tokens, Stopwatch.GetElapsedTime(start));
        return Exit.Ok;
    }

    private static void Grade(
        ModelFolder model, BoundProgram program, Options options, int index, WorkerPool pool, ConcurrentBag<Failure> failed, out int tokens, CancellationToken stop)
    {
        ProposalRecord[] window = [.. TrainingData.EvaluationWindow(options.Seed, (ulong)index).Select(static t => t.Record)];
        string prompt = SummaryPrompt.Of(window);
        var request = new RunRequest { Prompt = model.Tokenizer.EncodePrompt(prompt), Stop = stop };
        if (!MachineRun.TryExecutePlain(program, request, pool, out RunOutcome? outcome, out MachineFault fault))
        {
            // A window that the program can't hold is a wrong answer, not an error of the measurement.
            tokens = 0;
            failed.Add(new Failure(index, new WindowGrade(false, false, fault.Describe(program.Module)), prompt, ""));
            return;
        }

        tokens = outcome.Tokens.Length;
        string text = model.Tokenizer.Decode(outcome.Tokens);
        WindowGrade grade = Grading.Of(window, text);
        if (!grade.AllFactsRight || grade.InventedOutcome)
        {
            failed.Add(new Failure(index, grade, prompt, text));
        }
    }

    private static void Report(Options options, List<Failure> failed, long tokens, TimeSpan elapsed)
    {
        int right = options.Windows - failed.Count(static f => !f.Grade.AllFactsRight), invented = failed.Count(static f => f.Grade.InventedOutcome);
        double rate = tokens / elapsed.TotalSeconds;
        if (options.Failures is { } path)
        {
            File.WriteAllLines(path, failed.Select(static f => Describe(f).ToJsonString()));
        }

        if (options.Json)
        {
            Output.Json(new JsonObject
            {
                ["windows"] = options.Windows,
                ["allFactsRight"] = right,
                ["inventedOutcomes"] = invented,
                ["weights"] = options.Track,
                ["seed"] = options.Seed,
                ["tokens"] = tokens,
                ["tokensPerSecond"] = Math.Round(rate, 1),
                ["seconds"] = Math.Round(elapsed.TotalSeconds, 1),
                ["failures"] = new JsonArray([.. failed.Take(Shown).Select(static f => (JsonNode)Describe(f))]),
            });
            return;
        }

        if (Output.IsTerminal)
        {
            System.Console.Error.Write("\r");
        }

        CultureInfo invariant = CultureInfo.InvariantCulture;
        Output.Line(string.Create(invariant, $"windows            {options.Windows}   (seed {options.Seed}, {options.Track}, decoded greedily by the machine)"));
        Output.Line(string.Create(invariant, $"all facts right    {right}   {100.0 * right / options.Windows:F1} %"));
        Output.Line(string.Create(invariant, $"invented outcomes  {invented}   {100.0 * invented / options.Windows:F1} %"));
        Output.Line(string.Create(invariant, $"tokens/s           {rate:N0}   without evidence, {elapsed.TotalSeconds:F1} s in all"));
        foreach (Failure failure in failed.Take(Shown))
        {
            Output.Line($"\nwindow {failure.Window}: {failure.Grade.Why}{(failure.Grade.InventedOutcome ? " (invented outcome)" : "")}");
            Output.Line("  " + failure.Prompt.TrimEnd('\n').Replace("\n", "\n  ", StringComparison.Ordinal));
            Output.Line("  → " + failure.Text.TrimEnd('\n').Replace("\n", "\n  → ", StringComparison.Ordinal));
        }

        if (failed.Count > Shown)
        {
            Output.Line($"\n{failed.Count - Shown} more; --failures FILE lists all.");
        }
    }

    private static JsonObject Describe(Failure failure) => new()
    {
        ["window"] = failure.Window,
        ["why"] = failure.Grade.Why,
        ["inventedOutcome"] = failure.Grade.InventedOutcome,
        ["prompt"] = failure.Prompt,
        ["text"] = failure.Text,
    };
}
