using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Packaging.Models;

/// <summary>One dimension of an input or output: a number, or the name of a symbol.</summary>
/// <param name="Value">The number; 0 where there is a name.</param>
/// <param name="Symbol">The name, or null.</param>
public readonly record struct PortDim(int Value, string? Symbol)
{
    public static PortDim Of(int value) => new(value, null);

    public static PortDim Of(string symbol) => new(0, symbol);

    /// <inheritdoc/>
    public override string ToString() => Symbol ?? Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>An input or output of a compiled model.</summary>
/// <param name="Name">Its name at the source.</param>
/// <param name="Type">Its element type there, such as <c>float16</c> or <c>i32</c>; the program's is in the module.</param>
/// <param name="Shape">Its dimensions.</param>
public sealed record ModelPort(string Name, string Type, ImmutableArray<PortDim> Shape);

/// <summary>What is needed to generate text with a decoder.</summary>
/// <param name="Context">Most tokens of prompt and answer together.</param>
/// <param name="Vocabulary">Tokens that it knows: the width of its logits.</param>
/// <param name="End">Tokens that end an answer; they are not emitted.</param>
/// <param name="Begin">The token that every prompt begins with, or null.</param>
public sealed record DecoderInfo(int Context, int Vocabulary, ImmutableArray<int> End, int? Begin);

/// <summary>What a compiler makes of a model, beside the weights that are in its sink.</summary>
public sealed record CompiledProgram
{
    /// <summary>The model's name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The program; its weights are the sink's entries.</summary>
    public required Module Module { get; init; }

    /// <summary>What it takes, in the order of the module's inputs.</summary>
    public required ImmutableArray<ModelPort> Inputs { get; init; }

    /// <summary>What it gives, by index; of a decoder none.</summary>
    public ImmutableArray<ModelPort> Outputs { get; init; } = [];

    /// <summary>For a decoder.</summary>
    public DecoderInfo? Decoder { get; init; }
}
