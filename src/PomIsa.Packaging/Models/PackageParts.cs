using System.Collections.Immutable;
using System.Text.Json.Nodes;
using PomIsa.Packaging.Matrices;
using PomIsa.Shards;

namespace PomIsa.Packaging.Models;

/// <summary>What goes into a compiled model's folder beside program and weights.</summary>
public sealed record PackageParts
{
    /// <summary>What it was made of.</summary>
    public required ModelSource Source { get; init; }

    /// <summary>How its matrices were to be stored.</summary>
    public required WeightKind Weights { get; init; }

    /// <summary>Signs manifest and provenance.</summary>
    public required PublisherKey Key { get; init; }

    /// <summary>What the user asked for, as far as the program depends on it; goes into the provenance.</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>Files of the tokenizer by name, as they were beside the source.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Tokenizer { get; init; } = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>The matrices that lost something.</summary>
    public IReadOnlyList<QuantizedMatrix> Quantized { get; init; } = [];
}
