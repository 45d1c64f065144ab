namespace PomIsa.Cli;

/// <summary>What the process returns; `pomisa --help` lists them.</summary>
internal static class Exit
{
    public const int Ok = 0;

    /// <summary>The thing itself was refused: a module, a log, a manifest, votes, a run.</summary>
    public const int Refused = 1;

    /// <summary>The command line can't be understood, or names something that is not there.</summary>
    public const int Usage = 2;

    /// <summary>The machine around us failed: a disk, a permission, a store in use.</summary>
    public const int Environment = 3;

    /// <summary>Ctrl-C, as shells have it.</summary>
    public const int Interrupted = 130;
}

/// <summary>Ends a command with one sentence for the user and an exit code.</summary>
internal sealed class CliException(int code, string message) : Exception(message)
{
    public int Code => code;

    public static CliException Refused(string message) => new(Exit.Refused, message);

    public static CliException Usage(string message) => new(Exit.Usage, message);

    public static CliException Environment(string message) => new(Exit.Environment, message);
}
