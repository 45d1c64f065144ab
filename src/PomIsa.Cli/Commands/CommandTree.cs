using System.CommandLine;
using PomIsa.Evidence.Records;

namespace PomIsa.Cli.Commands;

/// <summary>The whole command line.</summary>
internal static class CommandTree
{
    public static RootCommand Root(CancellationToken stop)
    {
        var root = new RootCommand(
            "PomIsa: a deterministic machine for language models with evidence of every step.\n\n"
            + "Begin with:   pomisa demo\n\n"
            + "Exit codes:   0 done   1 refused (a module, log, manifest, votes or run is not sound)   2 usage\n"
            + "              3 the environment failed (disk, permissions, in use)   130 interrupted");
        foreach (Command command in (Command[])
        [
            DemoCommand.Create(stop),
            CompileCommand.Create(stop),
            InspectCommand.Create(stop),
            RunCommand.Create(stop),
            GenerateCommand.Create(stop),
            ChatCommand.Create(stop),
            VerifyCommand.Create(stop),
            VerifyVerdictCommand.Create(),
            RecordsCommand.Create(),
            OpenCommand.Create(),
            LogCommand.Create(stop),
            DisputeCommand.Create(stop),
            DebugCommand.Create(),
            TraceCommand.Create(stop),
            ProfileCommand.Create(stop),
            CheckCommand.Create(),
            AsmCommand.Create(),
            DisasmCommand.Create(),
            LspCommand.Create(stop),
            FmtCommand.Create(),
            EvalCommand.Create(stop),
            TrainCommand.Create(stop),
            BenchCommand.Create(stop),
            BenchCommand.CreateCold(),
            ConformanceCommand.Create(stop),
            ShardsCommand.Create(),
            KeysCommand.Create(),
            VotesCommand.Create(),
        ])
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    /// <summary>Cuts the descriptions of subcommands to their first line: examples belong to their own help.</summary>
    public static void Shorten(Command parent)
    {
        foreach (Command child in parent.Subcommands)
        {
            child.Description = child.Description?.Split('\n')[0];
        }
    }

    public static string Help(string what, params ReadOnlySpan<string> examples) =>
        what + "\n\nExample:" + string.Concat(examples.ToArray().Select(e => "\n  " + e));
}

/// <summary>Options that several commands share.</summary>
internal static class Shared
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object and nothing else." };

    public static Option<bool> Openings() => new("--openings")
    {
        Description = "Keep the sums of all quantized products beside the log, for 'pomisa verify --level audit': some hundred KB a token.",
    };

    public static Option<DirectoryInfo> Data() => new("--data")
    {
        Description = "Folder for the store, keys and runs; nothing else is written to.",
        DefaultValueFactory = _ => new DirectoryInfo(".pomisa"),
        HelpName = "DIR",
    };

    public static Option<string> Track()
    {
        var option = new Option<string>("--weights") { Description = "Which of the model's weights to use: w8 or f32.", DefaultValueFactory = _ => "w8", HelpName = "w8|f32" };
        option.AcceptOnlyFromAmong("w8", "f32");
        return option;
    }

    /// <summary>What of a run goes under salt.</summary>
    public static Option<PrivacyMode> Private(PrivacyMode unsaid)
    {
        var option = new Option<PrivacyMode>("--private")
        {
            Description = "What of the run a published log hides: nothing, the tokens from who has no model, or every value. See 'pomisa open'.",
            DefaultValueFactory = _ => unsaid,
            HelpName = "none|tokens|all",
        };
        option.AcceptOnlyFromAmong("none", "tokens", "all");
        return option;
    }

    public static Option<int> Threads() => new("--threads")
    {
        Description = "Threads to compute with. Results never depend on it.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
        HelpName = "N",
    };
}
