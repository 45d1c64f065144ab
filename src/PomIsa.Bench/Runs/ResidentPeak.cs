using System.Diagnostics;
using System.Globalization;

namespace PomIsa.Bench.Runs;

/// <summary>The most memory that this process ever had resident.</summary>
public static class ResidentPeak
{
    private const string Status = "/proc/self/status";

    /// <summary>In MiB; on Linux the kernel's VmHWM.</summary>
    public static double MiB()
    {
        if (File.Exists(Status) && File.ReadLines(Status).FirstOrDefault(static l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line)
        {
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024.0;
        }

        using Process self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / (double)(1 << 20);
    }
}

/// <summary>A folder that is gone when its user is.</summary>
internal sealed class TemporaryFolder(string parent) : IDisposable
{
    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"log-{Guid.NewGuid():N}")).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
