using System.Collections.Immutable;
using PomIsa.Audit;

namespace PomIsa.Cli.Runs;

/// <summary>What an observer came to.</summary>
/// <param name="Where">The place in the log, for refusals that the replay did not name.</param>
internal sealed record Observation(Verdict Verdict, string Text, ulong Records, ulong Compared, FirstDifference? First, string? Where)
{
    public Level Level { get; init; } = Level.Replay;

    /// <summary>Time that it took but for <see cref="LoadSeconds"/>: a run's own time begins when its program is loaded, too. What is done while the weights load counts here.</summary>
    public double Seconds { get; init; }

    /// <summary>Time in which the module was verified, or nothing done but wait for the weights and bind it to them. Both together are all the time that there is.</summary>
    public double LoadSeconds { get; init; }

    /// <summary>What the runs took to make, with their evidence; null where one of them does not say.</summary>
    public double? GenerationSeconds { get; init; }

    /// <summary>Quantized products that an audit tested by projection, and those that it computed again.</summary>
    public (long Tested, long Computed) Products { get; init; }

    /// <summary>What an audit's challenge followed from beside the checkpoint; null at other levels.</summary>
    public AuditSeed? Seed { get; init; }

    /// <summary>Whether an audit found no openings of a run with quantized products, which it computed again for that reason.</summary>
    public bool LacksOpenings { get; init; }

    /// <summary>What was shown, of an accepted run.</summary>
    public ImmutableArray<string> Proved { get; init; } = [];

    /// <summary>What the verdict rests on beside it.</summary>
    public ImmutableArray<string> Assumed { get; init; } = [];

    /// <summary>Whether of the log roots alone are kept.</summary>
    public bool KeepsRoots { get; init; }

    /// <summary>Whether the runs computed with weights that somebody published.</summary>
    public bool HasWeights { get; init; }

    /// <summary>Digest of the signed checkpoint's text; null where there is none.</summary>
    public Digest? Checkpoint { get; init; }

    /// <summary>Ids of the runs that the checkpoint covers, from their opening records.</summary>
    public ImmutableArray<Digest> Runs { get; init; } = [];

    public double? ShareOfGeneration => GenerationSeconds is > 0 and { } made ? Seconds / made : null;
}

/// <summary>How an observer looks at a run.</summary>
/// <param name="Level">How much is checked.</param>
/// <param name="Store">Where the weights are.</param>
/// <param name="Threads">Threads to compute with.</param>
internal sealed record ObserverRequest(Level Level, string Store, int Threads)
{
    /// <summary>Records that a spot check draws.</summary>
    public int Samples { get; init; } = 64;

    /// <summary>What they are drawn by; null: the checkpoint.</summary>
    public string? Seed { get; init; }

    /// <summary>What an audit's challenge follows from.</summary>
    public AuditSeed AuditSeed { get; init; }

    /// <summary>The log's verifier key, where it is not the one that lies beside it.</summary>
    public string? Key { get; init; }

    public Action<ulong>? Progress { get; init; }
}
