using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using PomIsa.Audit;
using PomIsa.Bench.Decoders;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Benchmarks;

/// <summary>What it takes to replay a generation, in wide steps and step by step, as shares of generating it with evidence.</summary>
internal static class ReplayBenchmark
{
    private const int Tokens = 256, Prompt = 16;

    /// <summary>Replays before the first that counts: its code is compiled anew until it has run for a second or so, as that of generating does.</summary>
    private const int WarmUps = 4;

    public static int Run(string[] arguments)
    {
        string name = arguments.Length > 0 ? arguments[0] : "135M", kind = arguments.Length > 1 ? arguments[1] : "w8";
        int threads = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : Environment.ProcessorCount;
        int rounds = arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : 3;
        string cache = arguments.Length > 4 ? arguments[4] : Path.Combine(".pomisa", "bench");
        DecoderSize size = DecoderSize.All.First(s => s.Name == name);
        WeightKind weights = WeightKind.All.First(k => k.Name == kind);
        CachedDecoder decoder = new DecoderCache(cache).Open(size, weights, new Progress<string>(), CancellationToken.None);
        using BoundProgram program = decoder.Load(Tokens - 1);
        using var pool = new WorkerPool(threads);
        var request = new RunRequest { Prompt = [.. Enumerable.Range(0, Prompt).Select(i => (i * 7919) % size.Vocabulary)] };
        string folder = Directory.CreateTempSubdirectory("pomisa-bench-").FullName;
        try
        {
            List<double> generate = [], wide = [], narrow = [];
            for (int round = -1; round < rounds; round++)
            {
                using RecordLog log = RecordLog.Open(Path.Combine(folder, round.ToString(CultureInfo.InvariantCulture)));
                double generated = Seconds(() =>
                {
                    if (!AttestedRun.TryExecute(program, request, log, pool, out RunOutcome? outcome, out MachineFault fault) || outcome.Tokens.Length != Tokens)
                    {
                        throw new InvalidOperationException($"The run failed: {fault.Describe(program.Module)}");
                    }
                });
                using var entries = EntryList.Of(log.ReadAll());
                for (int warm = 0; round < 0 && warm < WarmUps; warm++)
                {
                    Accept(Replay.Verify(program, request, entries, pool), entries.Count);
                }

                double wided = Seconds(() => Accept(Replay.Verify(program, request, entries, pool), entries.Count));
                double narrowed = round < 1 ? Seconds(() => Accept(Replay.Verify(program, request, entries, pool, narrow: true), entries.Count)) : narrow[^1];
                if (round >= 0)
                {
                    generate.Add(generated);
                    wide.Add(wided / generated);
                    narrow.Add(narrowed);
                }
            }

            if (arguments.Contains("profile"))
            {
                using RecordLog log = RecordLog.Open(Path.Combine(folder, "0"));
                ReplayProfile.Print(program, request, EntryList.Of(log.ReadAll()), pool);
            }

            double seconds = Median(generate);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name} {kind}, {threads} threads, {Prompt} + {Tokens} tokens, medians of {rounds} rounds: generated with evidence in {seconds:F3} s ({Tokens / seconds:F0} tokens/s); replayed wide in {100 * Median(wide):F1} % of that, {1 / Median(wide):F1} times as fast; step by step in {100 * Median(narrow) / seconds:F1} %. Every record compared."));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Accept(ReplayReport report, int records)
    {
        if (report.Verdict != Verdict.Accept || report.Compared != (ulong)records)
        {
            throw new InvalidOperationException($"The replay does not accept the run: {report.Text}");
        }
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
