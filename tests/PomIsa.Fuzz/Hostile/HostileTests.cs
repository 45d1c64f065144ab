using System.Diagnostics;
using System.Globalization;

namespace PomIsa.Fuzz.Hostile;

/// <summary>
/// Everything that reads strangers' bytes is total and bounded. POMISA_FUZZ_HOSTILE=minutes goes on for so long, POMISA_FUZZ_REPORT=file keeps the counts.
/// </summary>
public sealed class HostileTests : IDisposable
{
    private const int InSuite = 250;

    private readonly Strangers _strangers = new();

    public void Dispose() => _strangers.Dispose();

    [Fact]
    public void Changed_bytes_are_refused_or_mean_what_was_signed_and_never_throw_or_ask_for_much()
    {
        foreach (Format format in _strangers.Formats)
        {
            string? wrong = HostileRun.Try(format, 0, InSuite, new HostileCount());
            Assert.True(wrong is null, wrong);
        }
    }

    [Fact]
    public void Changed_bytes_for_as_many_minutes_as_asked_for()
    {
        if (!double.TryParse(Environment.GetEnvironmentVariable("POMISA_FUZZ_HOSTILE"), NumberStyles.Float, CultureInfo.InvariantCulture, out double minutes) || minutes <= 0)
        {
            return;
        }

        (Format Format, HostileCount Count)[] all = [.. _strangers.Formats.Select(static f => (f, new HostileCount()))];
        List<string> wrong = [];
        var clock = Stopwatch.StartNew();
        var first = (ulong)DateTime.UtcNow.Ticks;
        for (ulong round = 0; clock.Elapsed.TotalMinutes < minutes; round++)
        {
            foreach ((Format format, HostileCount count) in all)
            {
                if (wrong.Count < 10 && HostileRun.Try(format, first + (round * 1000), 1000, count) is { } found)
                {
                    wrong.Add(found);
                }
            }
        }

        string report = HostileRun.Table(all) + string.Concat(wrong.Select(static w => $"\n\n{w}")) + "\n";
        if (Environment.GetEnvironmentVariable("POMISA_FUZZ_REPORT") is { Length: > 0 } file)
        {
            File.WriteAllText(file, report);
        }

        Assert.True(wrong.Count == 0, report);
    }
}
