using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using PomIsa.Audit;
using PomIsa.Cli.Json;
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
            bool asJson = parsed.GetValue(json);
            Observation seen = Observer.Verify(run, request, one =>
            {
                signer?.Add(one);
                if (asJson)
                {
                    Output.Json(Describe(one));
                }
                else
                {
                    Print(one);
                }
            });
            return seen.Verdict == Verdict.Accept ? Exit.Ok : Exit.Refused;
        });
        return command;
    }

    private static AuditSeed SeedOf(string? given) => given is null ? AuditSeed.Draw()
        : AuditSeed.TryParse(given, out AuditSeed seed) ? seed
        : throw CliException.Usage($"The seed of an audit is 64 hexadecimal digits, or the word openings; '{given}' is neither.");

    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Accept => "ACCEPT",
        Verdict.Reject => "REJECT",
        Verdict.Unverifiable => "UNVERIFIABLE",
        Verdict.Malformed => "MALFORMED",
        _ => throw new System.Diagnostics.UnreachableException($"{verdict} is no verdict."),
    };

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

    private static JsonText Describe(Observation seen)
    {
        var json = new JsonText();
        json.OpenObject();
        json.Member("verdict", Word(seen.Verdict));
        json.Member("text", seen.Text);
        json.Member("level", s_levels[(int)seen.Level]);
        json.Member("checkpoint", seen.Checkpoint?.ToString());
        json.OpenArray("runs");
        foreach (Digest id in seen.Runs)
        {
            json.Item(id.ToString());
        }

        json.CloseArray();
        json.Member("seconds", Math.Round(seen.Seconds, 6));
        json.Member("loadSeconds", Math.Round(seen.LoadSeconds, 6));
        json.Member("shareOfGeneration", seen.ShareOfGeneration is { } share ? Math.Round(share, 6) : null);
        Texts(json, "proved", seen.Proved);
        Texts(json, "assumed", seen.Assumed);
        json.Member("productsTested", seen.Level == Level.Audit ? seen.Products.Tested : null);
        json.Member("productsComputed", seen.Level == Level.Audit ? seen.Products.Computed : null);
        json.Member("seed", seen.Seed?.ToString());
        json.Member("records", seen.Records);
        json.Member("compared", seen.Compared);
        Difference(json, seen);
        json.CloseObject();
        return json;
    }

    private static void Texts(JsonText json, string name, ImmutableArray<string> texts)
    {
        json.OpenArray(name);
        foreach (string text in texts)
        {
            json.Item(text);
        }

        json.CloseArray();
    }

    private static void Difference(JsonText json, Observation seen)
    {
        const string Name = "firstDifference";
        if (seen.First is { } first)
        {
            json.OpenObject(Name);
            json.Member("sequence", first.Sequence);
            json.Member("step", first.Step);
            json.Member("opcode", first.Opcode);
            json.Member("function", first.Function);
            json.Member("instruction", first.Instruction);
            json.Member("source", first.Source);
            json.Member("what", first.What);
            json.Member("where", seen.Where);
            json.CloseObject();
        }
        else if (seen.Where is { } where)
        {
            json.OpenObject(Name);
            json.Member("where", where);
            json.Member("what", seen.Text);
            json.CloseObject();
        }
        else
        {
            json.Null(Name);
        }
    }
}
