using System.CommandLine;
using PomIsa.Cli.Runs;
using PomIsa.Debugging;
using PomIsa.Debugging.Tracing;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Cli.Commands;

internal static class TraceCommand
{
    public static Command Create(CancellationToken stop)
    {
        var options = new ProgramOptions();
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var chrome = new Option<FileInfo?>("--chrome") { Description = "Write Chrome trace events there, for chrome://tracing or Perfetto.", HelpName = "FILE" };
        var speedscope = new Option<FileInfo?>("--speedscope") { Description = "Write a profile there that speedscope shows.", HelpName = "FILE" };
        var command = new Command("trace", CommandTree.Help(
            "Run a program and print each opcode as it retires: sequence, place, source line, operands with shapes, and the commitment to what it wrote.",
            "pomisa trace examples/hello.pisa", "pomisa trace examples/hello.pisa --speedscope hello.speedscope.json"));
        options.AddTo(command);
        foreach (Option option in (Option[])[json, chrome, speedscope])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if ((result.GetValue(json) ? 1 : 0) + (result.GetValue(chrome) is null ? 0 : 1) + (result.GetValue(speedscope) is null ? 0 : 1) > 1)
            {
                result.AddError("--json, --chrome and --speedscope exclude one another.");
            }
        });
        command.SetAction(parsed =>
        {
            using LoadedProgram loaded = options.Load(parsed);
            using var pool = new WorkerPool(options.Threads(parsed));
            var map = new ProgramMap(loaded.Program.Module);
            FileInfo? file = parsed.GetValue(chrome) ?? parsed.GetValue(speedscope);
            return file is null
                ? Print(loaded, pool, map, parsed.GetValue(json), stop)
                : Write(loaded, pool, file.FullName, stream => parsed.GetValue(chrome) is null ? new SpeedscopeTrace(map, stream) : new ChromeTrace(map, stream), stop);
        });
        return command;
    }

    private static int Print(LoadedProgram loaded, WorkerPool pool, ProgramMap map, bool json, CancellationToken stop)
    {
        using Stream stream = System.Console.OpenStandardOutput();
        using var buffered = new BufferedStream(stream, 1 << 16);
        using var text = new StreamWriter(buffered, leaveOpen: true);
        using var lines = new JsonTrace(map, buffered);
        bool finished = TracedRun.TryExecute(
            loaded.Program, loaded.Request(onToken: null, stop), pool, json ? lines : new TextTrace(map, text), out MachineFault fault);
        return End(finished, fault, loaded, stop);
    }

    /// <summary>Writes beside the file and puts that in its place once it is whole, which it is also where the run ended in a fault.</summary>
    private static int Write(LoadedProgram loaded, WorkerPool pool, string path, Func<Stream, ITraceSink> sinkFor, CancellationToken stop)
    {
        string draft = path + ".new";
        bool whole = false;
        try
        {
            bool finished;
            MachineFault fault;
            using (FileStream stream = File.Create(draft))
            {
                ITraceSink sink = sinkFor(stream);
                using var disposable = (IDisposable)sink;
                finished = TracedRun.TryExecute(loaded.Program, loaded.Request(onToken: null, stop), pool, sink, out fault);
                whole = true;
            }

            File.Move(draft, path, overwrite: true);
            return End(finished, fault, loaded, stop);
        }
        finally
        {
            if (!whole)
            {
                File.Delete(draft);
            }
        }
    }

    private static int End(bool finished, MachineFault fault, LoadedProgram loaded, CancellationToken stop)
    {
        if (finished)
        {
            return Exit.Ok;
        }

        stop.ThrowIfCancellationRequested();
        throw CliException.Refused(fault.Describe(loaded.Program.Module));
    }
}
