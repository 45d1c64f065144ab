using System.CommandLine;
using PomIsa.Cli.Generating;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using Spectre.Console;

namespace PomIsa.Cli.Commands;

internal static class ChatCommand
{
    private const string Help = "/reset forgets what was said, /save FILE writes it, /exit leaves; Ctrl-C ends an answer.";

    public static Command Create(CancellationToken stop)
    {
        var options = new GenerationOptions(PrivacyMode.All);
        var command = new Command("chat", CommandTree.Help(
            $"Talk with a compiled model through its chat template; each answer is a run of its own, which 'pomisa verify' checks.\n{Help}\nWithout a terminal each line that comes in is a question.",
            "pomisa chat out/ --system \"Answer in one sentence.\""));
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var settings = new ChatSettings(options.System(parsed), options.Tokens(parsed), options.Sampling(parsed), options.Stops(parsed), options.Date(parsed), options.Privacy(parsed)) { KeepsRoots = options.KeepsRoots(parsed) };
            using TextModel model = options.Open(parsed, stop);
            if (model.Template is null)
            {
                throw CliException.Usage($"{model.Name} has no chat template. Continue a text with: pomisa generate --raw");
            }

            using var pool = new WorkerPool(options.Threads(parsed));
            return Talk(new ChatSession(model, settings, options.Data(parsed), pool), model);
        });
        return command;
    }

    private static int Talk(ChatSession session, TextModel model)
    {
        bool person = Output.IsTerminal && !System.Console.IsInputRedirected;
        IAnsiConsole console = Output.Console();
        using var interrupt = new AnswerInterrupt();
        if (person)
        {
            console.MarkupLineInterpolated($"[bold]{model.Name}[/]  [dim]{Help}[/]");
        }

        while (!interrupt.Ends && Question(console, person) is { } line)
        {
            if (line.StartsWith('/'))
            {
                if (!Obey(session, line))
                {
                    break;
                }
            }
            else if (line.Length > 0)
            {
                Answer(session, model, line, interrupt);
            }
        }

        if (session.Runs.Count > 0)
        {
            Output.Note($"Answers are verified with: pomisa verify {Path.GetRelativePath(".", session.Runs[^1])}{(session.Runs.Count > 1 ? FormattableString.Invariant($" (and {session.Runs.Count - 1} before it)") : "")}");
        }

        return interrupt.Ends ? Exit.Interrupted : Exit.Ok;
    }

    private static string? Question(IAnsiConsole console, bool person)
    {
        if (person)
        {
            console.Markup("[green]>[/] ");
        }

        return System.Console.In.ReadLine()?.Trim();
    }

    private static void Answer(ChatSession session, TextModel model, string question, AnswerInterrupt interrupt)
    {
        Conversation.Warn(model, question);
        try
        {
            (Generated answer, int prompt) = session.Ask(question, System.Console.Out.Write, interrupt.Begin());
            Output.Line("");
            Output.Note(GenerationReport.Speed(answer, prompt));
        }
        catch (CliException e) when (e.Code == Exit.Refused)
        {
            Output.Error(e.Message);
        }
        finally
        {
            interrupt.End();
        }
    }

    /// <summary>Does what a command says; false to leave.</summary>
    private static bool Obey(ChatSession session, string line)
    {
        string[] words = line.Split(' ', 2, StringSplitOptions.TrimEntries);
        switch (words)
        {
            case ["/exit" or "/quit"]:
                return false;
            case ["/reset"]:
                session.Reset();
                Output.Note("What was said is forgotten.");
                return true;
            case ["/save", { Length: > 0 } path]:
                try
                {
                    session.Save(path);
                    Output.Note($"Written to {path}.");
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    Output.Error($"{e.Message} Nothing was written.");
                }

                return true;
            default:
                Output.Note(Help);
                return true;
        }
    }
}
