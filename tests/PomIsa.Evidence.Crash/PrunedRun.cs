using System.Diagnostics;

namespace PomIsa.Evidence.Crash;

/// <summary>A finished run whose records are put away and made again, over and over: pomisa log prune and log restore, each killed. No record may be gone after it.</summary>
internal sealed class PrunedRun : IMortal
{
    private const string Program = """
        .driver main
            push 0
            push 200
            loop 200
                push 1
                add
                dup
                emit
                commit
            end
            halt
        .end
        .entry main
        """;

    private const ulong Records = 1 + 3 + (200 * 6) + 1 + 1; // open; two pushes and loop; its rounds; halt; close

    private readonly string _pomisa, _folder;
    private bool _made;

    public PrunedRun(string pomisa, string folder)
    {
        (_pomisa, _folder) = (Path.GetFullPath(pomisa), folder);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "count.pisa"), Program);
    }

    public int LongestLife => 900;

    private string Run => Path.Combine(_folder, ".pomisa", "runs", "0001");

    private string Log => Path.Combine(Run, "log");

    public Life Live(int milliseconds)
    {
        if (!_made)
        {
            Whole("run", "count.pisa");
            _made = true;
        }

        Killed(milliseconds, "log", "prune", Run);
        if (!Directory.Exists(Log))
        {
            Killed(milliseconds, "log", "restore", Run);
        }

        if (!Directory.Exists(Log))
        {
            Whole("log", "restore", Run);
        }

        return new Life(Log, Records, false);
    }

    public bool Bury() => true;

    private void Killed(int milliseconds, params string[] arguments)
    {
        using Process process = Start(arguments);
        if (process.WaitForExit(milliseconds) && process.ExitCode != 0)
        {
            throw Failed(arguments, process);
        }

        process.Kill(); // SIGKILL
        process.WaitForExit();
    }

    private void Whole(params string[] arguments)
    {
        using Process process = Start(arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw Failed(arguments, process);
        }
    }

    private static InvalidOperationException Failed(string[] arguments, Process process) =>
        new($"pomisa {string.Join(' ', arguments)} ended by itself with {process.ExitCode}: {process.StandardError.ReadToEnd()}");

    // What it prints is never more than a pipe holds.
    private Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [_pomisa, .. arguments])
    {
        WorkingDirectory = _folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
