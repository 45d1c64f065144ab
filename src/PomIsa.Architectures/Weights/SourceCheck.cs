using System.Collections.Immutable;
using PomIsa.Architectures.Sources;

namespace PomIsa.Architectures.Weights;

/// <summary>Compares the tensors that a program needs with those that there are; all differences are told together.</summary>
internal static class SourceCheck
{
    /// <summary>What is missing, of another shape or type, or there without a use.</summary>
    /// <param name="recipes">What is needed.</param>
    /// <param name="source">What there is.</param>
    /// <param name="isIgnored">Tells tensors that have no part in the computation.</param>
    public static IEnumerable<string> Problems(IEnumerable<WeightRecipe> recipes, ITensorSource source, Func<string, bool> isIgnored)
    {
        Dictionary<string, ImmutableArray<long>> needed = Needed(recipes, source.InputsFirst);
        foreach ((string name, ImmutableArray<long> shape) in needed.OrderBy(static n => n.Key, StringComparer.Ordinal))
        {
            if (!source.Tensors.TryGetValue(name, out SourceTensor? tensor))
            {
                yield return $"tensor {name} [{string.Join(", ", shape)}] is missing";
            }
            else if (!tensor.Shape.AsSpan().SequenceEqual(shape.AsSpan()))
            {
                yield return $"tensor {name} is {tensor}, not [{string.Join(", ", shape)}]";
            }
            else if (!Known.Contains(tensor.Format))
            {
                yield return $"tensor {name} is {tensor}; values must be {string.Join(", ", Known)}";
            }
        }

        foreach (string name in source.Tensors.Keys.Where(n => !needed.ContainsKey(n) && !isIgnored(n)).Order(StringComparer.Ordinal))
        {
            yield return $"tensor {name} {source.Tensors[name]} has no place in this architecture";
        }
    }

    /// <summary>Shape of each tensor that is needed.</summary>
    /// <param name="recipes">What is needed.</param>
    /// <param name="inputsFirst">Whether linear layers lie as [K,N].</param>
    public static Dictionary<string, ImmutableArray<long>> Needed(IEnumerable<WeightRecipe> recipes, bool inputsFirst)
    {
        var needed = new Dictionary<string, ImmutableArray<long>>(StringComparer.Ordinal);
        foreach (WeightRecipe recipe in recipes)
        {
            switch (recipe)
            {
                case MatrixRecipe { Tensor: var name } matrix:
                    needed[name] = inputsFirst && !matrix.IsEmbedding && !matrix.IsTable ? [matrix.Depth, matrix.Outputs] : [matrix.Outputs, matrix.Depth];
                    break;
                case VectorRecipe { Tensor: var name } vector:
                    needed[name] = [vector.Length];
                    break;
            }
        }

        return needed;
    }

    private static readonly ImmutableArray<string> Known = [.. StoredFormat.Known.Select(static f => f.Name)];
}
