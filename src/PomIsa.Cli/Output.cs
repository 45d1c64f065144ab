using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PomIsa.Cli.Json;
using Spectre.Console;

namespace PomIsa.Cli;

/// <summary>What goes to the user: results on the output, everything else on the error stream.</summary>
internal static class Output
{
    /// <summary>Whether a person may be looking.</summary>
    public static bool IsTerminal => !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public static void Line(string text) => System.Console.Out.WriteLine(text);

    public static void Error(string text) => System.Console.Error.WriteLine("pomisa: " + text);

    /// <summary>Progress and asides; never part of the result.</summary>
    public static void Note(string text) => System.Console.Error.WriteLine(text);

    public static void Json(JsonObject value) => Line(value.ToJsonString(Indented.Form));

    /// <summary>The same, of a value whose every member is known where it is written.</summary>
    public static void Json(JsonText value) => Line(value.ToString());

    /// <summary>A console that draws on a terminal, and writes plain text of a fixed width elsewhere.</summary>
    public static IAnsiConsole Console()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(System.Console.Out),
        });
        if (!IsTerminal)
        {
            console.Profile.Width = 120;
        }

        return console;
    }

    private static class Indented
    {
        public static readonly JsonSerializerOptions Form = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    }
}
