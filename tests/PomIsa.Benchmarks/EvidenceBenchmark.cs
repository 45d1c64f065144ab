using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Runs;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Openings;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;

namespace PomIsa.Benchmarks;

/// <summary>What evidence costs a decoder: as shares of the time of decoding and of prefill, and by record, in one run with evidence off and on in turn.</summary>
internal static class EvidenceBenchmark
{
    private const int Tokens = 255;

    /// <summary>A short run is done more often than a long one, since what disturbs the machine for some milliseconds changes more of it.</summary>
    private static readonly (Workload Workload, int Times)[] Workloads = [(Workload.Decode(Tokens), 1), (Workload.Prefill(128), 8), (Workload.Prefill(512), 3)];

    public static int Run(string[] arguments)
    {
        string name = arguments.Length > 0 ? arguments[0] : "135M", kind = arguments.Length > 1 ? arguments[1] : "w8";
        int threads = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : Environment.ProcessorCount;
        int rounds = arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : 9;
        string cache = arguments.Length > 4 ? arguments[4] : Path.Combine(".pomisa", "bench");
        DecoderSize size = DecoderSize.All.First(s => s.Name == name);
        CachedDecoder decoder = new DecoderCache(cache).Open(size, WeightKind.All.First(k => k.Name == kind), new Progress<string>(), CancellationToken.None);
        using BoundProgram program = decoder.Load(Tokens);
        bool opens = arguments.Contains("openings");
        using var pool = new WorkerPool(threads);
        string folder = Directory.CreateTempSubdirectory("pomisa-bench-").FullName;
        try
        {
            using RecordLog log = RecordLog.Open(folder);
            Runner on = new(size, program, pool, log), off = new(size, program, pool, null);
            double rate = HashRate(pool, size.Dim);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {kind}, {threads} threads; commitments alone: {rate / 1e9:F2} GB/s"));
            Console.WriteLine("workload   | tokens/s off |       on | evidence | records a token | ns a record, run's thread | all threads, hashing too | committed a token | hashing alone would be");
            foreach ((Workload workload, int times) in Workloads)
            {
                double[][] rates = Interleaved.Rates([on, off], workload, times * rounds, CancellationToken.None);
                double share = Interleaved.Median(rates[0].Zip(rates[1], static (with, without) => 1 - (with / without)));
                double all = 1e9 * threads * Interleaved.Median(rates[0].Zip(rates[1], static (with, without) => (1 / with) - (1 / without)));
                double bytes = Committed(program, workload, size, pool) / (double)(workload.PromptTokens + workload.NewTokens);
                double without = Interleaved.Median(rates[1]), perToken = on.Records / (double)workload.Counted;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{workload.Name,-10} | {without,12:N0} | {Interleaved.Median(rates[0]),8:N0} | {100 * share,6:F1} % | {perToken,15:F1} | {on.Evidence.TotalNanoseconds / on.Records,25:F0} | {all / perToken,24:F0} | {bytes / 1024,12:N0} KiB | {100 / (1 + (rate / bytes / without)),6:F1} %"));
            }

            if (opens)
            {
                Openings(new Runner(size, program, pool, log) { Openings = Path.Combine(folder, "openings") }, on, rounds);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Apart from the rest: what such a run leaves to the disk would disturb the next run's last commit.
    private static void Openings(Runner with, Runner without, int rounds)
    {
        double[][] rates = Interleaved.Rates([with, without], Workload.Decode(Tokens), rounds, CancellationToken.None);
        double share = Interleaved.Median(rates[0].Zip(rates[1], static (opened, closed) => 1 - (opened / closed)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"decode with openings: {Interleaved.Median(rates[0]):N0} tokens/s, {100 * share:F1} % less than without them"));
    }

    /// <summary>Bytes a second that all threads commit to when they do nothing else: rows of the decoder's width.</summary>
    private static double HashRate(WorkerPool pool, int width)
    {
        const int Rows = 512, Repeats = 20;
        byte[][] rows = [.. Enumerable.Range(0, pool.Threads).Select(_ => new byte[sizeof(float) * Rows * width])];
        CommitmentBatch[] batches = [.. rows.Select(static _ => new CommitmentBatch())];
        double best = double.MaxValue;
        for (int round = 0; round < Repeats; round++)
        {
            long start = Stopwatch.GetTimestamp();
            pool.Run(rows.Length, i =>
            {
                batches[i].Add(0, [Rows, width], rows[i]);
                batches[i].Flush(new Digest[1]);
            });
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return rows.Sum(static r => (double)r.Length) / best;
    }

    private static long Committed(BoundProgram program, Workload workload, DecoderSize size, WorkerPool pool)
    {
        var counter = new Counter();
        using var interpreter = new Interpreter(program, new RunRequest { Prompt = workload.Prompt(size) }, pool, counter);
        return interpreter.TryRun(out MachineFault fault) ? counter.Bytes : throw new InvalidOperationException(fault.Describe(program.Module));
    }

    private sealed class Counter : IRetireObserver
    {
        public long Bytes { get; private set; }

        public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
        {
            refusal = "";
            Line line = context.Line;
            Bytes += line.Committed < 0 || line.SharesRows ? 0 : line.CommitsRows ? context.Rows.Bytes : context.View(line.Committed).Bytes;
            return true;
        }
    }

    private sealed class Runner(DecoderSize size, BoundProgram program, WorkerPool pool, RecordLog? log) : IDecoderRunner
    {
        private long _runs;

        public string? Openings { get; init; }

        public string Name => log is null ? "off" : Openings is null ? "on" : "with openings";

        public bool IsExact => true;

        public ulong Records { get; private set; }

        public TimeSpan Evidence { get; private set; }

        public RunTiming Run(Workload workload)
        {
            long start = Stopwatch.GetTimestamp(), first = 0;
            byte[] number = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(number, ++_runs);
            var request = new RunRequest
            {
                Prompt = workload.Prompt(size),
                Trigger = Digest.Of(number), // a run with the opening of an earlier one would be taken for that one
                OnToken = _ => first = first == 0 ? Stopwatch.GetTimestamp() : first,
            };
            using OpeningWriter? openings = Openings is null ? null : OpeningWriter.Create(Openings, request.Opening(program).RunId);
            request = request with { Openings = openings };
            bool ran = log is null
                ? MachineRun.TryExecutePlain(program, request, pool, out RunOutcome? outcome, out MachineFault fault)
                : AttestedRun.TryExecute(program, request, log, pool, out outcome, out fault);
            openings?.Complete();
            long end = Stopwatch.GetTimestamp();
            if (Openings is not null)
            {
                File.Delete(Openings); // its memory goes to the next one's: otherwise the system's first use of memory would be measured
            }

            if (!ran || outcome is null)
            {
                throw new InvalidOperationException($"The run failed: {fault.Describe(program.Module)}");
            }

            (Records, Evidence) = (outcome.Records, outcome.EvidenceTime);
            return new RunTiming(outcome.Tokens, Stopwatch.GetElapsedTime(start, first).TotalSeconds, Stopwatch.GetElapsedTime(first, end).TotalSeconds);
        }
    }
}
