using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace PomIsa.Bench.Logs;

/// <summary>Holds all threads of the process to one of its processors until it is disposed; on Linux. Elsewhere it only counts them.</summary>
/// <remarks>A thread that is made meanwhile has the processor of the one that makes it.</remarks>
internal sealed partial class OneCore : IDisposable
{
    private readonly ulong _before;

    public OneCore()
    {
        if (OperatingSystem.IsLinux() && GetAffinity(0, sizeof(ulong), out _before) >= 0 && _before != 0)
        {
            Cores = Set(_before & (~_before + 1)) ? 1 : BitOperations.PopCount(_before);
        }
    }

    /// <summary>Processors that the process may use.</summary>
    public int Cores { get; } = Environment.ProcessorCount;

    public void Dispose()
    {
        if (_before != 0)
        {
            Set(_before);
        }
    }

    private static bool Set(ulong mask)
    {
        bool all = true;
        foreach (string thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            all &= SetAffinity(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), sizeof(ulong), in mask) == 0;
        }

        return all;
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint bytes, out ulong mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint bytes, in ulong mask);
}
