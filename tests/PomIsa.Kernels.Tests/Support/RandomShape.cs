namespace PomIsa.Kernels.Tests;

/// <summary>Shapes of any rank, with dimensions of 0 and 1 among them.</summary>
internal static class RandomShape
{
    /// <summary>Up to <paramref name="most"/> axes and about <paramref name="elements"/> elements.</summary>
    public static int[] Of(Values values, int most, int elements)
    {
        var shape = new int[values.Below(most + 1)];
        int left = elements;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = values.Below(30) == 0 ? 0 : 1 + values.Below(Math.Min(left, shape.Length < 3 ? 70 : 7));
            left /= Math.Max(shape[axis], 1);
        }

        return shape;
    }

    /// <summary>A shape that broadcasts to another: some leading axes are missing, some dimensions are 1.</summary>
    public static int[] Broadcasting(Values values, int[] shape)
    {
        int[] from = [.. shape[values.Below(shape.Length + 1)..]];
        for (int axis = 0; axis < from.Length; axis++)
        {
            from[axis] = values.Below(3) == 0 ? 1 : from[axis];
        }

        return from;
    }

    /// <summary>The axes in another order.</summary>
    public static int[] Permutation(Values values, int count)
    {
        int[] perm = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = values.Below(i + 1);
            (perm[i], perm[j]) = (perm[j], perm[i]);
        }

        return perm;
    }
}
