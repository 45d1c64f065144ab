using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PomIsa.Evidence.Openings;

/// <summary>A read lease of Linux on an open file: whoever would write it or cut it short waits until the lease is given back.</summary>
/// <remarks>
/// The system lets nobody wait for longer than <c>/proc/sys/fs/lease-break-time</c>, 45 s as it comes. A lease is the owner's to take, where nobody has the file open for writing;
/// it ends with the handle.
/// </remarks>
internal static partial class FileLease
{
    private const int SetSignal = 10, SetLease = 1024, GetLease = 1025; // F_SETSIG, F_SETLEASE, F_GETLEASE

    private const int Read = 0; // F_RDLCK

    private const int UrgentData = 23; // SIGURG, which nobody minds: the usual SIGIO would end the process

    /// <summary>Takes a lease; false where there is none to be had.</summary>
    public static bool TryTake(SafeFileHandle file) =>
        OperatingSystem.IsLinux() && Control(file, SetSignal, UrgentData) == 0 && Control(file, SetLease, Read) == 0;

    /// <summary>Whether somebody waits for the lease to be given back.</summary>
    public static bool IsAwaited(SafeFileHandle file) => Control(file, GetLease, 0) != Read;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
