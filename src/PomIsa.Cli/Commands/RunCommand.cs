using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Cli.Tensors;
using PomIsa.Debugging.Tensors;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Cli.Commands;

internal static class RunCommand
{
    public static Command Create(CancellationToken stop)
    {
        var options = new ProgramOptions();
        Option<bool> json = Shared.Json();
        var command = new Command("run", CommandTree.Help(
            "Run a program; every step is minted into a log, which 'pomisa verify' checks.",
            "pomisa run examples/hello.pisa",
            "pomisa run out/ --input x=1,2,3 --input mask=@mask.npy --output results/",
            "pomisa run examples/govsum --prompt \"#417 parameter | Raise the block size | max_block_kb 512 to 768 | yes 6120 no 2210 abstain 311 quorum 5000 | passed\""));
        options.AddTo(command);
        var resume = new Option<bool>("--resume") { Description = "Take up a run that was cut off: its folder stands for the program. What is minted already is compared, the rest appended." };
        command.Options.Add(resume);
        Option<PrivacyMode> hidden = Shared.Private(PrivacyMode.None);
        command.Options.Add(hidden);
        Option<string> keep = LogKeepCommands.Keep();
        command.Options.Add(keep);
        var output = new Option<DirectoryInfo?>("--output") { Description = "Folder for the output tensors, NAME.npy each.", HelpName = "DIR" };
        command.Options.Add(output);
        Option<bool> openings = Shared.Openings();
        command.Options.Add(openings);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(resume))
            {
                return Resume(options.What(parsed), options.Threads(parsed), parsed.GetValue(output)?.FullName, parsed.GetValue(keep) == "roots", parsed.GetValue(json), stop);
            }

            using LoadedProgram loaded = options.Load(parsed, stop);
            return Run(loaded, parsed.GetValue(hidden), options.Data(parsed), options.Threads(parsed), parsed.GetValue(output)?.FullName, parsed.GetValue(keep) == "roots", parsed.GetValue(openings), parsed.GetValue(json), stop);
        });
        return command;
    }

    private static int Run(LoadedProgram loaded, PrivacyMode hidden, DataFolder data, int threads, string? output, bool roots, bool opens, bool json, CancellationToken stop)
    {
        BoundProgram program = loaded.Program;
        var claim = new RunDescription { Kind = "run", Program = program.ProgramDigest.ToString(), Weights = program.WeightsDigest.ToString(), Salt = "", Private = RunDescription.NameOf(hidden) };
        using var pool = new WorkerPool(threads);
        using RunFolder folder = RunFolder.Begin(data, claim, program.Module, loaded.Published, resume: false);
        TokenText shown = loaded.NewText();
        RunRequest request = loaded.Request(
            token =>
            {
                string more = shown.Add(token);
                if (!json)
                {
                    System.Console.Out.Write(more);
                }
            },
            stop) with
        { Salt = [.. folder.SaltFor(default)], Privacy = folder.Description.Privacy };
        var begun = new BegunRun { Entry = RunEntry.Of(request) with { PromptText = loaded.PromptText }, Tokenizer = loaded.Tokenizer, Opens = opens };
        folder.Starts(begun);
        using OpeningWriter? openings = opens ? OpeningWriter.Create(folder.NewOpenings(request.Opening(program).RunId), request.Opening(program).RunId) : null;
        if (!AttestedRun.TryExecute(program, request with { Openings = openings }, folder.Log, pool, out RunOutcome? outcome, out MachineFault fault))
        {
            stop.ThrowIfCancellationRequested();
            throw CliException.Refused(fault.Describe(program.Module));
        }

        openings?.Complete();
        folder.Add(begun.Entry.Ended(outcome, shown.Text));
        folder.Finish();
        NamedOutput[] outputs = [.. NamedOutput.Of(outcome.Outputs, loaded.Compiled)];
        if (output is not null)
        {
            NamedOutput.Write(outputs, output);
        }

        Print(program, folder, outcome, outputs, shown.Text, json);
        folder.KeepRoots(roots);
        return Exit.Ok;
    }

    private static int Resume(string run, int threads, string? output, bool roots, bool json, CancellationToken stop)
    {
        using CutRun cut = CutRun.Open(run);
        using var pool = new WorkerPool(threads);
        RunOutcome outcome = cut.Execute(closes: false, json ? static _ => { } : System.Console.Out.Write, pool, stop);
        NamedOutput[] outputs = [.. NamedOutput.Of(outcome.Outputs, null)];
        if (output is not null)
        {
            NamedOutput.Write(outputs, output);
        }

        Output.Note(string.Create(CultureInfo.InvariantCulture, $"{outcome.RecordedBefore:N0} records stood in the log and are the same, {outcome.Records - outcome.RecordedBefore:N0} were appended."));
        Print(cut.Program, cut.Folder, outcome, outputs, cut.Text, json);
        cut.Folder.KeepRoots(roots);
        return Exit.Ok;
    }

    private static void Print(BoundProgram program, RunFolder folder, RunOutcome outcome, NamedOutput[] outputs, string text, bool json)
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
                ["outputs"] = new JsonArray([.. outputs.Select(static one => one.Tensor is null ? null : (JsonNode)Describe(one.Tensor, one.Port?.Name))]),
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

        foreach ((string name, _, OutputTensor? tensor) in outputs)
        {
            if (tensor is not null)
            {
                Output.Line($"{name}: {TensorDescription.Line(tensor.Element, tensor.Shape.AsSpan(), tensor.Bytes.AsSpan())}");
            }
        }

        Output.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Retired:N0} opcodes retired, {folder.Log.Size:N0} records minted, {outcome.Tokens.Length} tokens, {rate:N0} tokens/s. Verify: pomisa verify {Path.GetRelativePath(".", folder.Path)}"));
    }

    /// <summary>Values as numbers, those that JSON has no number for as text.</summary>
    private static JsonObject Describe(OutputTensor tensor, string? name)
    {
        var described = new JsonObject();
        if (name is not null)
        {
            described["name"] = name;
        }

        Describe(tensor, described);
        return described;
    }

    private static void Describe(OutputTensor tensor, JsonObject to)
    {
        to["dtype"] = DTypes.NameOf(tensor.Element);
        to["shape"] = new JsonArray([.. tensor.Shape.Select(static one => (JsonNode)one)]);
        to["values"] = new JsonArray([.. TensorDescription.Values(tensor.Element, tensor.Bytes.AsSpan()).Select(static one =>
            one is "NaN" or "inf" or "-inf" ? JsonValue.Create(one) : JsonNode.Parse(one))]);
    }
}
