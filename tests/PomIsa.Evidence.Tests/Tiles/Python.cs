using System.Diagnostics;

namespace PomIsa.Tests;

/// <summary>The checker that shares no code with us: <c>check_log.py</c>, on Python's standard library and the openssl command.</summary>
internal static class Python
{
    /// <summary>Runs it; what it printed has no newline at the end.</summary>
    public static (int Exit, string Said) CheckLog(params string[] arguments)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Tiles", "check_log.py");
        using Process python = Process.Start(new ProcessStartInfo("python3", [script, .. arguments]) { RedirectStandardOutput = true })!;
        string said = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return (python.ExitCode, said.TrimEnd('\n'));
    }
}

/// <summary>Skipped where the independent tools are not to be had.</summary>
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (!Has("python3") || !Has("openssl"))
        {
            Skip = "python3 or openssl is not here.";
        }
    }

    private static bool Has(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, tool)));
}
