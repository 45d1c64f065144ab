using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Evidence.Notes;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Cli.Commands;

internal static class RunCommand
{
    public static Command Create(CancellationToken stop)
    {
        var what = new Argument<string>("program") { Description = "A module (.pisab), a source (.pisa), or a model's folder." };
        var prompt = new Option<string?>("--prompt") { Description = "The prompt: a text, or a file that holds it. For a program without tokenizer: token numbers.", HelpName = "TEXT|FILE" };
        Option<string> track = Shared.Track();
        Option<DirectoryInfo> data = Shared.Data();
        Option<int> threads = Shared.Threads();
        Option<bool> json = Shared.Json();
        var command = new Command("run", CommandTree.Help(
            "Run a program; every step is minted into a log, which 'pomisa verify' checks.",
            "pomisa run examples/hello.pisa",
            "pomisa run examples/govsum --prompt \"#417 parameter | Raise the block size | max_block_kb 512 to 768 | yes 6120 no 2210 abstain 311 quorum 5000 | passed\""))
        {
            what, prompt, track, data, threads, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(what), parsed.GetValue(prompt), parsed.GetRequiredValue(track), new DataFolder(parsed.GetRequiredValue(data)), parsed.GetValue(threads), parsed.GetValue(json), stop));
        return command;
    }

    private static int Run(string what, string? prompt, string track, DataFolder data, int threads, bool json, CancellationToken stop)
    {
        ModelFolder? model = Directory.Exists(what) ? ModelFolder.At(what) : null;
        using BoundProgram program = model is null ? Bare(what) : model.Open(track, data);
        ImmutableArray<int> tokens = Prompt(program.Verified, model, prompt, out string text);
        var claim = new RunDescription { Kind = "run", Program = program.ProgramDigest.ToString(), Weights = program.WeightsDigest.ToString(), Salt = "" };
        (string, string)? published = model is null ? null : (Path.Combine(model.Weights(track), "model.sig"), model.PublisherPath);
        using var pool = new WorkerPool(threads);
        using RunFolder folder = RunFolder.Begin(data, claim, program.Module, published, resume: false);
        var shown = new TokenText(model?.HasTokenizer == true ? model.Tokenizer : null);
        var request = new RunRequest
        {
            Prompt = tokens,
            Salt = [.. folder.SaltFor(default)],
            Stop = stop,
            OnToken = token =>
            {
                string more = shown.Add(token);
                if (!json)
                {
                    System.Console.Out.Write(more);
                }
            },
        };
        if (!AttestedRun.TryExecute(program, request, folder.Log, pool, out RunOutcome? outcome, out MachineFault fault))
        {
            stop.ThrowIfCancellationRequested();
            throw CliException.Refused(fault.Describe(program.Module));
        }

        folder.Add(new RunEntry
        {
            Run = outcome.RunId.ToString(),
            FirstIndex = outcome.FirstIndex,
            Records = outcome.Records,
            Trigger = default(Digest).ToString(),
            Salt = Convert.ToHexStringLower([.. request.Salt]),
            Prompt = tokens,
            PromptText = text,
            Response = shown.Text,
        });
        folder.Finish();
        Print(program, folder, outcome, shown.Text, json);
        return Exit.Ok;
    }

    private static BoundProgram Bare(string path)
    {
        VerifiedModule verified = ModuleFile.Load(path);
        return BoundProgram.TryBind(verified, null, out BoundProgram? program, out MachineFault fault)
            ? program
            : throw CliException.Refused($"{fault.Describe(verified.Module)} Name the model's folder instead of the module.");
    }

    private static ImmutableArray<int> Prompt(VerifiedModule program, ModelFolder? model, string? given, out string text)
    {
        text = given is not null && given.Length < 1024 && File.Exists(given) ? File.ReadAllText(given) : given ?? "";
        if (program.Module.Inputs.IsEmpty)
        {
            return given is null ? [] : throw CliException.Usage("This program takes no prompt.");
        }

        if (text.Length == 0)
        {
            throw CliException.Usage("This program needs a prompt: --prompt TEXT, or --prompt FILE.");
        }

        ImmutableArray<int> tokens = model?.HasTokenizer == true
            ? model.Tokenizer.EncodePrompt(text.EndsWith('\n') ? text : text + "\n")
            : [.. text.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(static word =>
                int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                    ? id
                    : throw CliException.Usage($"Without a tokenizer a prompt is a list of token numbers; '{word}' is none."))];
        int most = program.Module.Inputs[0].Type.Shape.Where(static d => d.IsSymbol).Select(d => program.Module.Symbols[d.Symbol].Max).FirstOrDefault(int.MaxValue);
        return tokens.Length <= most
            ? tokens
            : throw CliException.Refused($"The prompt has {tokens.Length} tokens; this program takes {most} at most. Shorten it, or condense it in parts.");
    }

    private static void Print(BoundProgram program, RunFolder folder, RunOutcome outcome, string text, bool json)
    {
        double seconds = outcome.Elapsed.TotalSeconds;
        double rate = seconds > 0 ? outcome.Tokens.Length / seconds : 0;
        if (json)
        {
            Output.Json(new JsonObject
            {
                ["run"] = outcome.RunId.ToString(),
                ["program"] = program.ProgramDigest.ToString(),
                ["weights"] = program.WeightsDigest.ToString(),
                ["tokens"] = new JsonArray([.. outcome.Tokens.Select(t => (JsonNode)t)]),
                ["text"] = text,
                ["retired"] = outcome.Retired,
                ["minted"] = folder.Log.Size,
                ["tokensPerSecond"] = Math.Round(rate, 1),
                ["evidenceShare"] = Math.Round(seconds > 0 ? outcome.EvidenceTime.TotalSeconds / seconds : 0, 4),
                ["seconds"] = Math.Round(seconds, 3),
                ["arenaBytes"] = outcome.ArenaBytes,
                ["stateBytes"] = outcome.StateBytes,
                ["checkpoint"] = Encoding.UTF8.GetString(File.ReadAllBytes(RunFolder.CheckpointPath(folder.Path))),
                ["folder"] = folder.Path,
            });
            return;
        }

        if (text.Length > 0 && !text.EndsWith('\n'))
        {
            Output.Line("");
        }

        Output.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Retired:N0} opcodes retired, {folder.Log.Size:N0} records minted, {outcome.Tokens.Length} tokens, {rate:N0} tokens/s. Verify: pomisa verify {Path.GetRelativePath(".", folder.Path)}"));
    }
}
