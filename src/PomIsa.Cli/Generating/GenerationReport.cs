using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PomIsa.Cli.Runs;
using PomIsa.Machine;

namespace PomIsa.Cli.Generating;

/// <summary>What is told about an answer: how fast it came, and what attests it.</summary>
internal static class GenerationReport
{
    /// <summary>One line of figures.</summary>
    public static string Speed(Generated answer, int prompt)
    {
        RunOutcome run = answer.Outcome;
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"prompt {prompt} tokens, {Rate(prompt, run.PrefillTime.TotalSeconds)} · answer {run.Tokens.Length} tokens");
        if (run.Tokens.Length > 1)
        {
            line.Append(CultureInfo.InvariantCulture, $", {Rate(run.Tokens.Length - 1, Decoding(run))}");
        }

        return line.Append(CultureInfo.InvariantCulture, $" · {run.Records:N0} records minted · ended {Reason(answer.Ended)}").ToString();
    }

    /// <summary>What binds the answer to its model, and how anyone checks it.</summary>
    public static string Attestation(Generated answer, TextModel model) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        program  {model.Program.ProgramDigest}
        weights  {model.Program.WeightsDigest}
        log      {answer.Checkpoint.Size:N0} records, root {answer.Checkpoint.Root}, signed by {answer.Checkpoint.Origin}
        verify   pomisa verify {Path.GetRelativePath(".", answer.Folder)}
        """);

    public static JsonObject Json(Generated answer, TextModel model, GenerationRequest asked)
    {
        RunOutcome run = answer.Outcome;
        return new JsonObject
        {
            ["text"] = answer.Text,
            ["ended"] = Name(answer.Ended),
            ["tokens"] = new JsonArray([.. run.Tokens.Select(static t => (JsonNode)t)]),
            ["promptTokens"] = new JsonArray([.. asked.Prompt.Select(static t => (JsonNode)t)]),
            ["promptText"] = asked.PromptText,
            ["timings"] = new JsonObject
            {
                ["seconds"] = Math.Round(run.Elapsed.TotalSeconds, 4),
                ["firstTokenSeconds"] = Math.Round(run.PrefillTime.TotalSeconds, 4),
                ["prefillTokensPerSecond"] = Number(asked.Prompt.Length, run.PrefillTime.TotalSeconds),
                ["decodeTokensPerSecond"] = Number(run.Tokens.Length - 1, Decoding(run)),
                ["evidenceShare"] = Math.Round(run.Elapsed > TimeSpan.Zero ? run.EvidenceTime / run.Elapsed : 0, 4),
            },
            ["evidence"] = new JsonObject
            {
                ["run"] = run.RunId.ToString(),
                ["status"] = run.Status.ToString().ToLowerInvariant(),
                ["program"] = model.Program.ProgramDigest.ToString(),
                ["weights"] = model.Program.WeightsDigest.ToString(),
                ["tokenizer"] = new JsonObject(model.TokenizerDigests().Select(static one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
                ["private"] = RunDescription.NameOf(asked.Privacy) ?? "none",
                ["records"] = run.Records,
                ["retired"] = run.Retired,
                ["logRoot"] = answer.Checkpoint.Root.ToString(),
                ["checkpoint"] = Encoding.UTF8.GetString(File.ReadAllBytes(RunFolder.CheckpointPath(answer.Folder))),
                ["folder"] = answer.Folder,
            },
        };
    }

    private static double Decoding(RunOutcome run) => (run.Elapsed - run.PrefillTime).TotalSeconds;

    private static string Rate(int tokens, double seconds) => seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{tokens / seconds:N1}/s") : "at once";

    private static JsonNode? Number(int tokens, double seconds) => tokens > 0 && seconds > 0 ? Math.Round(tokens / seconds, 2) : null;

    private static string Name(Ended ended) => ended switch
    {
        Ended.ModelEnd => "end",
        Ended.Limit => "limit",
        Ended.Context => "context",
        Ended.StopText => "stop",
        Ended.Interrupted => "interrupted",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Reason(Ended ended) => ended switch
    {
        Ended.ModelEnd => "by the model",
        Ended.Limit => "at --max-tokens",
        Ended.Context => "at the end of the context",
        Ended.StopText => "at a stop text",
        Ended.Interrupted => "by Ctrl-C",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
