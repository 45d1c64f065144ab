using System.Collections.Immutable;
using PomIsa.Bench.Decoders;

namespace PomIsa.Bench.Runs;

/// <summary>What is measured, and how long.</summary>
public sealed record BenchOptions
{
    /// <summary>Sizes, in the order of the table.</summary>
    public ImmutableArray<DecoderSize> Sizes { get; init; } = DecoderSize.All;

    /// <summary>Kinds of weights.</summary>
    public ImmutableArray<WeightKind> Kinds { get; init; } = WeightKind.All;

    /// <summary>Numbers of threads.</summary>
    public ImmutableArray<int> Threads { get; init; } = [1, 2];

    /// <summary>Tokens to decode in one run; null for as many as take about a second.</summary>
    public int? Tokens { get; init; }

    /// <summary>Timed rounds, after one that warms up.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Where decoders are kept from one time to the next.</summary>
    public required string Cache { get; init; }

    /// <summary>Most tokens that a run may decode.</summary>
    public const int MostTokens = 1024;

    /// <summary>Tokens to decode in one run of a decoder.</summary>
    public int TokensOf(DecoderSize size, WeightKind kind) =>
        Tokens ?? (int)Math.Clamp(12_000_000_000 / kind.Bytes(size) / 16 * 16, 32, 256);
}
