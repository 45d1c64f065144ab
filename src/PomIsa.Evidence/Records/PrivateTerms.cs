namespace PomIsa.Evidence.Records;

/// <summary>What of a run is under salt. Spec: spec/evidence.md, chapter 12.</summary>
public enum PrivacyMode : byte
{
    /// <summary>Nothing: records are of version 1, and anyone reads the tokens.</summary>
    None = 0,

    /// <summary>Scalars, inputs and every tensor that is not of a floating type: who has no model learns no token.</summary>
    Tokens = 1,

    /// <summary>Every output.</summary>
    All = 2,
}

/// <summary>What the opening record of a private run declares beside a public one's.</summary>
/// <param name="Mode"><see cref="PrivacyMode.Tokens"/> or <see cref="PrivacyMode.All"/>.</param>
/// <param name="Check">The salt of action 0, which salts nothing: it tells the run's secret from any other.</param>
public readonly record struct PrivateTerms(PrivacyMode Mode, Digest Check);

/// <summary>What the record of a private run holds of an opcode's outputs.</summary>
public enum PrivateOutput : byte
{
    /// <summary>Commitments as in a public run; only in mode <see cref="PrivacyMode.Tokens"/>.</summary>
    Commitments = 0,

    /// <summary>Scalars under salt.</summary>
    SaltedScalars = 2,

    /// <summary>Commitments under salt.</summary>
    SaltedCommitments = 3,
}
