using System.Collections.Immutable;

namespace PomIsa.Architectures.Sources;

/// <summary>A tensor as its file declares it.</summary>
/// <param name="Name">In Hugging Face's words, whatever the file calls it.</param>
/// <param name="Shape">Outermost dimension first.</param>
/// <param name="Format">Such as <c>BF16</c> or <c>Q8_0</c>.</param>
internal sealed record SourceTensor(string Name, ImmutableArray<long> Shape, string Format)
{
    /// <summary>Values in a row: all but the outermost dimension; of a vector all.</summary>
    public long RowLength => Shape.Length > 1 ? Shape.Skip(1).Aggregate(1L, static (a, b) => a * b) : Shape.FirstOrDefault(1);

    /// <inheritdoc/>
    public override string ToString() => $"{Format}[{string.Join(", ", Shape)}]";
}

/// <summary>The weights of a model on disk. What is read of them is read when it is asked for.</summary>
internal interface ITensorSource : IDisposable
{
    /// <summary>All tensors, by name.</summary>
    IReadOnlyDictionary<string, SourceTensor> Tensors { get; }

    /// <summary>Whether linear layers lie as <c>[K,N]</c>, as GPT-2 keeps them, instead of <c>[N,K]</c>.</summary>
    bool InputsFirst { get; }

    /// <summary>Whether Gemma's norms hold what they multiply by, instead of one less.</summary>
    bool NormsWithOne { get; }

    /// <summary>Reads rows as f32. May be called by several threads at once.</summary>
    /// <param name="name">One of the tensors.</param>
    /// <param name="first">First row.</param>
    /// <param name="values">Whole rows, one after the other.</param>
    /// <exception cref="ArchitectureException">The file is shorter than it was, or damaged.</exception>
    void ReadRows(string name, long first, Span<float> values);
}
