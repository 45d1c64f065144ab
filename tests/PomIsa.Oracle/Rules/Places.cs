using PomIsa.Oracle.Cases;

namespace PomIsa.Oracle.Rules;

/// <summary>Row-major places of elements, and tensors whose elements are those of another in other places.</summary>
internal static class Places
{
    /// <summary>The index along each axis of element <paramref name="at"/>.</summary>
    public static int[] Index(int at, ReadOnlySpan<int> shape)
    {
        var index = new int[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            (at, index[axis]) = Math.DivRem(at, shape[axis]);
        }

        return index;
    }

    public static int At(ReadOnlySpan<int> index, ReadOnlySpan<int> shape)
    {
        int at = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            at = (at * shape[axis]) + index[axis];
        }

        return at;
    }

    /// <summary>A tensor of this shape whose element at an index is x's at the index that <paramref name="from"/> gives; bits are copied.</summary>
    public static Tensor Take(Tensor x, int[] shape, Func<int[], int[]> from) => Tensor.Raw(
        x.Element, shape, Enumerable.Range(0, Tensor.Elements(shape)).Select(at => x.Bits[At(from(Index(at, shape)), x.Shape)]));

    /// <summary>The shape with another dimension along an axis.</summary>
    public static int[] Resized(int[] shape, int axis, int dimension) => [.. shape[..axis], dimension, .. shape[(axis + 1)..]];

    /// <summary>The index with another place along an axis.</summary>
    public static int[] Moved(int[] index, int axis, Func<int, int> to)
    {
        int[] moved = [.. index];
        moved[axis] = to(index[axis]);
        return moved;
    }
}
