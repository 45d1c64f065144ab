using System.Diagnostics;

namespace PomIsa.Second.Tests;

/// <summary>A test that needs Node 20 or later; without it the test is reported as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        if (!Node.IsHere)
            Skip = Node.Missing;
    }
}

/// <summary>Several tests that need Node 20 or later.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute()
    {
        if (!Node.IsHere)
            Skip = Node.Missing;
    }
}

/// <summary>Child processes: Node, and our own command line.</summary>
internal static class Node
{
    public const string Missing = "The second machine needs Node 20 or later.";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static bool IsHere { get; } = Major() >= 20;

    public static string Root { get; } = FindRoot();

    /// <summary>Runs a program in the repository's folder and gives its exit code and all that it printed.</summary>
    public static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end.");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }

    private static int Major()
    {
        try
        {
            var version = Run("node", "--version").Output.TrimStart('v').Split('.')[0];
            return int.TryParse(version, out var major) ? major : 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return 0;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PomIsa.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
