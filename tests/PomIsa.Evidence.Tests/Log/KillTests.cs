using System.Diagnostics;
using System.Globalization;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Tests.Log;

public class KillTests
{
    private const int Records = 15_000;

    [Fact]
    public void What_was_reported_committed_survives_SIGKILL_at_any_instant()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(7);
        ulong committed = 0;
        for (int round = 0; round < 10; round++)
        {
            committed = Math.Max(committed, RunAndKill(folder.Path, random.Next(1, 25), random.Next(0, 4)));
            using RecordLog log = RecordLog.Open(folder.Path);
            Assert.InRange(log.RecoveredSize, committed, (ulong)Records + 1);
            CheckSound(log);
        }

        string last = Finish(folder.Path);
        using RecordLog whole = RecordLog.Open(folder.Path);
        Assert.Equal((ulong)Records + 1, whole.Size);
        Assert.Equal($"done {whole.Size} {whole.Root}", last);

        using var fresh = new TemporaryFolder();
        Assert.Equal(last, Finish(fresh.Path));
    }

    [Fact]
    public void A_disk_that_fills_up_is_reported_in_one_line_and_the_committed_records_stay()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        using Process child = Start("bash", ["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$@\"", "bash", "dotnet", Writer, folder.Path, "40000", "500"]);
        string output = child.StandardOutput.ReadToEnd();
        string errors = child.StandardError.ReadToEnd();
        child.WaitForExit();
        Assert.Equal((2, ""), (child.ExitCode, errors));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("DiskFull: No room is left", lines[^1], StringComparison.Ordinal);
        Assert.Contains(folder.Path, lines[^1], StringComparison.Ordinal);
        ulong committed = Committed(lines);
        Assert.InRange(committed, 1ul, 20_000ul);
        using (RecordLog log = RecordLog.Open(folder.Path))
        {
            Assert.InRange(log.RecoveredSize, committed, 40_000ul);
            CheckSound(log);
        }

        Finish(folder.Path);
    }

    private static string Writer => Path.Combine(AppContext.BaseDirectory, "PomIsa.Evidence.Crash.dll");

    private static Process Start(string command, string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }

    // Kills after so many reports and milliseconds; returns the highest count that was reported committed.
    private static ulong RunAndKill(string folder, int reports, int milliseconds)
    {
        using Process child = Start("dotnet", [Writer, folder, Records.ToString(CultureInfo.InvariantCulture), "100"]);
        var lines = new List<string>();
        while (lines.Count < reports && child.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        Thread.Sleep(milliseconds);
        child.Kill();
        lines.AddRange(child.StandardOutput.ReadToEnd().Split('\n'));
        child.WaitForExit();
        Assert.DoesNotContain(lines, static line => line.StartsWith("fault", StringComparison.Ordinal));
        return Committed([.. lines]);
    }

    private static string Finish(string folder)
    {
        using Process child = Start("dotnet", [Writer, folder, Records.ToString(CultureInfo.InvariantCulture), "5000"]);
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.Equal(0, child.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
    }

    // The last line may be cut: a killed process can have written half of it; complete lines have no other form.
    private static ulong Committed(IEnumerable<string> lines) => lines
        .Where(static line => line.StartsWith("committed ", StringComparison.Ordinal) && line.EndsWith("01", StringComparison.Ordinal))
        .Select(static line => ulong.Parse(line.AsSpan(10), NumberStyles.None, CultureInfo.InvariantCulture))
        .DefaultIfEmpty()
        .Max();

    private static void CheckSound(RecordLog log)
    {
        ulong expected = 0;
        var tree = new TreeFrontier();
        foreach (byte[] entry in log.ReadAll())
        {
            Assert.True(Record.TryDecode(entry, out Record record, out _));
            Assert.Equal(expected, record is Retire retire ? retire.Head.Sequence : 0);
            tree.Append(Merkle.LeafHash(entry));
            expected++;
        }

        Assert.Equal((log.RecoveredSize, log.Root), (expected, tree.Root));
    }
}
