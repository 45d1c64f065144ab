using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Bench.Logs;

namespace PomIsa.Cli.Commands;

/// <summary>How fast this machine's disk and one of its processors take records.</summary>
internal static class BenchLogCommand
{
    public static Command Create(CancellationToken stop)
    {
        var records = new Option<long>("--records") { Description = "Records to mint.", DefaultValueFactory = _ => 2_000_000, HelpName = "N" };
        var commit = new Option<long>("--commit-every") { Description = "Records between commits that nobody waits for.", DefaultValueFactory = _ => 700, HelpName = "N" };
        var checkpoint = new Option<long>("--checkpoint-every") { Description = "Records between signed checkpoints, each after an fsync.", DefaultValueFactory = _ => 100_000, HelpName = "N" };
        Option<DirectoryInfo> data = Shared.Data();
        Option<bool> json = Shared.Json();
        var command = new Command("log", CommandTree.Help(
            "Measure the log on one processor: records minted a second, an fsync for each checkpoint.", "pomisa bench log --json"))
        {
            records, commit, checkpoint, data, json,
        };
        foreach (Option<long> option in (Option<long>[])[records, commit, checkpoint])
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<long>() is < 1 or > 1L << 40)
                {
                    result.AddError($"{option.Name} is a number from 1 to 2^40.");
                }
            });
        }

        command.SetAction(parsed =>
        {
            string folder = Path.Combine(parsed.GetRequiredValue(data).FullName, "bench", $"log-{Environment.ProcessId}");
            try
            {
                Print(LogBench.Run(folder, new LogBenchOptions(parsed.GetValue(records), parsed.GetValue(commit), parsed.GetValue(checkpoint)), stop), parsed.GetValue(json));
            }
            finally
            {
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }
            }

            return Exit.Ok;
        });
        return command;
    }

    private static void Print(LogBenchResult result, bool json)
    {
        if (json)
        {
            Output.Json(new JsonObject
            {
                ["mintsPerSecond"] = Math.Round(result.MintsPerSecond),
                ["records"] = result.Records,
                ["recordBytes"] = result.RecordBytes,
                ["seconds"] = Math.Round(result.Seconds, 4),
                ["cpuSeconds"] = Math.Round(result.CpuSeconds, 4),
                ["cores"] = result.Cores,
                ["checkpoints"] = result.Checkpoints,
                ["bytesPerRecord"] = Math.Round(result.BytesPerRecord, 2),
            });
            return;
        }

        Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.MintsPerSecond:N0} mints/s: {result.Records:N0} records of {result.RecordBytes} bytes in {result.Seconds:F2} s on {result.Cores} {(result.Cores == 1 ? "processor" : "processors")} ({result.CpuSeconds:F2} s of processor time), {result.Checkpoints} signed checkpoints, {result.BytesPerRecord:F1} bytes a record at rest"));
    }
}
