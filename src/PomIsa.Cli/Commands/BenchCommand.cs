using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Results;
using PomIsa.Bench.Runs;

namespace PomIsa.Cli.Commands;

/// <summary>The command line of the decoder benchmark. Its options serve the benchmarks project too.</summary>
internal sealed class BenchCommand
{
    private readonly Option<string> _sizes = new("--sizes") { Description = "Decoders to measure.", DefaultValueFactory = _ => Names(DecoderSize.All.Select(static s => s.Name)), HelpName = "NAME,…" };
    private readonly Option<string> _weights = new("--weights") { Description = "Kinds of weights.", DefaultValueFactory = _ => Names(WeightKind.All.Select(static k => k.Name)), HelpName = "KIND,…" };
    private readonly Option<string> _threads = new("--threads") { Description = "Numbers of threads.", DefaultValueFactory = _ => "1,2", HelpName = "N,…" };
    private readonly Option<int?> _tokens = new("--tokens") { Description = "Tokens to decode in a run; by default as many as take about a second.", HelpName = "N" };
    private readonly Option<int> _rounds = new("--rounds") { Description = "Timed rounds.", DefaultValueFactory = _ => 5, HelpName = "N" };
    private readonly Option<DirectoryInfo> _cache = new("--cache") { Description = "Folder that keeps the decoders from one time to the next; up to 5 GB.", DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(".pomisa", "bench")), HelpName = "DIR" };
    private readonly Option<bool> _quick = new("--quick") { Description = "The two smaller decoders, three rounds, 16 tokens." };
    private readonly Option<bool> _markdown = new("--markdown") { Description = "Print Markdown tables: what it does without --json, said for scripts." };
    private readonly Option<bool> _json = Shared.Json();

    private BenchCommand(string name, string description)
    {
        Command = new Command(name, description) { _sizes, _weights, _threads, _tokens, _rounds, _cache, _quick, _markdown, _json };
        _sizes.Validators.Add(r => Check(r, _sizes, static t => Array.Exists([.. DecoderSize.All], s => s.Name == t), Names(DecoderSize.All.Select(static s => s.Name))));
        _weights.Validators.Add(r => Check(r, _weights, static t => Array.Exists([.. WeightKind.All], k => k.Name == t), Names(WeightKind.All.Select(static k => k.Name))));
        _threads.Validators.Add(r => Check(r, _threads, static t => Number(t) is >= 1 and <= 256, "numbers from 1 to 256"));
        _tokens.Validators.Add(r => CheckRange(r, r.GetValue(_tokens) ?? 1, BenchOptions.MostTokens, "--tokens"));
        _rounds.Validators.Add(r => CheckRange(r, r.GetValue(_rounds), 1000, "--rounds"));
    }

    private Command Command { get; }

    public static Command Create(CancellationToken stop)
    {
        Command bench = Create(
            "bench",
            CommandTree.Help(
                "Measure whole decoders with random weights: tokens/s with and without evidence, load time, memory, shares of the machine's limits.",
                "pomisa bench --sizes 135M --weights w8 --threads 2", "pomisa bench --quick --json", "pomisa bench log --json"),
            null,
            stop);
        bench.Subcommands.Add(BenchLogCommand.Create(stop));
        return bench;
    }

    /// <summary>The command with another runtime beside the machine.</summary>
    public static Command Create(string name, string description, RivalSource? rivals, CancellationToken stop)
    {
        var bench = new BenchCommand(name, description);
        bench.Command.SetAction(parsed => bench.Run(parsed, rivals, stop));
        return bench.Command;
    }

    /// <summary>The process that <see cref="ColdStart"/> measures.</summary>
    public static Command CreateCold()
    {
        var words = new Argument<string[]>("words") { HelpName = CommandLine.Free };
        var command = new Command(ColdStart.Verb) { words };
        command.Hidden = true;
        command.SetAction(parsed => ColdStart.Serve(parsed.GetRequiredValue(words), System.Console.Out));
        return command;
    }

    private int Run(ParseResult parsed, RivalSource? rivals, CancellationToken stop)
    {
        var notes = new Notes();
        BenchReport report = new DecoderBench(Options(parsed), notes, rivals, stop).Run();
        notes.Clear();
        if (parsed.GetValue(_json))
        {
            Output.Json(ReportJson.Of(report));
        }
        else
        {
            Output.Line(ReportTable.Of(report).TrimEnd());
        }

        return Exit.Ok;
    }

    private BenchOptions Options(ParseResult parsed)
    {
        bool quick = parsed.GetValue(_quick);
        ImmutableArray<DecoderSize> sizes = [.. Words(parsed.GetRequiredValue(_sizes)).Select(static n => DecoderSize.All.First(s => s.Name == n))];
        return new BenchOptions
        {
            Sizes = quick && parsed.GetResult(_sizes) is null or { Implicit: true } ? [.. sizes.Take(2)] : sizes,
            Kinds = [.. Words(parsed.GetRequiredValue(_weights)).Select(static n => WeightKind.All.First(k => k.Name == n))],
            Threads = [.. Words(parsed.GetRequiredValue(_threads)).Select(static n => Number(n)!.Value)],
            Tokens = parsed.GetValue(_tokens) ?? (quick ? 16 : null),
            Rounds = quick && parsed.GetResult(_rounds) is null or { Implicit: true } ? 3 : parsed.GetValue(_rounds),
            Cache = parsed.GetRequiredValue(_cache).FullName,
        };
    }

    private static void Check(OptionResult result, Option<string> option, Func<string, bool> isKnown, string known)
    {
        string[] words = Words(result.GetValue(option) ?? "");
        if (words.Length == 0 || !Array.TrueForAll(words, w => isKnown(w)))
        {
            result.AddError($"{option.Name} takes one or more of: {known}; with commas between them.");
        }
    }

    private static void CheckRange(OptionResult result, int value, int most, string name)
    {
        if (value < 1 || value > most)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is a number from 1 to {most}."));
        }
    }

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Names(IEnumerable<string> names) => string.Join(',', names);

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

    /// <summary>What is being done, on the error stream: one line that changes on a terminal, a line each elsewhere.</summary>
    private sealed class Notes : IProgress<string>
    {
        private readonly bool _terminal = !System.Console.IsErrorRedirected;

        public void Report(string value)
        {
            if (_terminal)
            {
                System.Console.Error.Write($"\r\e[K{value}");
            }
            else
            {
                System.Console.Error.WriteLine(value);
            }
        }

        public void Clear()
        {
            if (_terminal)
            {
                System.Console.Error.Write("\r\e[K");
            }
        }
    }
}
