using System.Collections.Immutable;
using System.CommandLine;
using PomIsa.Cli.Generating;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;

namespace PomIsa.Cli.Commands;

internal static class GenerateCommand
{
    public static Command Create(CancellationToken stop)
    {
        var options = new GenerationOptions(PrivacyMode.None);
        var prompt = new Option<string>("--prompt") { Description = "What the model answers: a text, @FILE, or - for the standard input.", HelpName = "TEXT|@FILE|-", Required = true };
        var raw = new Option<bool>("--raw") { Description = "Continue the prompt as it is, without the model's chat template." };
        Option<bool> json = Shared.Json();
        var command = new Command("generate", CommandTree.Help(
            "Answer a prompt with a compiled model; text comes as it is made, and every step is minted into a log, which 'pomisa verify' checks.",
            "pomisa generate out/ --prompt \"Why is the sky blue?\"",
            "pomisa generate out/ --raw --prompt \"Once upon a time\" --max-tokens 64 --temperature 0.8 --top-p 0.95 --seed 7",
            "cat letter.txt | pomisa generate out/ --system \"Answer in one sentence.\" --prompt - --stop \"\\n\" --json"));
        options.AddTo(command);
        command.Options.Add(prompt);
        command.Options.Add(raw);
        Option<bool> openings = Shared.Openings();
        command.Options.Add(openings);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            int tokens = options.Tokens(parsed);
            string[] stops = options.Stops(parsed);
            string text = PromptText.Read(parsed.GetRequiredValue(prompt));
            using TextModel model = options.Open(parsed, stop);
            (ImmutableArray<int> ids, string rendered) = Conversation.Prompt(model, text, options.System(parsed), parsed.GetValue(raw), options.Date(parsed));
            Conversation.Warn(model, parsed.GetValue(raw) ? "" : text);
            return Run(model, new GenerationRequest(ids, rendered, tokens, options.Sampling(parsed), stops, options.Privacy(parsed)) { KeepsRoots = options.KeepsRoots(parsed), Opens = parsed.GetValue(openings) }, options.Data(parsed), options.Threads(parsed), parsed.GetValue(json), stop);
        });
        return command;
    }

    private static int Run(TextModel model, GenerationRequest asked, DataFolder data, int threads, bool json, CancellationToken stop)
    {
        using var pool = new WorkerPool(threads);
        Generated answer = GenerationRun.Execute(model, asked, data, pool, json ? static _ => { } : System.Console.Out.Write, stop);
        if (json)
        {
            Output.Json(GenerationReport.Json(answer, model, asked));
        }
        else
        {
            Output.Line("");
            Output.Note(GenerationReport.Speed(answer, asked.Prompt.Length));
            Output.Note(GenerationReport.Attestation(answer, model));
        }

        return answer.Ended == Ended.Interrupted ? Exit.Interrupted : Exit.Ok;
    }
}
