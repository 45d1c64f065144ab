namespace PomIsa.Kernels;

/// <summary>Permutes axes. Shapes: <c>x:[shape] → y</c> with <c>y.shape[a] = shape[perm[a]]</c>.</summary>
/// <remarks>
/// Where the last axis stays last, runs of it are copied. Else planes of the two last axes, that of x and that of y, are turned
/// tile by tile, so that the lines of both stay in the cache.
/// </remarks>
public static unsafe class Transpose
{
    private const int Tile = 32;

    /// <summary>y[i0, i1, ..] = x with axis perm[a] indexed by i_a; elements of <paramref name="size"/> bytes. No overlap.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or perm is no permutation of the axes.</exception>
    public static void Copy(ReadOnlySpan<byte> x, ReadOnlySpan<int> shape, ReadOnlySpan<int> perm, int size, Span<byte> y)
    {
        Shape.Require(x.Length == y.Length && perm.Length == shape.Length, "lengths disagree");
        Shape.Require(IsPermutation(perm), "perm is no permutation of the axes");
        if (x.IsEmpty)
        {
            return;
        }

        Span<int> dims = stackalloc int[shape.Length], xSteps = stackalloc int[shape.Length], ySteps = stackalloc int[shape.Length];
        Span<int> steps = stackalloc int[shape.Length];
        StridedWalk.Steps(shape, steps);
        int lastOfX = -1, lastOfY = -1;
        for (int axis = 0; axis < perm.Length; axis++)
        {
            (dims[axis], xSteps[axis]) = (shape[perm[axis]], steps[perm[axis]]);
            lastOfX = dims[axis] > 1 && (lastOfX < 0 || xSteps[axis] < xSteps[lastOfX]) ? axis : lastOfX;
            lastOfY = dims[axis] > 1 ? axis : lastOfY;
        }

        StridedWalk.Steps(dims, ySteps);
        if (lastOfX == lastOfY)
        {
            Runs(x, new StridedWalk(dims, xSteps, ySteps), size, y);
            return;
        }

        var plane = new Plane(dims[lastOfY], dims[lastOfX], xSteps[lastOfY], ySteps[lastOfX]);
        dims[lastOfX] = dims[lastOfY] = 1;
        Planes(x, new StridedWalk(dims, xSteps, ySteps), plane, size, y);
    }

    private static bool IsPermutation(ReadOnlySpan<int> perm)
    {
        int seen = 0;
        foreach (int axis in perm)
        {
            seen |= axis >= 0 && axis < perm.Length ? 1 << axis : 0;
        }

        return seen == (1 << perm.Length) - 1;
    }

    private static void Runs(ReadOnlySpan<byte> x, StridedWalk walk, int size, Span<byte> y)
    {
        for (int i = 0; i < walk.Count; i++, walk.Next())
        {
            x.Slice(walk.First * size, walk.Run * size).CopyTo(y[(walk.Second * size)..]);
        }
    }

    private static void Planes(ReadOnlySpan<byte> x, StridedWalk walk, Plane plane, int size, Span<byte> y)
    {
        fixed (byte* from = x, to = y)
        {
            for (int i = 0; i < walk.Count; i++, walk.Next())
            {
                for (int j = 0; j < walk.Run; j++)
                {
                    byte* a = from + ((nint)(walk.First + (j * walk.FirstStep)) * size);
                    byte* b = to + ((nint)(walk.Second + (j * walk.SecondStep)) * size);
                    switch (size)
                    {
                        case 1:
                            Turn(a, plane, b);
                            break;
                        case 2:
                            Turn((ushort*)a, plane, (ushort*)b);
                            break;
                        case 4:
                            Turn((float*)a, plane, (float*)b);
                            break;
                        default:
                            Turn((ulong*)a, plane, (ulong*)b);
                            break;
                    }
                }
            }
        }
    }

    private static void Turn<T>(T* x, Plane plane, T* y)
        where T : unmanaged
    {
        for (int i0 = 0; i0 < plane.Rows; i0 += Tile)
        {
            int rows = Math.Min(Tile, plane.Rows - i0);
            for (int k0 = 0; k0 < plane.Columns; k0 += Tile)
            {
                int columns = Math.Min(Tile, plane.Columns - k0);
                T* from = x + ((nint)i0 * plane.XRow) + k0, to = y + ((nint)k0 * plane.YRow) + i0;
                if (typeof(T) == typeof(float))
                {
                    Transposition.Copy((float*)from, plane.XRow, 1, rows, columns, (float*)to, plane.YRow);
                    continue;
                }

                for (int k = 0; k < columns; k++)
                {
                    for (int i = 0; i < rows; i++)
                    {
                        to[((nint)k * plane.YRow) + i] = from[((nint)i * plane.XRow) + k];
                    }
                }
            }
        }
    }

    /// <summary>Rows of x, <paramref name="XRow"/> elements apart, that become columns of y, whose rows are <paramref name="YRow"/> apart.</summary>
    private readonly record struct Plane(int Rows, int Columns, int XRow, int YRow);
}
