using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Audit;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;

namespace PomIsa.Cli.Commands;

internal static class VerifyCommand
{
    private static readonly string[] s_levels = ["signature", "audit", "spot", "replay"]; // in the order of Level

    public static Command Create(CancellationToken stop)
    {
        var folder = new Argument<string>("run folder") { Description = "A folder below DIR/runs; with --level signature also a folder of tiles, or the URL of a log." };
        var level = new Option<string>("--level")
        {
            Description = "How much: signature (nothing is computed), audit (products are tested by projection, of a run with --openings), spot (records drawn by a seed), replay (all records).",
            DefaultValueFactory = _ => "replay",
            HelpName = "LEVEL",
        };
        level.AcceptOnlyFromAmong(s_levels);
        var samples = new Option<int>("--samples") { Description = "Records that a spot check draws.", DefaultValueFactory = _ => 64, HelpName = "K" };
        samples.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1 << 20)
            {
                result.AddError($"--samples is 1 to {1 << 20}.");
            }
        });
        var seed = new Option<string?>("--seed")
        {
            Description = "What a spot check draws them by, any text [default: the checkpoint]; what an audit's challenge follows from: 64 hex digits, or 'openings' for the root over them [default: 32 bytes drawn now].",
            HelpName = "TEXT",
        };
        var key = new Option<string?>("--key") { Description = "The log's verifier key, or a file that holds it. [default: key.vkey in the folder]", HelpName = "VKEY" };
        var verdictKey = new Option<FileInfo?>("--verdict-key") { Description = "A log key's file: signs the verdict, which goes to verdict.intoto.jsonl in the run's folder.", HelpName = "FILE" };
        var store = new Option<DirectoryInfo?>("--store") { Description = "Store that holds the weights. [default: the one beside the runs]", HelpName = "DIR" };
        Option<int> threads = Shared.Threads();
        Option<bool> json = Shared.Json();
        var command = new Command("verify", CommandTree.Help(
            "Verify a run as an observer would: the checkpoint's signature, the log's tree, then its records, at one of several levels.\nExits with 0 for ACCEPT, with 1 for REJECT, MALFORMED and UNVERIFIABLE.",
            "pomisa verify .pomisa/runs/0001",
            "pomisa verify .pomisa/runs/0001 --level spot --samples 100 --seed \"$RANDOM\"",
            "pomisa verify tiles --level signature",
            "pomisa verify .pomisa/runs/0001 --verdict-key .pomisa/keys/me.key"))
        {
            folder, level, samples, seed, key, verdictKey, store, threads, json,
        };
        command.SetAction(parsed =>
        {
            string given = parsed.GetRequiredValue(folder);
            bool isUrl = given.Contains("://", StringComparison.Ordinal);
            string run = isUrl ? given : Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
            var at = (Level)Array.IndexOf(s_levels, parsed.GetRequiredValue(level));
            var request = new ObserverRequest(
                at, parsed.GetValue(store)?.FullName ?? DataFolder.Of(isUrl ? "." : run).Store, parsed.GetValue(threads))
            {
                Samples = parsed.GetValue(samples),
                Seed = parsed.GetValue(seed),
                AuditSeed = at == Level.Audit ? SeedOf(parsed.GetValue(seed)) : default,
                Key = parsed.GetValue(key),
            };
            using VerdictFile? signer = parsed.GetValue(verdictKey) is { } file ? VerdictFile.Open(run, file.FullName) : null;
            using CancellationTokenRegistration ends = Interrupt.EndsProcess(stop);
            Observation seen = Observer.Verify(run, request);
            signer?.Add(seen);
            if (parsed.GetValue(json))
            {
                Output.Json(Describe(seen));
            }
            else
            {
                Print(seen);
            }

            return seen.Verdict == Verdict.Accept ? Exit.Ok : Exit.Refused;
        });
        return command;
    }

    private static AuditSeed SeedOf(string? given) => given is null ? AuditSeed.Draw()
        : AuditSeed.TryParse(given, out AuditSeed seed) ? seed
        : throw CliException.Usage($"The seed of an audit is 64 hexadecimal digits, or the word openings; '{given}' is neither.");

    public static string Word(Verdict verdict) => verdict.ToString().ToUpperInvariant();

    private static void Print(Observation seen)
    {
        Output.Line($"{Word(seen.Verdict)}: {seen.Text}");
        foreach (string one in seen.Proved)
        {
            Output.Line($"  proved   {one}");
        }

        foreach (string one in seen.Assumed)
        {
            Output.Line($"  assumed  {one}");
        }

        Output.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{seen.Seconds:F3} s{(seen.ShareOfGeneration is { } share ? $", {100 * share:F1} % of what the run says that it took to make" : "")}{(seen.LoadSeconds > 0 ? $"; loading the weights {seen.LoadSeconds:F3} s" : "")}"));
    }

    private static JsonObject Describe(Observation seen) => new()
    {
        ["verdict"] = Word(seen.Verdict),
        ["text"] = seen.Text,
        ["level"] = s_levels[(int)seen.Level],
        ["checkpoint"] = seen.Checkpoint?.ToString(),
        ["runs"] = new JsonArray([.. seen.Runs.Select(static id => (JsonNode)id.ToString())]),
        ["seconds"] = Math.Round(seen.Seconds, 6),
        ["loadSeconds"] = Math.Round(seen.LoadSeconds, 6),
        ["shareOfGeneration"] = seen.ShareOfGeneration is { } share ? Math.Round(share, 6) : null,
        ["proved"] = new JsonArray([.. seen.Proved.Select(static one => (JsonNode)one)]),
        ["assumed"] = new JsonArray([.. seen.Assumed.Select(static one => (JsonNode)one)]),
        ["productsTested"] = seen.Level == Level.Audit ? seen.Products.Tested : null,
        ["productsComputed"] = seen.Level == Level.Audit ? seen.Products.Computed : null,
        ["seed"] = seen.Seed?.ToString(),
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
