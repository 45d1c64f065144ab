using System.Collections.Immutable;
using PomIsa.Architectures.Weights;

namespace PomIsa.Architectures.Families;

/// <summary>Collects where the weights of a program come from.</summary>
internal sealed class RecipeBook
{
    private readonly ImmutableDictionary<string, WeightRecipe>.Builder _recipes = ImmutableDictionary.CreateBuilder<string, WeightRecipe>(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public ImmutableDictionary<string, WeightRecipe> Recipes => _recipes.ToImmutable();

    /// <summary>A whole matrix.</summary>
    public void Matrix(string weight, string tensor, int depth, int columns, ImmutableArray<int> head = default) => Part(weight, tensor, depth, columns, 0, columns, head);

    /// <summary>Some outputs of a matrix.</summary>
    public void Part(string weight, string tensor, int depth, int outputs, int first, int count, ImmutableArray<int> head = default) =>
        _recipes[weight] = new MatrixRecipe(tensor, depth, outputs, first, count) { Head = head.IsDefault ? [] : head };

    /// <summary>The embedding, a row of a tensor for each token, and the output matrix: the embedding itself, or a tensor like it.</summary>
    public void Ends(DecoderShape shape, string embedding, bool tied, string output)
    {
        Embedding("embed", embedding, shape, 0, Math.Min(shape.Half, shape.Vocabulary));
        Head("", 0, Math.Min(shape.Half, shape.Vocabulary));
        if (shape.IsSplit)
        {
            Embedding("embed.rest", embedding, shape, shape.Half, shape.Vocabulary - shape.Half);
            Head(".rest", shape.Half, shape.Vocabulary - shape.Half);
            _recipes["embed.half"] = new NumberRecipe(shape.Half);
        }

        void Head(string part, int first, int count)
        {
            if (tied)
            {
                _recipes["head" + part] = new SharedRecipe("embed" + part);
            }
            else
            {
                Embedding("head" + part, output, shape, first, count);
            }
        }
    }

    /// <summary>A table: a row of the tensor for each position.</summary>
    public void Table(string weight, string tensor, int depth, int rows, int taken) =>
        _recipes[weight] = new MatrixRecipe(tensor, depth, rows, 0, taken) { IsTable = true };

    /// <summary>A whole vector.</summary>
    public void Vector(string weight, string tensor, int length, ImmutableArray<int> head = default, bool plusOne = false) =>
        _recipes[weight] = new VectorRecipe(tensor, length, 0, length) { Head = head.IsDefault ? [] : head, PlusOne = plusOne };

    /// <summary>A part of a vector.</summary>
    public void Part(string weight, string tensor, int length, int first, int count) => _recipes[weight] = new VectorRecipe(tensor, length, first, count);

    /// <summary>Values that are computed.</summary>
    public void Computed(string weight, Func<float[]> make) => _recipes[weight] = new ComputedRecipe(make);

    /// <summary>Cosines and sines.</summary>
    public void Rotary(string weight, Rotary.RotaryTable table, int positions, int half)
    {
        Computed(weight + ".cos", () => table.Cosines(positions, half));
        Computed(weight + ".sin", () => table.Sines(positions, half));
    }

    private void Embedding(string weight, string tensor, DecoderShape shape, int first, int count) =>
        _recipes[weight] = new MatrixRecipe(tensor, shape.Dim, shape.Vocabulary, first, count) { IsEmbedding = true };
}
