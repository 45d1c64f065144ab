using System.Collections.Immutable;
using PomIsa.Architectures.Configuration;
using PomIsa.Architectures.Families;

namespace PomIsa.Architectures.Sources;

/// <summary>A model on disk, opened: what it is, what it says of itself, and its weights.</summary>
internal sealed record SourceModel : IDisposable
{
    /// <summary><c>huggingface</c> or <c>gguf</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Its name where the caller gives none.</summary>
    public required string Name { get; init; }

    public required ModelConfig Config { get; init; }

    public required DecoderFamily Family { get; init; }

    public required ITensorSource Tensors { get; init; }

    /// <summary>Tokens that end an answer.</summary>
    public required ImmutableArray<int> End { get; init; }

    /// <summary>The token that every prompt begins with.</summary>
    public required int? Begin { get; init; }

    /// <summary>Paths of the files that it was read from.</summary>
    public required ImmutableArray<string> Files { get; init; }

    /// <summary>Files of its tokenizer by name.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Tokenizer { get; init; }

    /// <summary>What the caller should know of it.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose() => Tensors.Dispose();
}
