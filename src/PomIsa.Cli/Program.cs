using System.CommandLine;
using System.Text;
using PomIsa.Cli;
using PomIsa.Cli.Commands;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Shards;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var interrupt = new Interrupt();
ParseResult parsed = CommandTree.Root(interrupt.Token).Parse(args.Length == 0 ? ["--help"] : args);
CommandTree.Shorten(parsed.CommandResult.Command);
if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
{
    foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
    {
        Output.Error(error.Message);
    }

    Output.Error("Say 'pomisa --help', or 'pomisa COMMAND --help', for what can be said.");
    return Exit.Usage;
}

try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CliException e)
{
    Output.Error(e.Message);
    return e.Code;
}
catch (OperationCanceledException)
{
    Output.Error("Interrupted.");
    return Exit.Interrupted;
}
catch (LogException e)
{
    Output.Error(e.Message);
    return e.Fault.Code == LogFaultCode.Corrupted ? Exit.Refused : Exit.Environment;
}
catch (Exception e) when (e is InvalidDataException or PomIsa.Bench.Runs.ResultsDifferException)
{
    Output.Error(e.Message);
    return Exit.Refused;
}
catch (Exception e) when (e is ShardStoreException or KeyFileException)
{
    Output.Error(e.Message);
    return Exit.Environment;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Output.Error($"{e.Message} Check the path, its permissions and the space on the disk.");
    return Exit.Environment;
}
