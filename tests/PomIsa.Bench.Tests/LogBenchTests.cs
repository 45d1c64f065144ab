using PomIsa.Bench.Logs;

namespace PomIsa.Bench.Tests;

public class LogBenchTests
{
    [Fact]
    public void A_log_is_measured_over_what_it_holds_afterwards()
    {
        string folder = Directory.CreateTempSubdirectory("pomisa-bench-").FullName;
        try
        {
            LogBenchResult result = LogBench.Run(folder, new LogBenchOptions(2500, 100, 1000), default);
            Assert.Equal((2502, 3), (result.Records, result.Checkpoints));
            Assert.InRange(result.BytesPerRecord, result.RecordBytes, 2 * result.RecordBytes);
            Assert.True(result.MintsPerSecond > 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
