using System.CommandLine;
using PomIsa.LanguageServer;

namespace PomIsa.Cli.Commands;

internal static class LspCommand
{
    public static Command Create(CancellationToken stop)
    {
        // Editors say how they speak with a server; there is one way here.
        var stdio = new Option<bool>("--stdio") { Description = "Speak over standard input and output, as is done anyway." };
        var command = new Command("lsp", CommandTree.Help(
            "Serve an editor: the language server protocol over standard input and output.",
            "pomisa lsp"))
        {
            stdio,
        };
        command.SetAction(_ => RunAsync(stop).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken stop)
    {
        await using Stream input = Console.OpenStandardInput();
        await using Stream output = Console.OpenStandardOutput();
        int code = await EditorServer.RunAsync(input, output, stop).ConfigureAwait(false);
        return stop.IsCancellationRequested ? Exit.Interrupted : code;
    }
}
