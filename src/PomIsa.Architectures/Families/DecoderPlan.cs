using System.Collections.Immutable;
using PomIsa.Architectures.Weights;

namespace PomIsa.Architectures.Families;

/// <summary>What a family makes of a configuration.</summary>
/// <param name="Source">The program in assembly language: constants, then descriptions.</param>
/// <param name="Recipes">Where each weight of the program comes from, by its name there.</param>
/// <param name="IsIgnored">Tells tensors that have no part in the computation.</param>
/// <param name="Context">Most tokens of prompt and answer together.</param>
/// <param name="Vocabulary">Tokens that it knows.</param>
internal sealed record DecoderPlan(
    string Source,
    ImmutableDictionary<string, WeightRecipe> Recipes,
    Func<string, bool> IsIgnored,
    int Context,
    int Vocabulary);
