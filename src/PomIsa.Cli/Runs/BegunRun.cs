using System.Collections.Immutable;

namespace PomIsa.Cli.Runs;

/// <summary>A run under way, noted before the machine starts: all that it takes to execute it again, should it be cut off.</summary>
internal sealed record BegunRun
{
    /// <summary>What the machine was given; how many records it has is not known yet.</summary>
    public required RunEntry Entry { get; init; }

    /// <summary>Folder of the tokenizer's files; null where tokens are shown as numbers.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Tokens at which the host ends the run; null where the program alone does.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Texts at which the host ends the run.</summary>
    public ImmutableArray<string> Stops { get; init; } = [];

    /// <summary>Whether what its quantized products come to is kept beside the log.</summary>
    public bool Opens { get; init; }

    internal bool IsSound => Entry is { IsSound: true } && (MaxTokens ?? 1) > 0 && !Stops.IsDefault && Stops.All(static one => one is { Length: > 0 });
}
