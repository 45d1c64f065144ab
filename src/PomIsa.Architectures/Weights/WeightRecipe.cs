using System.Collections.Immutable;

namespace PomIsa.Architectures.Weights;

/// <summary>Where a weight of the program comes from.</summary>
internal abstract record WeightRecipe;

/// <summary>A matrix <c>[K,N]</c>, from some outputs of a linear layer or an embedding.</summary>
/// <param name="Tensor">The source's name; its shape must be <c>[Outputs, K]</c>, or <c>[K, Outputs]</c> where inputs come first.</param>
/// <param name="Depth">K.</param>
/// <param name="Outputs">Outputs that the tensor has in all.</param>
/// <param name="First">The first one that is taken.</param>
/// <param name="Count">N: how many are.</param>
internal sealed record MatrixRecipe(string Tensor, int Depth, int Outputs, int First, int Count) : WeightRecipe
{
    /// <summary>Where output n of a head comes from, the same for each head; empty: from n.</summary>
    public ImmutableArray<int> Head { get; init; } = [];

    /// <summary>Whether it is a table: its rows are the outputs, however the source keeps linear layers, and it is never quantized.</summary>
    public bool IsTable { get; init; }

    /// <summary>Whether it is an embedding: its rows are the outputs, however the source keeps linear layers.</summary>
    public bool IsEmbedding { get; init; }
}

/// <summary>A vector, from some values of a norm's weight or a bias.</summary>
/// <param name="Tensor">The source's name; its shape must be <c>[Length]</c>.</param>
/// <param name="Length">Values that the tensor has in all.</param>
/// <param name="First">The first one that is taken.</param>
/// <param name="Count">How many are.</param>
internal sealed record VectorRecipe(string Tensor, int Length, int First, int Count) : WeightRecipe
{
    /// <summary>As <see cref="MatrixRecipe.Head"/>.</summary>
    public ImmutableArray<int> Head { get; init; } = [];

    /// <summary>Whether one is added to each value.</summary>
    public bool PlusOne { get; init; }
}

/// <summary>Values that are computed.</summary>
/// <param name="Make">Makes them, in row-major order.</param>
internal sealed record ComputedRecipe(Func<float[]> Make) : WeightRecipe;

/// <summary>A whole number.</summary>
/// <param name="Value">It.</param>
internal sealed record NumberRecipe(int Value) : WeightRecipe;

/// <summary>The same tensor as another weight of the program.</summary>
/// <param name="Weight">Its name there.</param>
internal sealed record SharedRecipe(string Weight) : WeightRecipe;
