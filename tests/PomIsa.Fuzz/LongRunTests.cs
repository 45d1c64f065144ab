using System.Globalization;
using PomIsa.Fuzz.Runs;

namespace PomIsa.Fuzz;

/// <summary>
/// POMISA_FUZZ=minutes runs all properties for so long; POMISA_FUZZ_REPORT=file keeps the report; POMISA_FUZZ_FIRST=seed starts
/// where a clock would otherwise. Without the first it does nothing.
/// </summary>
public sealed class LongRunTests
{
    [Fact]
    public void Programs_for_as_many_minutes_as_asked_for_have_every_property()
    {
        if (!double.TryParse(Environment.GetEnvironmentVariable("POMISA_FUZZ"), NumberStyles.Float, CultureInfo.InvariantCulture, out double minutes) || minutes <= 0)
        {
            return;
        }

        if (!ulong.TryParse(Environment.GetEnvironmentVariable("POMISA_FUZZ_FIRST"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong first))
        {
            first = (ulong)DateTime.UtcNow.Ticks / 10_000_000 << 24;
        }

        using Stream console = Console.OpenStandardOutput();
        Report report = new LongRun(TimeSpan.FromMinutes(minutes), first, Say).Run();
        Say(report.ToString());
        if (Environment.GetEnvironmentVariable("POMISA_FUZZ_REPORT") is { Length: > 0 } file)
        {
            File.WriteAllText(file, report.ToString());
        }

        Assert.Empty(report.Failures);

        // The test's own output comes at its end only; progress shall be seen before.
        void Say(string line)
        {
            lock (console)
            {
                console.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
                console.Flush();
            }
        }
    }
}
