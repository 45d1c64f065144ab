using System.Collections.Immutable;
using PomIsa.Architectures.Configuration;

namespace PomIsa.Architectures.Families;

/// <summary>What a family is asked to make a plan of.</summary>
/// <param name="Config">The configuration.</param>
/// <param name="Options">The caller's choices.</param>
/// <param name="Name">The model's name.</param>
/// <param name="End">Tokens that end an answer.</param>
/// <param name="Tensors">Names of the tensors there are; empty where only the program is asked for.</param>
internal sealed record PlanRequest(
    ModelConfig Config, ArchitectureOptions Options, string Name, ImmutableArray<int> End, IReadOnlySet<string> Tensors)
{
    /// <summary>The first prefix under which a tensor is found; the first of all where none is.</summary>
    public string Prefix(string tensor, params ReadOnlySpan<string> prefixes)
    {
        foreach (string prefix in prefixes)
        {
            if (Tensors.Contains(prefix + tensor))
            {
                return prefix;
            }
        }

        return prefixes[0];
    }
}
