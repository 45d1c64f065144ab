using System.Diagnostics;
using System.Globalization;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Crash;

/// <summary>Kills the writer at random moments, over and over, and after each looks at what the log has kept.</summary>
internal static class Soak
{
    private const int Records = 60_000, Every = 100;

    /// <summary>Longest that a writer lives, in milliseconds: kills fall into its start, its recovery, its writing and its commits alike.</summary>
    private const int LongestLife = 900;

    public static int Run(int kills, int seed)
    {
        var random = new Random(seed);
        string folder = Directory.CreateTempSubdirectory("pomisa-soak-").FullName;
        (int done, int lost, int doubled, int logs) = (0, 0, 0, 1);
        ulong committed = 0;
        try
        {
            string log = Path.Combine(folder, "0");
            while (done < kills)
            {
                (ulong reported, bool finished) = Live(log, random.Next(LongestLife));
                committed = Math.Max(committed, reported);
                done += finished ? 0 : 1;
                (ulong kept, int twice) = Look(log);
                lost += kept < committed ? 1 : 0;
                doubled += twice;
                if (finished)
                {
                    Directory.Delete(log, recursive: true);
                    (log, committed) = (Path.Combine(folder, (logs++).ToString(CultureInfo.InvariantCulture)), 0);
                }

                if (done % 50 == 0 && !finished)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} of {kills}: {kept} records kept in log {logs}, {lost} lost, {doubled} double"));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} kills, {lost} lost, {doubled} double"));
        return lost + doubled == 0 ? 0 : 1;
    }

    /// <summary>One life of the writer: how many records it said to be durable, and whether it came to its end before it was killed.</summary>
    private static (ulong Committed, bool Finished) Live(string log, int milliseconds)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(Soak).Assembly.Location, log, $"{Records}", $"{Every}"]) { RedirectStandardOutput = true };
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
        return finished && writer.ExitCode != 0 ? throw new InvalidOperationException($"the writer ended by itself with {writer.ExitCode}") : (committed, finished);
    }

    /// <summary>What the log has: its size, and how many actions stand in it twice or out of order.</summary>
    private static (ulong Kept, int Twice) Look(string folder)
    {
        using RecordLog log = RecordLog.Open(folder);
        int twice = 0;
        ulong expected = 0;
        foreach (byte[] entry in log.ReadAll())
        {
            if (!RecordPeek.TryRead(entry, out _, out _, out ulong sequence) || sequence != expected)
            {
                twice++;
                expected = sequence;
            }

            expected++;
        }

        return (log.RecoveredSize, twice);
    }
}
