namespace PomIsa.Cli.Disputes;

/// <summary>What a party serves beside its log's tiles.</summary>
internal static class DisputePaths
{
    /// <summary>Its verifier key. Whoever asks must know it from elsewhere, or believe it.</summary>
    public const string Key = "dispute/key";

    /// <summary>The program of its runs.</summary>
    public const string Program = "dispute/program";

    /// <summary>Where questions about values go, by POST.</summary>
    public const string Open = "dispute/open";
}
