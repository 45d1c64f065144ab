namespace PomIsa.Kernels.Reference;

/// <summary>Views and selections, one element at a time: for each element of the result, where it comes from.</summary>
/// <remarks>Tensors are lists of elements in row-major order; an element is anything that can be copied.</remarks>
public static class Views
{
    /// <summary>Row-major place of an index.</summary>
    public static int Place(ReadOnlySpan<int> shape, ReadOnlySpan<int> index)
    {
        int place = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            place = (place * shape[axis]) + index[axis];
        }

        return place;
    }

    /// <summary>Index of a row-major place.</summary>
    public static int[] Index(ReadOnlySpan<int> shape, int place)
    {
        var index = new int[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            index[axis] = place % shape[axis];
            place /= shape[axis];
        }

        return index;
    }

    /// <summary>y[i] = the element of x that broadcasting puts at index i of <paramref name="shape"/>.</summary>
    public static int Broadcast(ReadOnlySpan<int> from, ReadOnlySpan<int> shape, int place)
    {
        int[] index = Index(shape, place);
        var at = new int[from.Length];
        for (int axis = 0; axis < from.Length; axis++)
        {
            at[axis] = from[axis] == 1 ? 0 : index[shape.Length - from.Length + axis];
        }

        return Place(from, at);
    }

    /// <summary>y[i0, i1, ..] = x with axis perm[a] indexed by i_a.</summary>
    public static void Transpose<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> shape, ReadOnlySpan<int> perm, Span<T> y)
    {
        var turned = new int[perm.Length];
        for (int axis = 0; axis < perm.Length; axis++)
        {
            turned[axis] = shape[perm[axis]];
        }

        for (int to = 0; to < y.Length; to++)
        {
            int[] index = Index(turned, to);
            var at = new int[perm.Length];
            for (int axis = 0; axis < perm.Length; axis++)
            {
                at[perm[axis]] = index[axis];
            }

            y[to] = x[Place(shape, at)];
        }
    }

    /// <summary>y[i] = x[start + i · step] along an axis of x:[outer, d, inner].</summary>
    public static void Slice<T>(ReadOnlySpan<T> x, int d, int inner, int start, int step, int count, Span<T> y)
    {
        for (int to = 0; to < y.Length; to++)
        {
            int[] index = Index([y.Length, count, inner], to);
            index[1] = start + (index[1] * step);
            y[to] = x[Place([x.Length, d, inner], index)];
        }
    }

    /// <summary>x1 then x2 along an axis: [outer, d1, inner] and [outer, d2, inner].</summary>
    public static void Concat<T>(ReadOnlySpan<T> x1, int d1, ReadOnlySpan<T> x2, int d2, int inner, Span<T> y)
    {
        for (int to = 0; to < y.Length; to++)
        {
            int[] index = Index([y.Length, d1 + d2, inner], to);
            y[to] = index[1] < d1 ? x1[Place([0, d1, inner], index)] : x2[Place([0, d2, inner], [index[0], index[1] - d1, index[2]])];
        }
    }

    /// <summary>An element before x and behind it, along an axis of x:[outer, d, inner].</summary>
    public static void Pad<T>(ReadOnlySpan<T> x, int d, int inner, T value, int before, int after, Span<T> y)
    {
        for (int to = 0; to < y.Length; to++)
        {
            int[] index = Index([y.Length, before + d + after, inner], to);
            int at = index[1] - before;
            y[to] = at >= 0 && at < d ? x[Place([0, d, inner], [index[0], at, index[2]])] : value;
        }
    }

    /// <summary>Where in x:[outer, d, inner] the element <paramref name="place"/> of u:[outer, ids, inner] is read or written.</summary>
    public static int Indexed(ReadOnlySpan<long> ids, int d, int inner, int place)
    {
        int[] index = Index([int.MaxValue, ids.Length, inner], place);
        long id = ids[index[1]];
        return Place([0, d, inner], [index[0], (int)(id < 0 ? id + d : id), index[2]]);
    }
}
