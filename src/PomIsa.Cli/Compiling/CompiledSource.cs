using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Models;

namespace PomIsa.Cli.Compiling;

/// <summary>What a compiler made of a source, its weights being in the sink already.</summary>
/// <param name="Program">The program.</param>
/// <param name="Quantized">Its known matrices, with what they lost.</param>
/// <param name="Source">The files that were read.</param>
/// <param name="Tokenizer">The tokenizer's files by name.</param>
/// <param name="Notes">What the user should know of it.</param>
internal sealed record CompiledSource(
    CompiledProgram Program,
    IReadOnlyList<QuantizedMatrix> Quantized,
    ModelSource Source,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Tokenizer,
    IReadOnlyList<string> Notes);
