using System.Collections.Immutable;
using PomIsa.Architectures.Configuration;

namespace PomIsa.Architectures.Families;

/// <summary>Which layers see a window only.</summary>
internal static class LayerTypes
{
    private static readonly ImmutableArray<string> Names = ["full_attention", "sliding_attention"];

    /// <summary>For each layer whether it sees a window, by <c>layer_types</c> or else by a rule.</summary>
    public static ImmutableArray<bool> Read(ModelConfig config, int layers, Func<int, bool> otherwise)
    {
        if (config.Choices("layer_types", Names) is not { } types)
        {
            return [.. Enumerable.Range(0, layers).Select(otherwise)];
        }

        if (types.Length != layers)
        {
            config.Refuse("layer_types", $"has {types.Length} entries for {layers} layers");
        }

        return [.. Enumerable.Range(0, layers).Select(i => i < types.Length && types[i] == 1)];
    }

    /// <summary>The window of a layer as a program has it: 0 where all positions that there can be are seen.</summary>
    public static int Window(bool local, int? window, int context) => local && window < context ? window.Value : 0;
}
