using System.Diagnostics;

namespace PomIsa.Bench.Runs;

/// <summary>A second process of the command line, which stands beside this library wherever it is.</summary>
public static class ChildProcess
{
    private const string Program = "pomisa";

    /// <summary>Runs the command line with some words; gives the last line that it wrote.</summary>
    /// <exception cref="InvalidDataException">It failed; its last words are in the message.</exception>
    public static string Run(IReadOnlyList<string> words, CancellationToken stop) =>
        Run(Path.Combine(AppContext.BaseDirectory, Program), words, stop);

    /// <summary>Runs a program of this build: its own executable where there is one, else its assembly.</summary>
    public static string Run(string program, IReadOnlyList<string> words, CancellationToken stop)
    {
        string native = OperatingSystem.IsWindows() ? program + ".exe" : program;
        ProcessStartInfo start = File.Exists(native) ? new(native, words) : new("dotnet", [program + ".dll", .. words]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process child = Process.Start(start) ?? throw new InvalidDataException($"{program} did not start.");
        using CancellationTokenRegistration kill = stop.Register(static c => Kill((Process)c!), child);
        Task<string> errors = child.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        stop.ThrowIfCancellationRequested();
        return child.ExitCode == 0
            ? output.TrimEnd().Split('\n')[^1]
            : throw new InvalidDataException($"A measured process ended with {child.ExitCode}: {errors.GetAwaiter().GetResult().Trim()}");
    }

    private static void Kill(Process child)
    {
        try
        {
            child.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
