using System.CommandLine;
using System.Runtime.InteropServices;
using PomIsa.Cli.Runs;
using PomIsa.Debugging;
using PomIsa.Debugging.Stepping;
using PomIsa.Kernels;

namespace PomIsa.Cli.Commands;

internal static class DebugCommand
{
    public static Command Create()
    {
        var options = new ProgramOptions();
        var command = new Command("debug", CommandTree.Help(
            "Run a program step by step: breakpoints, registers, and where a NaN comes from. Commands are read from the input, so a script will do.\n"
            + "Exits with 2 if a script's command could not be understood. Ctrl-C stops the program, not the debugger.",
            "pomisa debug examples/hello.pisa", "echo \"break emit\ncontinue\nstack\" | pomisa debug examples/hello.pisa"));
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using LoadedProgram loaded = options.Load(parsed);
            using var pool = new WorkerPool(options.Threads(parsed));
            return Run(loaded, pool);
        });
        return command;
    }

    private static int Run(LoadedProgram loaded, WorkerPool pool)
    {
        bool terminal = !System.Console.IsInputRedirected;
        var console = new DebugConsole(System.Console.In, System.Console.Out, echoes: !terminal, tokens =>
        {
            TokenText text = loaded.NewText();
            return string.Concat(tokens.Select(text.Add));
        });
        var session = new DebugSession(loaded.Program, loaded.Request(onToken: null, CancellationToken.None), pool, console);
        using PosixSignalRegistration signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            session.Interrupt();
        });
        session.Run();
        return console.Refused > 0 && !terminal ? Exit.Usage : Exit.Ok;
    }
}
