using System.Collections.Immutable;
using PomIsa.Shards;

namespace PomIsa.Packaging.Models;

/// <summary>A file that a model was made of.</summary>
/// <param name="Name">Its path below the source's folder, with <c>/</c>.</param>
/// <param name="Sha256">Digest of all of its bytes.</param>
public sealed record SourceFile(string Name, Digest Sha256);

/// <summary>What a model was made of.</summary>
/// <param name="Format"><c>onnx</c>, <c>huggingface</c> or <c>gguf</c>.</param>
/// <param name="Files">All files that were read, by name.</param>
public sealed record ModelSource(string Format, ImmutableArray<SourceFile> Files)
{
    /// <summary>The formats there are.</summary>
    public static ImmutableArray<string> Formats { get; } = ["gguf", "huggingface", "onnx"];
}
