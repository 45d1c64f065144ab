using System.CommandLine;
using PomIsa.Bench.Runs;
using PomIsa.Evidence.Records;

namespace PomIsa.Cli.Commands;

/// <summary>The whole command line.</summary>
internal static class CommandTree
{
    private static readonly (string Name, Func<CancellationToken, Command> Create)[] s_commands =
    [
        ("demo", DemoCommand.Create),
        ("compile", CompileCommand.Create),
        ("inspect", InspectCommand.Create),
        ("run", RunCommand.Create),
        ("generate", GenerateCommand.Create),
        ("chat", ChatCommand.Create),
        ("verify", VerifyCommand.Create),
        ("verify-verdict", static _ => VerifyVerdictCommand.Create()),
        ("records", static _ => RecordsCommand.Create()),
        ("open", static _ => OpenCommand.Create()),
        ("log", LogCommand.Create),
        ("dispute", DisputeCommand.Create),
        ("debug", static _ => DebugCommand.Create()),
        ("trace", TraceCommand.Create),
        ("profile", ProfileCommand.Create),
        ("check", static _ => CheckCommand.Create()),
        ("asm", static _ => AsmCommand.Create()),
        ("disasm", static _ => DisasmCommand.Create()),
        ("lsp", LspCommand.Create),
        ("fmt", static _ => FmtCommand.Create()),
        ("eval", EvalCommand.Create),
        ("train", TrainCommand.Create),
        ("bench", BenchCommand.Create),
        (ColdStart.Verb, static _ => BenchCommand.CreateCold()),
        ("conformance", ConformanceCommand.Create),
        ("shards", static _ => ShardsCommand.Create()),
        ("keys", static _ => KeysCommand.Create()),
        ("votes", static _ => VotesCommand.Create()),
    ];

    private static readonly string[] s_wordsOfRoot = ["--help", "-h", "-?", "/h", "/?", "--version"];

    /// <summary>Reads a command line; none is one that asks for help.</summary>
    public static ParseResult Parse(string[] arguments, CancellationToken stop)
    {
        var form = new ParserConfiguration { ResponseFileTokenReplacer = null };
        if (arguments.Length > 0 && Maker(arguments[0]) is { } create && !AsksRoot(arguments))
        {
            // A root that can't help takes a third of the time: the words of help come from resources.
            ParseResult plain = new Command("pomisa") { create(stop) }.Parse(arguments, form);
            if (plain.Errors.Count == 0)
            {
                return plain;
            }
        }

        ParseResult parsed = Root(stop, arguments.Length == 0 ? null : arguments[0]).Parse(arguments.Length == 0 ? ["--help"] : arguments, form);
        Shorten(parsed.CommandResult.Command);
        return parsed;
    }

    private static Func<CancellationToken, Command>? Maker(string name) => Array.Find(s_commands, c => c.Name == name).Create;

    private static bool AsksRoot(string[] arguments)
    {
        foreach (string argument in arguments)
        {
            if (Array.IndexOf(s_wordsOfRoot, argument) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The root with all commands, or with one: to make all of them takes longer than some commands do.</summary>
    /// <param name="stop">Ends a command.</param>
    /// <param name="first">The first argument: where it names a command, that one is enough.</param>
    public static RootCommand Root(CancellationToken stop, string? first = null)
    {
        var root = new RootCommand(
            "PomIsa: a deterministic machine for language models with evidence of every step.\n\n"
            + "Begin with:   pomisa demo\n\n"
            + "Exit codes:   0 done   1 refused (a module, log, manifest, votes or run is not sound)   2 usage\n"
            + "              3 the environment failed (disk, permissions, in use)   130 interrupted");
        Func<CancellationToken, Command>? only = first is null ? null : Maker(first);
        foreach ((_, Func<CancellationToken, Command> create) in s_commands)
        {
            if (only is null || create == only)
            {
                root.Subcommands.Add(create(stop));
            }
        }

        return root;
    }

    /// <summary>Cuts the descriptions of subcommands to their first line: examples belong to their own help.</summary>
    private static void Shorten(Command parent)
    {
        foreach (Command child in parent.Subcommands)
        {
            child.Description = child.Description?.Split('\n')[0];
        }
    }

    public static string Help(string what, params string[] examples) =>
        what + "\n\nExample:\n  " + string.Join("\n  ", examples);
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
