namespace PomIsa.Audit;

/// <summary>How a run is verified. Spec: spec/evidence.md, chapter 8.</summary>
public enum Level
{
    /// <summary>Checkpoint, tree, and the rules of minting; nothing is executed.</summary>
    Signature,

    /// <summary>Quantized products are tested by projection, everything else is computed again.</summary>
    Audit,

    /// <summary>Some records, drawn by a seed, are computed again.</summary>
    Spot,

    /// <summary>All records are computed again.</summary>
    Replay,
}
