using PomIsa.Isa;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Architectures;

/// <summary>What a caller may choose.</summary>
public sealed record ArchitectureOptions
{
    /// <summary>Context where the caller says nothing and the model allows more.</summary>
    public const int DefaultContext = 2048;

    /// <summary>How matrices are stored.</summary>
    public WeightKind Weights { get; init; } = WeightKind.F32;

    /// <summary>Most tokens of prompt and answer together; null: 2048, or what the model was made for where that is less.</summary>
    public int? Context { get; init; }

    /// <summary>A program that gives the logits behind each token of its prompt, instead of one that answers.</summary>
    public bool AllRows { get; init; }

    /// <summary>Bytes of the largest weight, counted as f32; tests take fewer.</summary>
    internal long WeightBytes { get; init; } = Limits.TensorBytes;

    /// <summary>The model's name; null: that of its folder or file.</summary>
    public string? Name { get; init; }
}
