using System.Collections.Immutable;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Limits;
using PomIsa.Bench.Runs;

namespace PomIsa.Bench.Results;

/// <summary>Tokens a second in one workload, as medians of the rounds.</summary>
/// <param name="Evidence">With a record of each retire.</param>
/// <param name="Plain">Without.</param>
/// <param name="EvidenceShare">1 − plain time / evidence time: the median over rounds.</param>
/// <param name="Rival">The other runtime, where there is one.</param>
/// <param name="Ratio">Evidence / rival: the median over rounds.</param>
public sealed record WorkloadResult(double Evidence, double Plain, double EvidenceShare, double? Rival, double? Ratio)
{
    /// <summary>Medians of rates by round, in the order evidence, plain, rival.</summary>
    public static WorkloadResult Of(double[][] rates) => new(
        Interleaved.Median(rates[0]),
        Interleaved.Median(rates[1]),
        Interleaved.Median(rates[0].Zip(rates[1], static (on, off) => 1 - (on / off))),
        rates.Length > 2 ? Interleaved.Median(rates[2]) : null,
        rates.Length > 2 ? Interleaved.Median(rates[0].Zip(rates[2], static (ours, theirs) => ours / theirs)) : null);
}

/// <summary>What was measured of one decoder with one kind of weights and one number of threads.</summary>
public sealed record DecoderResult
{
    public required DecoderSize Size { get; init; }

    public required WeightKind Kind { get; init; }

    public required MachineLimits Limits { get; init; }

    public required WorkloadResult Decode { get; init; }

    public required WorkloadResult Prefill128 { get; init; }

    public required WorkloadResult Prefill512 { get; init; }

    public required ColdStart Cold { get; init; }

    /// <summary>Name, agreement, load time and peak memory of the other runtime; null where there is none.</summary>
    public RivalFigures? Rival { get; init; }

    /// <summary>Threads.</summary>
    public int Threads => Limits.Threads;

    /// <summary>Bytes of weights that decoding reads a second, evidence on, over what the machine can read. Above 1 where a cache holds them.</summary>
    public double BandwidthShare => Kind.Bytes(Size) * Decode.Evidence / Limits.ReadBandwidth;

    /// <summary>Operations of a prompt of 512 a second, evidence on, over the machine's peak for that kind of number.</summary>
    public double ArithmeticShare =>
        2.0 * Size.PrefillProducts(DecoderSize.MaxPrompt) / DecoderSize.MaxPrompt * Prefill512.Evidence / (Kind.IsInteger ? Limits.BytePeak : Limits.FloatPeak);
}

/// <summary>What is said of another runtime beside its rates.</summary>
public sealed record RivalFigures(string Name, string Agreement, double LoadSeconds, double PeakMiB);

/// <summary>Everything that one command measured.</summary>
public sealed record BenchReport(ImmutableArray<MachineLimits> Limits, ImmutableArray<DecoderResult> Decoders, ImmutableArray<string> Notes, int Rounds);
