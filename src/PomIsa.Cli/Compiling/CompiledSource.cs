using System.Collections.Immutable;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Models;

namespace PomIsa.Cli.Compiling;

/// <summary>What a compiler made of a source, its weights being in the sink already.</summary>
/// <param name="Program">The program.</param>
/// <param name="Quantized">Its known matrices, with what they lost.</param>
/// <param name="Format">Format of the source: <c>onnx</c>, <c>huggingface</c> or <c>gguf</c>.</param>
/// <param name="Folder">Folder that the files' names are relative to.</param>
/// <param name="Files">Full paths of all files that were read.</param>
/// <param name="Tokenizer">The tokenizer's files by name.</param>
internal sealed record CompiledSource(
    CompiledProgram Program,
    IReadOnlyList<QuantizedMatrix> Quantized,
    string Format,
    string Folder,
    ImmutableArray<string> Files,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Tokenizer);
