using System.Collections.Immutable;
using PomIsa.Bench.Decoders;

namespace PomIsa.Bench.Runs;

/// <summary>What a decoder is asked to do in one timed run.</summary>
/// <param name="Name">As results call it.</param>
/// <param name="PromptTokens">Length of the prompt.</param>
/// <param name="NewTokens">Steps of one token after the prompt's; 0 measures the prompt alone.</param>
public sealed record Workload(string Name, int PromptTokens, int NewTokens)
{
    /// <summary>A short prompt, continued.</summary>
    public static Workload Decode(int tokens) => new("decode", 16, tokens);

    /// <summary>A long prompt, read in one step.</summary>
    public static Workload Prefill(int tokens) => new(FormattableString.Invariant($"prefill{tokens}"), tokens, 0);

    /// <summary>Tokens whose time is measured.</summary>
    public int Counted => NewTokens > 0 ? NewTokens : PromptTokens;

    /// <summary>The prompt: token ids with no meaning, the same each time.</summary>
    public ImmutableArray<int> Prompt(DecoderSize size) =>
        [.. Enumerable.Range(0, PromptTokens).Select(i => (int)(((i * 7919L) + 1013) % size.Vocabulary))];
}

/// <summary>One timed run.</summary>
/// <param name="Tokens">What it answered.</param>
/// <param name="PromptSeconds">From its start to its first token.</param>
/// <param name="DecodeSeconds">From its first token to its end, when the last record, if there are any, is on the disk.</param>
public sealed record RunTiming(ImmutableArray<int> Tokens, double PromptSeconds, double DecodeSeconds)
{
    /// <summary>Tokens a second of the part that the workload is about.</summary>
    /// <remarks>Both parts end with the run, when the last record is on the disk: hashing may go on behind the first token.</remarks>
    public double Rate(Workload workload) => workload.Counted / (workload.NewTokens > 0 ? DecodeSeconds : PromptSeconds + DecodeSeconds);
}

/// <summary>Something that runs a decoder: the machine with or without evidence, or another runtime beside it.</summary>
public interface IDecoderRunner
{
    /// <summary>As results call it.</summary>
    string Name { get; }

    /// <summary>Whether its tokens must be the machine's own. Another runtime rounds in another way and is compared beforehand.</summary>
    bool IsExact { get; }

    /// <summary>Runs once, from an empty context.</summary>
    RunTiming Run(Workload workload);
}
