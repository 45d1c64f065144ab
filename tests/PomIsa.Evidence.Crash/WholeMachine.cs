using System.Diagnostics;
using System.Globalization;

namespace PomIsa.Evidence.Crash;

/// <summary>The command line with a program that emits and commits for a while; a run that was cut off is taken up, a finished one verified.</summary>
internal sealed class WholeMachine : IMortal
{
    private const string Program = """
        .driver main
            push 0
            push 4000
            loop 4000
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

    private readonly string _pomisa, _folder, _source;

    public WholeMachine(string pomisa, string folder)
    {
        (_pomisa, _folder) = (Path.GetFullPath(pomisa), folder);
        Directory.CreateDirectory(folder);
        _source = Path.Combine(folder, "count.pisa");
        File.WriteAllText(_source, Program);
    }

    public int LongestLife => 1500;

    private string? Run => Directory.Exists(Path.Combine(_folder, ".pomisa", "runs"))
        ? Directory.GetDirectories(Path.Combine(_folder, ".pomisa", "runs")).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    public Life Live(int milliseconds)
    {
        // A run whose description does not name what it was given was killed before it minted anything.
        bool resumes = Run is { } cut && File.Exists(Path.Combine(cut, "run.json")) && File.ReadAllText(Path.Combine(cut, "run.json")).Contains("\"begun\": {", StringComparison.Ordinal);
        using Process machine = Start(resumes ? ["run", Run!, "--resume"] : ["run", _source]);
        bool finished = machine.WaitForExit(milliseconds);
        machine.Kill(); // SIGKILL
        machine.WaitForExit();
        string error = finished && machine.ExitCode != 0 ? machine.StandardError.ReadToEnd() : "";
        return error.Length > 0
            ? throw new InvalidOperationException($"pomisa {(resumes ? "run --resume" : "run")} ended by itself with {machine.ExitCode}: {error}")
            : new Life(Run is { } run && Directory.Exists(Path.Combine(run, "log")) ? Path.Combine(run, "log") : null, 0, finished);
    }

    public bool Bury()
    {
        using Process verifier = Start(["verify", Run!]);
        string said = verifier.StandardOutput.ReadToEnd();
        verifier.WaitForExit();
        if (verifier.ExitCode != 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Run}: {said}"));
        }

        Directory.Delete(Path.Combine(_folder, ".pomisa"), recursive: true);
        return verifier.ExitCode == 0;
    }

    // What it prints is never more than a pipe holds.
    private Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [_pomisa, .. arguments])
    {
        WorkingDirectory = _folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
