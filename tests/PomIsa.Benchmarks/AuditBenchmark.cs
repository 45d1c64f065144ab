using System.Diagnostics;
using System.Globalization;
using PomIsa.Audit;
using PomIsa.Bench.Decoders;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Openings;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Benchmarks;

/// <summary>What it takes to audit a generation from its openings, and what they weigh, beside generating it and replaying it; over several sizes.</summary>
internal static class AuditBenchmark
{
    private const int Prompt = 16;

    public static int Run(string[] arguments)
    {
        string[] names = (arguments.Length > 0 ? arguments[0] : "288x6,135M,0.5B").Split(',');
        string kind = arguments.Length > 1 ? arguments[1] : "w8";
        int threads = Number(arguments, 2, Environment.ProcessorCount), rounds = Number(arguments, 3, 3), tokens = Number(arguments, 4, 256);
        string cache = arguments.Length > 5 ? arguments[5] : Path.Combine(".pomisa", "bench");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}, {threads} threads, {Prompt} + {tokens} tokens, medians of {rounds} rounds; shares of generating with evidence"));
        Console.WriteLine("| size | tokens/s | with openings | audit ms a token | audit | spot, 64 | replay | signature and tree | openings KB a token |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (string name in names)
        {
            Measure(DecoderSize.All.First(s => s.Name == name), WeightKind.All.First(k => k.Name == kind), threads, rounds, tokens, cache, arguments.Contains("profile"));
        }

        return 0;
    }

    private static void Measure(DecoderSize size, WeightKind kind, int threads, int rounds, int tokens, string cache, bool profiled)
    {
        CachedDecoder decoder = new DecoderCache(cache).Open(size, kind, new Progress<string>(), CancellationToken.None);
        using BoundProgram program = decoder.Load(tokens - 1);
        using var pool = new WorkerPool(threads);
        var request = new RunRequest { Prompt = [.. Enumerable.Range(0, Prompt).Select(i => (i * 7919) % size.Vocabulary)] };
        string folder = Directory.CreateTempSubdirectory("pomisa-bench-").FullName, openings = Path.Combine(folder, "openings");
        try
        {
            List<double> plain = [], opened = [], audit = [], spot = [], replay = [], signature = [];
            long bytes = 0;
            for (int round = -1; round < rounds; round++)
            {
                using RecordLog log = RecordLog.Open(Path.Combine(folder, round.ToString(CultureInfo.InvariantCulture)));
                using RecordLog second = RecordLog.Open(Path.Combine(folder, $"{round}b"));
                double without = Seconds(() => Generate(program, request, second, pool, tokens));
                File.Delete(openings); // to let the last round's go takes the system a twentieth of a run
                double with = Seconds(() =>
                {
                    Digest run = request.Opening(program).RunId;
                    using OpeningWriter writer = OpeningWriter.Create(openings, run);
                    Generate(program, request with { Openings = writer }, log, pool, tokens);
                    bytes = writer.Length;
                    writer.Complete();
                });
                using (Microsoft.Win32.SafeHandles.SafeFileHandle written = File.OpenHandle(openings, FileMode.Open, FileAccess.ReadWrite))
                {
                    RandomAccess.FlushToDisk(written); // whoever audits does not write them
                }

                using var entries = EntryList.Of(log.ReadAll());
                var checkpoint = Digest.Of(log.Root.ToArray());
                double audited = Seconds(() =>
                {
                    AuditReport report = ProjectionAudit.Verify(program, request, entries, openings, checkpoint, AuditSeed.Draw(), pool);
                    Accept(report.Report, entries.Count);
                    if (report.Tested == 0)
                    {
                        throw new InvalidOperationException("No product was tested.");
                    }
                });
                double spotted = Seconds(() => Accept(SpotCheck.Verify(program, request, entries, SpotDraw.Of(checkpoint, (ulong)entries.Count, 64), pool), 0));
                double replayed = Seconds(() => Accept(Replay.Verify(program, request, entries, pool), entries.Count));
                double signed = Seconds(() =>
                {
                    if (!LogCheck.Verify(entries, new Evidence.Notes.Checkpoint("bench", log.Size, log.Root), entries.Root(pool), pool, out LogCheckFault fault))
                    {
                        throw new InvalidOperationException(fault.ToString());
                    }
                });
                if (profiled && round == rounds - 1)
                {
                    Profile(program, request, entries, openings, checkpoint, pool);
                }

                if (round >= 0)
                {
                    plain.Add(without);
                    opened.Add(with);
                    audit.Add(audited / without);
                    spot.Add(spotted / without);
                    replay.Add(replayed / without);
                    signature.Add(signed / without);
                }
            }

            double seconds = Median(plain);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {size.Name} | {tokens / seconds:F0} | {tokens / Median(opened):F0} | {1000 * Median(audit) * seconds / tokens:F3} | {100 * Median(audit):F1} % | {100 * Median(spot):F1} % | {100 * Median(replay):F1} % | {100 * Median(signature):F1} % | {bytes / 1000.0 / (tokens + Prompt):F0} |"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Profile(BoundProgram program, RunRequest request, EntryList entries, string openings, Digest checkpoint, WorkerPool pool)
    {
        Digest run = Digest.Of(entries[0]);
        if (!OpeningFile.TryOpen(openings, run, out OpeningFile? file, out string fault))
        {
            throw new InvalidOperationException(fault);
        }

        using (file)
        {
            ReplayProfile.Print(program, request, entries, pool, ProjectionAudit.Options(file, checkpoint, run, AuditSeed.Draw(), pool, ProjectionAudit.Fewest, static _ => { }));
        }
    }

    private static void Generate(BoundProgram program, RunRequest request, RecordLog log, WorkerPool pool, int tokens)
    {
        if (!AttestedRun.TryExecute(program, request, log, pool, out RunOutcome? outcome, out MachineFault fault) || outcome.Tokens.Length != tokens)
        {
            throw new InvalidOperationException($"The run failed: {fault.Describe(program.Module)}");
        }
    }

    private static void Accept(ReplayReport report, int records)
    {
        if (report.Verdict != Verdict.Accept || (records > 0 && report.Compared != (ulong)records))
        {
            throw new InvalidOperationException($"The run is not accepted: {report.Text}");
        }
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static int Number(string[] arguments, int at, int usual) => arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : usual;

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
