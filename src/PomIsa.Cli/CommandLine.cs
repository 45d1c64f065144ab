using System.CommandLine;
using System.CommandLine.Parsing;
using PomIsa.Bench.Runs;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Tiles;
using PomIsa.Shards;

namespace PomIsa.Cli;

/// <summary>Runs a command line that was parsed: every failure ends in one sentence and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Help name of an argument whose words are another program's, which may be empty.</summary>
    public const string Free = "WORDS";

    public static int Invoke(ParseResult parsed)
    {
        if (parsed.Action is not System.CommandLine.Help.HelpAction && Mistakes(parsed) is { Count: > 0 } mistakes)
        {
            foreach (string mistake in mistakes)
            {
                Output.Error(mistake);
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
        catch (Exception e) when (e is InvalidDataException or ResultsDifferException or TileException { InnerException: not (IOException or UnauthorizedAccessException) })
        {
            Output.Error(e.Message);
            return Exit.Refused;
        }
        catch (Exception e) when (e is ShardStoreException or KeyFileException or TileException)
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

    // An empty text comes from a variable of a shell that was not set; as a place it would be the folder that one happens to be in.
    private static List<string> Mistakes(ParseResult parsed)
    {
        var mistakes = new List<string>();
        foreach (SymbolResult given in parsed.CommandResult.Children)
        {
            string name = given switch
            {
                ArgumentResult { Argument: { HelpName: not Free } argument } => $"<{argument.Name}>",
                OptionResult { Option: { HelpName: "FILE" or "DIR" or "VKEY" or "WHERE" } option } => option.Name,
                _ => "",
            };
            if (name.Length > 0 && HasEmpty(given.Tokens))
            {
                mistakes.Add($"{name} is an empty text.");
            }
        }

        if (mistakes.Count == 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                mistakes.Add(InWords(error.Message));
            }
        }

        return mistakes;
    }

    private static bool HasEmpty(IReadOnlyList<Token> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Value.Length == 0)
            {
                return true;
            }
        }

        return false;
    }

    // The parser names types of .NET, which say nothing to who types numbers.
    private static string InWords(string message)
    {
        int at = message.IndexOf(" as expected type '", StringComparison.Ordinal);
        return at < 0 ? message : message[..at] + message[(at + " as expected type ".Length)..].TrimEnd('.') switch
        {
            "'System.UInt16'" or "'System.UInt32'" or "'System.UInt64'" => ": it takes a whole number, 0 or greater.",
            "'System.Int32'" or "'System.Int64'" => ": it takes a whole number.",
            "'System.Single'" or "'System.Double'" => ": it takes a number.",
            _ => ".",
        };
    }
}
