using System.Collections.Immutable;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Moves of the elements of small tensors whose shapes are numbers.</summary>
internal static class Tensors
{
    /// <summary>Elements broadcast to a shape, axes aligned at the end.</summary>
    public static ImmutableArray<Size> Expand(ImmutableArray<Size> elements, ImmutableArray<Size> from, ImmutableArray<Size> to)
    {
        int count = Facts.Count(to);
        var result = ImmutableArray.CreateBuilder<Size>(count);
        for (int i = 0; i < count; i++)
        {
            int rest = i, at = 0, step = 1;
            for (int axis = 1; axis <= to.Length; axis++)
            {
                int dim = (int)to[^axis].Number, own = axis <= from.Length ? (int)from[^axis].Number : 1;
                at += own == 1 ? 0 : rest % dim * step;
                rest /= dim;
                step *= own;
            }

            result.Add(elements[at]);
        }

        return result.ToImmutable();
    }

    /// <summary>What stands at the given places along an axis.</summary>
    public static ImmutableArray<Size> Take(ImmutableArray<Size> elements, ImmutableArray<Size> shape, int axis, IReadOnlyList<int> places)
    {
        int dim = (int)shape[axis].Number, inner = 1;
        foreach (Size behind in shape.AsSpan()[(axis + 1)..])
        {
            inner *= (int)behind.Number;
        }

        int outer = dim * inner == 0 ? 0 : elements.Length / (dim * inner);
        if ((long)outer * inner * places.Count > Facts.MostElements)
        {
            return default;
        }

        var result = ImmutableArray.CreateBuilder<Size>(outer * inner * places.Count);
        for (int o = 0; o < outer; o++)
        {
            foreach (int place in places)
            {
                for (int i = 0; i < inner; i++)
                {
                    result.Add(elements[(((o * dim) + place) * inner) + i]);
                }
            }
        }

        return result.ToImmutable();
    }

    /// <summary>Axes in another order.</summary>
    public static ImmutableArray<Size> Transpose(ImmutableArray<Size> elements, ImmutableArray<Size> shape, int[] perm)
    {
        var result = ImmutableArray.CreateBuilder<Size>(elements.Length);
        var strides = new int[shape.Length];
        for (int i = shape.Length - 1, step = 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= (int)shape[i].Number;
        }

        for (int i = 0; i < elements.Length; i++)
        {
            int rest = i, at = 0;
            for (int axis = perm.Length - 1; axis >= 0; axis--)
            {
                int dim = (int)shape[perm[axis]].Number;
                at += rest % dim * strides[perm[axis]];
                rest /= dim;
            }

            result.Add(elements[at]);
        }

        return result.ToImmutable();
    }
}
