using System.Diagnostics;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;

namespace PomIsa.Bench.Logs;

/// <summary>What is minted to measure a log.</summary>
/// <param name="Records">Retires, of one commitment each.</param>
/// <param name="CommitEvery">Retires between commits that nobody waits for: those of a token.</param>
/// <param name="CheckpointEvery">Retires between checkpoints: all before is on the disk (fsync) before one is signed.</param>
public sealed record LogBenchOptions(long Records, long CommitEvery, long CheckpointEvery);

/// <summary>How fast a log took its records.</summary>
/// <param name="Records">Records minted, the opening and the closing one included.</param>
/// <param name="RecordBytes">Bytes of a retire.</param>
/// <param name="Seconds">From the opening record to the last checkpoint.</param>
/// <param name="CpuSeconds">Processor time of all threads meanwhile.</param>
/// <param name="Cores">Processors that the process was allowed to use.</param>
/// <param name="Checkpoints">Signed, each after an fsync that was waited for.</param>
/// <param name="FileBytes">Of the log's folder.</param>
public sealed record LogBenchResult(long Records, int RecordBytes, double Seconds, double CpuSeconds, int Cores, long Checkpoints, long FileBytes)
{
    /// <summary>Records a second.</summary>
    public double MintsPerSecond => Records / Seconds;

    /// <summary>Bytes that a record takes on the disk.</summary>
    public double BytesPerRecord => (double)FileBytes / Records;
}

/// <summary>Mints one long run into a log: records written, their sequence checked, hashed, appended, made durable, signed.</summary>
/// <remarks>On Linux and Windows the process is held to one processor meanwhile, so the log's own threads have no other either.</remarks>
public static class LogBench
{
    /// <summary>Runs it in a folder, which must be new; what it writes stays there.</summary>
    /// <exception cref="InvalidOperationException">The log does not hold what was minted.</exception>
    public static LogBenchResult Run(string folder, LogBenchOptions options, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var one = new OneCore();
        using LogKey key = LogKey.Create("localhost/pomisa/bench");
        using var process = Process.GetCurrentProcess();
        TimeSpan cpu = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp(), checkpoints = 0;
        Digest root;
        int bytes = 0;
        using (RecordLog log = RecordLog.Open(folder))
        {
            var signer = new CheckpointSigner(log, key, []);
            var open = new RunOpen(default, default, 1, default, SamplingParameters.Greedy, default, null);
            Require(Minter.TryBegin(log, open, out Minter minter, out MintFault fault), fault);
            using (minter)
            {
                Span<byte> entry = stackalloc byte[128];
                for (long i = 1; i <= options.Records; i++)
                {
                    var head = new RetireHead(minter.RunId, (ulong)i, (uint)(i / options.CommitEvery), 1, (uint)(i % options.CommitEvery), 7);
                    bytes = RecordWriter.WriteRetire(entry, head, [], [minter.RunId]);
                    Require(minter.TryMint(entry[..bytes], out fault), fault);
                    if (i % options.CheckpointEvery == 0)
                    {
                        Sign();
                        stop.ThrowIfCancellationRequested();
                    }
                    else if (i % options.CommitEvery == 0)
                    {
                        log.Commit();
                    }
                }

                var close = new RunClose(minter.RunId, (ulong)options.Records + 1, default, 0, (ulong)options.Records, RunStatus.Finished);
                Require(minter.TryMint(entry[..RecordWriter.WriteRunClose(entry, close)], out fault), fault);
                Sign();
                root = log.Root;
            }

            void Sign()
            {
                log.CommitAndWait();
                using FileStream note = File.Create(Path.Combine(folder, "checkpoint"));
                note.Write(signer.Sign());
                note.Flush(flushToDisk: true);
                checkpoints++;
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        cpu = process.TotalProcessorTime - cpu;
        using (RecordLog again = RecordLog.Open(folder))
        {
            if (again.Root != root || again.Size != (ulong)options.Records + 2)
            {
                throw new InvalidOperationException("The log does not hold what was minted, so there is nothing to measure.");
            }
        }

        long size = Directory.EnumerateFiles(folder).Sum(static file => new FileInfo(file).Length);
        return new LogBenchResult(options.Records + 2, bytes, seconds, cpu.TotalSeconds, one.Cores, checkpoints, size);
    }

    private static void Require(bool minted, MintFault fault)
    {
        if (!minted)
        {
            throw new InvalidOperationException(fault.ToString());
        }
    }
}
