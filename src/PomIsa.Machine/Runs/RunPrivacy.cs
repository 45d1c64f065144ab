using System.Collections.Immutable;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;

namespace PomIsa.Machine;

/// <summary>What makes a run private. Spec: spec/evidence.md, chapter 12.</summary>
/// <param name="Mode">What is under salt.</param>
/// <param name="Secret">Of which the salts are made; another for each run.</param>
public sealed record RunPrivacy(PrivacyMode Mode, RunSecret Secret)
{
    /// <summary>What a verifier is told of the run's scalars, in the order of the records; it believes none of it. Empty where nothing is told, and in a run itself.</summary>
    public ImmutableArray<long> ToldScalars { get; init; } = [];

    /// <summary>What the opening record declares.</summary>
    public PrivateTerms Terms => new(Mode, Secret.Check);
}
