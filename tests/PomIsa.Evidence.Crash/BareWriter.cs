using System.Diagnostics;
using System.Globalization;

namespace PomIsa.Evidence.Crash;

/// <summary>The writer of Program.cs: one deterministic run of records, and a line for each commit.</summary>
internal sealed class BareWriter(string folder) : IMortal
{
    private const int Records = 60_000, Every = 100;

    private int _logs;

    public int LongestLife => 800;

    private string Log => Path.Combine(folder, _logs.ToString(CultureInfo.InvariantCulture));

    public Life Live(int milliseconds)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(Soak).Assembly.Location, Log, $"{Records}", $"{Every}"]) { RedirectStandardOutput = true };
        using Process writer = Process.Start(start)!;
        ulong committed = 0;
        var reading = new Thread(() =>
        {
            while (writer.StandardOutput.ReadLine() is { } line)
            {
                string[] words = line.Split(' ');
                committed = words[0] is "committed" or "done" or "recovered" ? ulong.Parse(words[1], CultureInfo.InvariantCulture) : committed;
            }
        });
        reading.Start();
        bool finished = writer.WaitForExit(milliseconds);
        writer.Kill(); // SIGKILL
        writer.WaitForExit();
        reading.Join();
        return finished && writer.ExitCode != 0
            ? throw new InvalidOperationException($"the writer ended by itself with {writer.ExitCode}")
            : new Life(Directory.Exists(Log) ? Log : null, committed, finished);
    }

    public bool Bury()
    {
        Directory.Delete(Log, recursive: true);
        _logs++;
        return true;
    }
}
