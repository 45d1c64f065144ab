using System.Diagnostics;
using System.Globalization;
using PomIsa.Audit;
using PomIsa.Bench.Decoders;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Benchmarks;

/// <summary>What it costs to put a run's outputs under salt: generating, verifying, bytes of the log, and one output by itself.</summary>
internal static class PrivacyBenchmark
{
    private const int Tokens = 128, Prompt = 16, Outputs = 1 << 12;

    private static readonly PrivacyMode[] Modes = [PrivacyMode.None, PrivacyMode.Tokens, PrivacyMode.All];

    public static int Run(string[] arguments)
    {
        string name = arguments.Length > 0 ? arguments[0] : "135M", kind = arguments.Length > 1 ? arguments[1] : "w8";
        int threads = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : Environment.ProcessorCount;
        int rounds = arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : 5;
        string cache = arguments.Length > 4 ? arguments[4] : Path.Combine(".pomisa", "bench");
        DecoderSize size = DecoderSize.All.First(s => s.Name == name);
        CachedDecoder decoder = new DecoderCache(cache).Open(size, WeightKind.All.First(k => k.Name == kind), new Progress<string>(), CancellationToken.None);
        using BoundProgram program = decoder.Load(Tokens - 1);
        using var pool = new WorkerPool(threads);
        string folder = Directory.CreateTempSubdirectory("pomisa-bench-").FullName;
        try
        {
            var generate = Modes.ToDictionary(static m => m, static _ => new List<double>());
            var replay = Modes.ToDictionary(static m => m, static _ => new List<double>());
            var bytes = new Dictionary<PrivacyMode, long>();
            for (int round = -2; round < rounds; round++)
            {
                foreach (PrivacyMode mode in Modes)
                {
                    RunPrivacy? privacy = mode == PrivacyMode.None ? null : new RunPrivacy(mode, RunSecret.Create());
                    var request = new RunRequest { Prompt = [.. Enumerable.Range(0, Prompt).Select(i => (i * 7919) % size.Vocabulary)], Privacy = privacy };
                    using RecordLog log = RecordLog.Open(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{mode}{round}")));
                    long start = Stopwatch.GetTimestamp();
                    if (!AttestedRun.TryExecute(program, request, log, pool, out RunOutcome? outcome, out MachineFault fault) || outcome.Tokens.Length != Tokens)
                    {
                        throw new InvalidOperationException($"The run failed: {fault.Describe(program.Module)}");
                    }

                    double generated = Stopwatch.GetElapsedTime(start).TotalSeconds;
                    byte[][] entries = [.. log.ReadAll()];
                    bytes[mode] = entries.Sum(static e => (long)e.Length);
                    request = request with { Privacy = privacy is null ? null : privacy with { ToldScalars = outcome.Scalars } };
                    start = Stopwatch.GetTimestamp();
                    ReplayReport report = Replay.Verify(program, request, entries, pool);
                    double replayed = Stopwatch.GetElapsedTime(start).TotalSeconds;
                    if (report.Verdict != Verdict.Accept)
                    {
                        throw new InvalidOperationException(report.Text);
                    }

                    if (round >= 0)
                    {
                        generate[mode].Add(generated);
                        replay[mode].Add(replayed);
                    }
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {kind}, {threads} threads, {Prompt} + {Tokens} tokens, medians of {rounds} rounds; one output under salt takes {Salting():F0} ns on one thread"));
            foreach (PrivacyMode mode in Modes)
            {
                double more = Median(generate[mode]) / Median(generate[PrivacyMode.None]), verify = Median(replay[mode]) / Median(replay[PrivacyMode.None]);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{mode.ToString().ToLowerInvariant(),-7} generated in {Median(generate[mode]):F3} s ({100 * (more - 1):+0.0;-0.0} %), replayed wide in {Median(replay[mode]):F3} s ({100 * (verify - 1):+0.0;-0.0} %), {(double)bytes[mode] / Tokens:F0} bytes of records a token"));
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Salting()
    {
        var batch = new SaltBatch(RunSecret.Create());
        var salted = new Digest[Outputs];
        List<double> rounds = [];
        for (int round = 0; round < 200; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Outputs; i++)
            {
                batch.Add((ulong)i, 0, salted[i]);
            }

            batch.Finish(salted);
            rounds.Add(1e9 * Stopwatch.GetElapsedTime(start).TotalSeconds / Outputs);
        }

        return Median(rounds);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
