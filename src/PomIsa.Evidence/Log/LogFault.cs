namespace PomIsa.Evidence.Log;

/// <summary>What went wrong with a log's files.</summary>
public enum LogFaultCode : byte
{
    None = 0,

    /// <summary>The folder can't be made, read or written.</summary>
    FolderUnusable,

    /// <summary>Another process, or another part of this one, has the log open.</summary>
    InUse,

    /// <summary>No room is left on the disk, or a quota or size limit is reached.</summary>
    DiskFull,

    /// <summary>Writing failed for another reason.</summary>
    WriteFailed,

    /// <summary>Reading failed.</summary>
    ReadFailed,

    /// <summary>The files don't hold what was committed: they were changed, cut or removed.</summary>
    Corrupted,
}

/// <summary>What went wrong with a log's files, and where.</summary>
/// <param name="Folder">The log's folder.</param>
/// <param name="Detail">For people: the file or the place in it.</param>
public readonly record struct LogFault(LogFaultCode Code, string Folder, string Detail)
{
    /// <summary>One or two sentences for the user: what is wrong, and what to do.</summary>
    public string Message => Code switch
    {
        LogFaultCode.FolderUnusable =>
            $"The log folder '{Folder}' can't be used ({Detail}). Choose a folder that can be written, or change its permissions.",
        LogFaultCode.InUse =>
            $"The log in '{Folder}' is open already. Wait until the other process ends, or choose another folder.",
        LogFaultCode.DiskFull =>
            $"No room is left for the log in '{Folder}' ({Detail}). What was committed is safe; free some space and run again.",
        LogFaultCode.WriteFailed =>
            $"The log in '{Folder}' can't be written ({Detail}). What was committed is safe; check the disk and run again.",
        LogFaultCode.ReadFailed =>
            $"The log in '{Folder}' can't be read ({Detail}). Check the disk and its permissions.",
        LogFaultCode.Corrupted =>
            $"The log in '{Folder}' is not as it was committed ({Detail}). Restore it from a copy, or verify it against a checkpoint.",
        _ => $"The log in '{Folder}' has no fault.",
    };
}

/// <summary>A log that can't be used; the message is made for the user, <see cref="Fault"/> for programs.</summary>
public sealed class LogException : Exception
{
    /// <summary>The exception that carries a fault.</summary>
    public LogException(LogFault fault, Exception? inner = null)
        : base(fault.Message, inner) => Fault = fault;

    /// <summary>What went wrong.</summary>
    public LogFault Fault { get; }
}
