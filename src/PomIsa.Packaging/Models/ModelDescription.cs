using System.Collections.Immutable;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Packaging.Models;

/// <summary><c>model.json</c>: what a compiled model is (spec/models.md).</summary>
public sealed record ModelDescription
{
    /// <summary>Its name in a model's folder; what makes a folder one of a compiled model.</summary>
    public const string FileName = "model.json";

    /// <summary>The only version there is.</summary>
    public const int Format = 1;

    public required string Name { get; init; }

    /// <summary>How the matrices are stored, where their depth allows.</summary>
    public required WeightKind Weights { get; init; }

    public required ModelSource Source { get; init; }

    public required ImmutableArray<ModelPort> Inputs { get; init; }

    public required ImmutableArray<ModelPort> Outputs { get; init; }

    /// <summary>For a model that generates text; null for any other function.</summary>
    public DecoderInfo? Decoder { get; init; }

    /// <summary>The bytes: keys sorted, two spaces, LF; the same description always gives the same.</summary>
    public byte[] ToJson() => DescriptionWriter.Write(this);

    /// <summary>Reads a description, which may be hostile.</summary>
    /// <exception cref="InvalidDataException">It is none; says which member is wrong.</exception>
    public static ModelDescription Parse(ReadOnlyMemory<byte> json) => DescriptionReader.Read(json);
}
