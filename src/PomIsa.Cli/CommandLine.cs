using System.CommandLine;
using PomIsa.Bench.Runs;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Tiles;
using PomIsa.Shards;

namespace PomIsa.Cli;

/// <summary>Runs a command line that was parsed: every failure ends in one sentence and an exit code.</summary>
internal static class CommandLine
{
    public static int Invoke(ParseResult parsed)
    {
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
        catch (Exception e) when (e is InvalidDataException or ResultsDifferException or TileException)
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
    }
}
