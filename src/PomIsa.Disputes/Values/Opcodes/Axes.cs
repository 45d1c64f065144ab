namespace PomIsa.Disputes.Values.Opcodes;

/// <summary>An element's place along one axis: <c>x:[outer, d, inner]</c>.</summary>
internal readonly record struct Along(long Outer, long At, long Inner);

/// <summary>Where elements lie in tensors of other shapes.</summary>
internal static class Axes
{
    /// <summary>Splits an element's number at an axis.</summary>
    public static Along Split(int[] shape, int axis, long element)
    {
        long inner = Inner(shape, axis), d = shape[axis];
        return new Along(element / inner / d, element / inner % d, element % inner);
    }

    /// <summary>The number of an element at a place along an axis of a dimension.</summary>
    public static long Join(long outer, long at, long inner, long d, long size) => (((outer * d) + at) * size) + inner;

    /// <summary>Product of the dimensions behind an axis.</summary>
    public static long Inner(int[] shape, int axis) => Subject.Product(shape.AsSpan()[(axis + 1)..]);

    /// <summary>The element that is broadcast to element <paramref name="element"/> of a shape.</summary>
    public static long Broadcast(int[] from, int[] shape, long element)
    {
        long place = 0, step = 1;
        for (int axis = shape.Length - 1, back = from.Length - 1; back >= 0; axis--, back--)
        {
            long at = element % shape[axis];
            element /= shape[axis];
            place += (from[back] == 1 ? 0 : at) * step;
            step *= from[back];
        }

        return place;
    }

    /// <summary>The element of x that is at <paramref name="element"/> of x with axis perm[a] indexed by i_a.</summary>
    public static long Transposed(int[] x, Isa.Operand perm, long element)
    {
        Span<long> index = stackalloc long[8];
        for (int axis = x.Length - 1; axis >= 0; axis--)
        {
            int d = x[perm.Axis(axis)];
            index[perm.Axis(axis)] = element % d;
            element /= d;
        }

        long place = 0;
        for (int axis = 0; axis < x.Length; axis++)
        {
            place = (place * x[axis]) + index[axis];
        }

        return place;
    }

    /// <summary>An index of a tensor as the machine takes it: negative ones from the end.</summary>
    /// <exception cref="TrapsException">It is out of range.</exception>
    public static long Id(long id, int d) => id >= -d && id < d ? (id < 0 ? id + d : id) : throw new TrapsException("an index is out of range");
}
