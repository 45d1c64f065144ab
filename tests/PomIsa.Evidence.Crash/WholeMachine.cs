using System.Diagnostics;
using System.Globalization;

namespace PomIsa.Evidence.Crash;

/// <summary>pomisa itself with a program that emits and commits for a while; a run that was cut off is taken up, a finished one verified.</summary>
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
        bool resumes = Describes("\"begun\": {");
        using Process machine = Start(resumes ? ["run", Run!, "--resume"] : ["run", _source]);
        bool finished = machine.WaitForExit(milliseconds);
        machine.Kill(); // SIGKILL
        machine.WaitForExit();
        string error = finished && machine.ExitCode != 0 ? machine.StandardError.ReadToEnd() : "";
        bool closed = !Describes("\"begun\": {") && Describes("\"firstIndex\""); // it may have been killed after its run's end
        return error.Length > 0
            ? throw new InvalidOperationException($"pomisa {(resumes ? "run --resume" : "run")} ended by itself with {machine.ExitCode}: {error}")
            : new Life(Run is { } run && Directory.Exists(Path.Combine(run, "log")) ? Path.Combine(run, "log") : null, 0, closed);
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

    // A run whose description does not say what it was given was killed before it minted anything.
    private bool Describes(string what) =>
        Run is { } run && File.Exists(Path.Combine(run, "run.json")) && File.ReadAllText(Path.Combine(run, "run.json")).Contains(what, StringComparison.Ordinal);

    // What it prints is never more than a pipe holds.
    private Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [_pomisa, .. arguments])
    {
        WorkingDirectory = _folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
