using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using PomIsa.Conformance.Protocol;
using PomIsa.Conformance.Report;
using PomIsa.Conformance.Running;
using PomIsa.Conformance.Vectors;

namespace PomIsa.Cli.Commands;

/// <summary>The conformance kit: serves our machine over a pipe, and tests any machine that answers there.</summary>
internal static class ConformanceCommand
{
    private const int Threads = 2;

    public static Command Create(CancellationToken stop)
    {
        var command = new Command("conformance", CommandTree.Help(
            "Test any machine against the vectors of the specification, bit for bit (spec/conformance.md).",
            "pomisa conformance report", "pomisa conformance run -- node my-machine.js", "pomisa conformance serve"));
        command.Subcommands.Add(Serve(stop));
        command.Subcommands.Add(Run(stop));
        command.Subcommands.Add(Report(stop));
        return command;
    }

    private static Command Serve(CancellationToken stop)
    {
        var command = new Command("serve", CommandTree.Help(
            "Answer requests, one JSON object a line, on the standard input and output.",
            """echo '{"id":1,"op":"hello"}' | pomisa conformance serve"""));
        command.SetAction(async (_, _) =>
        {
            using Stream input = System.Console.OpenStandardInput(), output = System.Console.OpenStandardOutput();
            await Server.ServeAsync(input, output, Threads, stop).WaitAsync(stop).ConfigureAwait(false);
            return Exit.Ok;
        });
        return command;
    }

    private static Command Run(CancellationToken stop)
    {
        var words = new Argument<string[]>("command") { Description = "The machine to test, behind --; without it our own is tested.", Arity = ArgumentArity.ZeroOrMore, HelpName = CommandLine.Free };
        var timeout = new Option<int>("--timeout") { Description = "Seconds that an answer may take.", DefaultValueFactory = _ => 60, HelpName = "N" };
        timeout.Validators.Add(result =>
        {
            if (result.GetValue(timeout) is < 1 or > 86_400)
            {
                result.AddError("--timeout is a number from 1 to 86400.");
            }
        });
        var options = new SuiteOptions();
        var command = new Command("run", CommandTree.Help(
            "Send all vectors to a machine and compare outputs, faults and record commitments.",
            "pomisa conformance run -- node spec/second/machine.js serve", "pomisa conformance run --opcode sum --opcode softmax"))
        {
            words, timeout,
        };
        options.AddTo(command);
        command.SetAction(parsed => options.Run(
            parsed,
            parsed.GetValue(words) is { Length: > 0 } child ? new ChildMachine(child, TimeSpan.FromSeconds(parsed.GetValue(timeout))) : new OwnMachine(Threads, stop),
            stop));
        return command;
    }

    private static Command Report(CancellationToken stop)
    {
        var options = new SuiteOptions();
        var command = new Command("report", CommandTree.Help(
            "Run all vectors on our own machine and count them by opcode and stage.", "pomisa conformance report --json"));
        options.AddTo(command);
        command.SetAction(parsed => options.Run(parsed, new OwnMachine(Threads, stop), stop));
        return command;
    }

    /// <summary>What <c>run</c> and <c>report</c> share.</summary>
    private sealed class SuiteOptions
    {
        private readonly Option<DirectoryInfo?> _vectors = new("--vectors") { Description = "Folder of the vectors; by default spec/vectors here or above.", HelpName = "DIR" };
        private readonly Option<string[]> _opcodes = new("--opcode") { Description = "Only this opcode or topic; may be said more than once.", HelpName = "NAME" };
        private readonly Option<bool> _json = Shared.Json();

        public void AddTo(Command command)
        {
            command.Options.Add(_vectors);
            command.Options.Add(_opcodes);
            command.Options.Add(_json);
        }

        public int Run(ParseResult parsed, IMachine machine, CancellationToken stop)
        {
            using (machine)
            {
                ImmutableArray<VectorCase> cases = Cases(parsed);
                using var notes = new Notes();
                SuiteReport report;
                try
                {
                    report = new Suite(cases).Run(machine, notes, stop);
                }
                catch (MachineUnavailableException e)
                {
                    throw CliException.Usage(e.Message);
                }
                catch (MachineFailedException e)
                {
                    throw CliException.Refused(e.Message);
                }

                notes.Clear();
                Print(report, parsed.GetValue(_json));
                return !report.IsComplete ? Exit.Interrupted : report.Total.Failed > 0 ? Exit.Refused : Exit.Ok;
            }
        }

        private ImmutableArray<VectorCase> Cases(ParseResult parsed)
        {
            string folder = parsed.GetValue(_vectors) is { } given
                ? given.Exists ? given.FullName : throw CliException.Usage($"There is no folder {given.FullName}.")
                : VectorFolder.Find(Environment.CurrentDirectory) ?? throw CliException.Usage("There is no spec/vectors here or above; name the folder with --vectors.");
            string[] groups = parsed.GetValue(_opcodes) ?? [];
            ImmutableArray<VectorCase> cases = VectorFolder.Read(folder, groups);
            string[] unknown = [.. groups.Except(cases.Select(static c => c.Group))];
            return unknown.Length > 0 ? throw CliException.Usage($"{folder} has no vectors of {string.Join(", ", unknown)}.")
                : cases.IsEmpty ? throw CliException.Usage($"{folder} has no vectors.")
                : cases;
        }

        private static void Print(SuiteReport report, bool json)
        {
            if (json)
            {
                Output.Json(ReportText.Json(report));
            }
            else
            {
                Output.Line(ReportText.Table(report).TrimEnd());
            }
        }
    }

    /// <summary>How far it is, on the error stream: a line that changes on a terminal, now and then a line elsewhere.</summary>
    private sealed class Notes : IProgress<SuiteProgress>, IDisposable
    {
        private readonly bool _terminal = !System.Console.IsErrorRedirected;

        public void Report(SuiteProgress value)
        {
            if (value.Done % (_terminal ? 100 : 5000) == 0)
            {
                string line = string.Create(CultureInfo.InvariantCulture, $"{value.Done:N0} of {value.Total:N0} cases, {value.Failed:N0} failed, {value.Group}");
                System.Console.Error.Write(_terminal ? $"\r\e[K{line}" : line + "\n");
            }
        }

        public void Clear()
        {
            if (_terminal)
            {
                System.Console.Error.Write("\r\e[K");
            }
        }

        public void Dispose() => Clear();
    }
}
