using System.Globalization;
using FASTER.core;

namespace PomIsa.Evidence.Log;

/// <summary>A log's folder: its files' names, its lock, and the first thing that went wrong with it.</summary>
/// <remarks>The first write fault is final: after it nothing is reported committed any more.</remarks>
internal sealed class LogFiles : IDisposable
{
    private const int NoSpace = 28;      // ENOSPC
    private const int FileTooBig = 27;   // EFBIG
    private const int OverQuota = 122;   // EDQUOT
    private const int ReadOnlyDisk = 30; // EROFS
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private readonly FileStream? _lock;
    private volatile StrongFault? _fault;

    private LogFiles(string folder, FileStream? lockFile, bool isToRead) => (Folder, _lock, IsToRead) = (folder, lockFile, isToRead);

    internal string Folder { get; }

    internal string RecordsPath => Path.Combine(Folder, "records");

    internal LogException? Failure => _fault?.Exception;

    /// <summary>Makes the folder where it is missing and locks it.</summary>
    internal static LogFiles Open(string folder, bool isToRead = false)
    {
        string full = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogException(new LogFault(Classify(e, LogFaultCode.FolderUnusable), full, e.Message), e);
        }

        string lockPath = Path.Combine(full, "lock");
        try
        {
            return new LogFiles(full, new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1), isToRead);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(lockPath) && e.HResult != ReadOnlyDisk && Classify(e, default) == default)
        {
            throw new LogException(new LogFault(LogFaultCode.InUse, full, "lock"), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogException(new LogFault(Classify(e, LogFaultCode.FolderUnusable), full, e.Message), e);
        }
    }

    /// <summary>The same of a log that is only read, beside others who do so; where nothing can be written, such as on a read-only disk, it need not be locked.</summary>
    internal static LogFiles OpenToRead(string folder)
    {
        string full = Path.GetFullPath(folder), lockPath = Path.Combine(full, "lock");
        try
        {
            return File.Exists(lockPath)
                ? new LogFiles(full, new FileStream(lockPath, FileMode.Open, FileAccess.Read, FileShare.Read, 1), isToRead: true)
                : Open(full, isToRead: true);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            throw new LogException(new LogFault(LogFaultCode.InUse, full, "lock"), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LogException { Fault.Code: LogFaultCode.FolderUnusable })
        {
            return File.Exists(Path.Combine(full, "commit.0"))
                ? new LogFiles(full, null, isToRead: true)
                : throw e as LogException ?? new LogException(new LogFault(LogFaultCode.FolderUnusable, full, e.Message), e);
        }
    }

    /// <summary>Whether nobody means to write.</summary>
    internal bool IsToRead { get; }

    internal string CommitPath(int slot) => Path.Combine(Folder, slot == 0 ? "commit.0" : "commit.1");

    internal string SegmentPath(int segment) => string.Create(CultureInfo.InvariantCulture, $"{RecordsPath}.{segment}");

    internal bool HasRecords => Segments.Any();

    /// <summary>Numbers of the files that hold records.</summary>
    internal IEnumerable<int> Segments
    {
        get
        {
            foreach (string file in Directory.EnumerateFiles(Folder, "records.*"))
            {
                if (int.TryParse(Path.GetExtension(file.AsSpan())[1..], NumberStyles.None, CultureInfo.InvariantCulture, out int segment))
                {
                    yield return segment;
                }
            }
        }
    }

    internal LogException Corrupted(string detail, Exception? inner = null) =>
        new(new LogFault(LogFaultCode.Corrupted, Folder, detail), inner);

    internal LogException Unreadable(Exception e) => new(new LogFault(LogFaultCode.ReadFailed, Folder, e.Message), e);

    /// <summary>Notes that writing failed; only the first time counts.</summary>
    internal void Fail(Exception e)
    {
        var fault = new LogFault(Classify(e, LogFaultCode.WriteFailed), Folder, e is ArgumentException ? "a file size limit is reached" : e.Message);
        Interlocked.CompareExchange(ref _fault, new StrongFault(new LogException(fault, e)), null);
    }

    internal void ThrowIfFailed()
    {
        if (_fault is { } fault)
        {
            throw new LogException(fault.Exception.Fault, fault.Exception);
        }
    }

    internal void ThrowIfReadOnly()
    {
        if (IsToRead)
        {
            throw new LogException(new LogFault(LogFaultCode.FolderUnusable, Folder, "it is open to be read only"));
        }
    }

    public void Dispose() => _lock?.Dispose();

    /// <summary>What files throw. A file that would grow past a limit (EFBIG) is an argument out of range to .NET.</summary>
    internal static bool IsStorageFault(Exception e) =>
        e is IOException or UnauthorizedAccessException or ObjectDisposedException or ArgumentOutOfRangeException;

    private static LogFaultCode Classify(Exception e, LogFaultCode otherwise) =>
        e is ArgumentOutOfRangeException || (e is IOException && e.HResult is NoSpace or FileTooBig or OverQuota or WindowsDiskFull)
            ? LogFaultCode.DiskFull
            : otherwise;

    private sealed record StrongFault(LogException Exception);
}
