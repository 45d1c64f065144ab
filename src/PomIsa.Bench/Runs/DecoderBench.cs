using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Limits;
using PomIsa.Bench.Results;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Bench.Runs;

/// <summary>Measures whole decoders, with and without evidence, and beside another runtime where one is given.</summary>
public sealed class DecoderBench(BenchOptions options, IProgress<string> progress, RivalSource? rivals, CancellationToken stop)
{
    private const double LongStart = 1.5; // seconds

    private readonly List<string> _notes = [];

    /// <summary>Measures everything that the options name.</summary>
    public BenchReport Run()
    {
        var cache = new DecoderCache(options.Cache);
        var limits = ImmutableArray.CreateBuilder<MachineLimits>();
        foreach (int threads in options.Threads)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"the machine's limits, {threads} {(threads == 1 ? "thread" : "threads")}"));
            limits.Add(MachineLimits.Measure(threads, stop));
        }

        var results = ImmutableArray.CreateBuilder<DecoderResult>();
        foreach (DecoderSize size in options.Sizes)
        {
            foreach (WeightKind kind in options.Kinds)
            {
                CachedDecoder decoder = cache.Open(size, kind, progress, stop);
                int tokens = options.TokensOf(size, kind);
                decoder.Program(tokens); // assembled now, so that no load that is timed does it
                ColdStart[] cold = [.. limits.Select(l => Cold(decoder, l.Threads, tokens))];
                progress.Report($"{size.Name} {kind.Name}: loading");
                using BoundProgram program = decoder.Load(tokens);
                for (int i = 0; i < limits.Count; i++)
                {
                    results.Add(Measure(decoder, program, tokens, limits[i], cold[i]));
                }
            }
        }

        return new BenchReport(limits.ToImmutable(), results.ToImmutable(), [.. _notes], options.Rounds);
    }

    /// <summary>The median of three starts; of a decoder that takes long to load, the one.</summary>
    private ColdStart Cold(CachedDecoder decoder, int threads, int tokens)
    {
        Report(decoder, threads, "starting fresh processes");
        List<ColdStart> starts = [ColdStart.Measure(decoder, threads, tokens, stop)];
        while (starts.Count < 3 && starts[0].FirstTokenSeconds < LongStart)
        {
            starts.Add(ColdStart.Measure(decoder, threads, tokens, stop));
        }

        return new ColdStart(
            Interleaved.Median(starts.Select(static s => s.LoadSeconds)),
            Interleaved.Median(starts.Select(static s => s.FirstTokenSeconds)),
            Interleaved.Median(starts.Select(static s => s.PeakMiB)));
    }

    private DecoderResult Measure(CachedDecoder decoder, BoundProgram program, int tokens, MachineLimits limits, ColdStart cold)
    {
        using var pool = new WorkerPool(limits.Threads);
        using var folder = new TemporaryFolder(decoder.Folder);
        using RecordLog log = RecordLog.Open(folder.Path);
        using IRival? rival = Rival(decoder, program, limits.Threads, tokens);
        IDecoderRunner[] runners =
        [
            new MachineRunner(decoder.Size, program, pool, log, stop),
            new MachineRunner(decoder.Size, program, pool, null, stop),
            .. rival is null ? [] : (IDecoderRunner[])[rival],
        ];
        return new DecoderResult
        {
            Size = decoder.Size,
            Kind = decoder.Kind,
            Limits = limits,
            Cold = cold,
            Decode = Rates(Workload.Decode(tokens)),
            Prefill128 = Rates(Workload.Prefill(128)),
            Prefill512 = Rates(Workload.Prefill(512)),
            Rival = rival is null ? null : new RivalFigures(rival.Name, rival.Agreement, rival.LoadSeconds, rival.PeakMiB),
        };

        WorkloadResult Rates(Workload workload)
        {
            Report(decoder, limits.Threads, workload.Name);
            return WorkloadResult.Of(Interleaved.Rates(runners, workload, options.Rounds, stop));
        }
    }

    private IRival? Rival(CachedDecoder decoder, BoundProgram program, int threads, int tokens)
    {
        if (rivals is null)
        {
            return null;
        }

        Report(decoder, threads, "the other runtime");
        IRival? rival = rivals(decoder, program, threads, tokens, out string refusal);
        if (rival is null && !_notes.Contains(refusal))
        {
            _notes.Add(refusal);
        }

        return rival;
    }

    private void Report(CachedDecoder decoder, int threads, string what) => progress.Report(string.Create(
        CultureInfo.InvariantCulture, $"{decoder.Size.Name} {decoder.Kind.Name}, {threads} {(threads == 1 ? "thread" : "threads")}: {what}"));
}
