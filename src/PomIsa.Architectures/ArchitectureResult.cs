using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Models;

namespace PomIsa.Architectures;

/// <summary>What was made of a model, beside the weights that are in the sink.</summary>
/// <param name="Program">The program and what is needed to use it.</param>
/// <param name="Source">The files that were read.</param>
/// <param name="Tokenizer">Files of the tokenizer by name.</param>
/// <param name="Quantized">What each quantized matrix lost.</param>
/// <param name="Notes">What the user should know: that a file's tokenizer is not known, or that its values were quantized before.</param>
/// <param name="Assembly">The constants of the program in assembly language, which include the description of the architecture.</param>
public sealed record ArchitectureResult(
    CompiledProgram Program,
    ModelSource Source,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Tokenizer,
    IReadOnlyList<QuantizedMatrix> Quantized,
    IReadOnlyList<string> Notes,
    string Assembly);
