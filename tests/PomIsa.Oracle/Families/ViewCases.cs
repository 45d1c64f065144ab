using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>The same elements in other shapes and places. Bits are copied, those of NaN too.</summary>
internal static class ViewCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
        [("reshape", Reshape), ("transpose", Transpose), ("slice", Slice), ("concat", Concat), ("split", Split), ("expand", Expand), ("pad", Pad)];

    private static IEnumerable<Case> Reshape()
    {
        int[][][] pairs =
        [
            [[2, 3], [6]], [[6], [2, 3]], [[1], []], [[], [1, 1, 1]], [[2, 3, 4], [4, 6]], [[4, 6], [2, 3, 2, 2]], [[17], [17, 1]], [[1, 17], [17]], [[5], [5]],
            [[2, 1, 2, 1, 2, 1, 2, 1], [16]], [[16], [1, 2, 1, 2, 1, 2, 1, 2]], [[0, 3], [0]], [[0], [5, 0]], [[2, 0], [0, 7, 1]], [[33], [33, 1]],
        ];
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("reshape" + element));
            foreach (int[][] pair in (int[][][])[.. pairs, .. element == DType.I8 ? Sizes[4..].Select(static n => (int[][])[[n], [n, 1]]) : []])
            {
                Tensor x = draw.Any(element, pair[0]);
                yield return new Case($"{element.Name()}{Text(pair[0])} to {Text(pair[1])}") { Reads = [x], Writes = [x with { Shape = pair[1] }] };
            }
        }
    }

    private static IEnumerable<Case> Transpose()
    {
        (int[] Shape, int[] Axes)[] turns =
        [
            ([], []), ([5], [0]), ([2, 3], [1, 0]), ([2, 3], [0, 1]), ([2, 3, 4], [2, 1, 0]), ([2, 3, 4], [1, 2, 0]), ([2, 3, 4], [2, 0, 1]), ([2, 3, 4], [0, 2, 1]), ([2, 3, 4], [1, 0, 2]),
            ([2, 3, 2, 2], [0, 2, 1, 3]), ([2, 3, 2, 2], [3, 1, 2, 0]), ([1, 17], [1, 0]), ([17, 16], [1, 0]), ([2, 1, 3, 1, 2], [4, 3, 2, 1, 0]), ([1, 2, 1, 2, 1, 2, 1, 2], [7, 6, 5, 4, 3, 2, 1, 0]),
            ([1, 2, 1, 2, 1, 2, 1, 2], [1, 3, 5, 7, 0, 2, 4, 6]), ([0, 3], [1, 0]), ([2, 0, 4], [2, 0, 1]), ([2, 2, 2, 2, 2, 2, 2], [6, 0, 5, 1, 4, 2, 3]),
        ];
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("transpose" + element));
            foreach ((int[] shape, int[] axes) in ((int[] Shape, int[] Axes)[])[.. turns, .. element == DType.I8 ? Sizes[4..].Select(static n => ((int[], int[]))([1, n], [1, 0])) : []])
            {
                Tensor x = draw.Any(element, shape);
                yield return new Case($"{element.Name()}{Text(shape)}, axes {Text(axes)}")
                {
                    Reads = [x],
                    Immediates = [Immediate.Axes(axes)],
                    Writes = [Places.Take(x, [.. axes.Select(a => shape[a])], index =>
                    {
                        var from = new int[shape.Length];
                        for (int a = 0; a < axes.Length; a++)
                        {
                            from[axes[a]] = index[a];
                        }

                        return from;
                    })],
                };
            }
        }
    }

    private static IEnumerable<Case> Slice()
    {
        (int[] Shape, int Axis, long Start, long Step, int Count)[] cuts =
        [
            ([7], 0, 0, 1, 7), ([7], 0, 2, 1, 3), ([7], 0, 6, -1, 7), ([7], 0, -1, -2, 4), ([7], 0, -7, 3, 3), ([7], 0, 3, 1, 0), ([7], 0, 1, 2, 3), ([7], 0, 0, 6, 2), ([7], 0, -2, 1, 2),
            ([3, 5], 0, 1, 1, 2), ([3, 5], 1, 1, 2, 2), ([3, 5], 1, -1, -1, 5), ([2, 3, 4], 1, 0, 2, 2), ([2, 3, 4], 2, 3, -3, 2), ([2, 3, 4], 0, -1, 1, 1), ([17, 2], 0, 15, 1, 2),
            ([2, 1, 2, 1, 2, 1, 2, 3], 7, 2, -2, 2), ([2, 0], 0, 1, 1, 1), ([0, 2], 0, 0, 1, 0), ([7], 0, 100, 1, 0), ([7], 0, 5, 9223372036854775807, 1), ([7], 0, 5, long.MinValue, 1), ([65], 0, 64, -4, 17),
        ];
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("slice" + element));
            foreach ((int[] shape, int axis, long start, long step, int count) in ((int[] Shape, int Axis, long Start, long Step, int Count)[])[.. cuts, .. element == DType.I8 ? Sizes[4..].Select(static n => ((int[], int, long, long, int))([n], 0, -1, -1, n)) : []])
            {
                Tensor x = draw.Any(element, shape);
                long from = start < 0 ? start + shape[axis] : start;
                yield return new Case($"{element.Name()}{Text(shape)}, axis {axis}: {count} from {start} by {step}")
                {
                    Reads = [x],
                    Immediates = [Immediate.U32(axis), Immediate.I64(start), Immediate.I64(step), Immediate.U32(count)],
                    Writes = [Places.Take(x, Places.Resized(shape, axis, count), index => Places.Moved(index, axis, i => (int)(from + (i == 0 ? 0 : i * step))))],
                };
            }
        }
    }

    private static IEnumerable<Case> Concat()
    {
        (int[] A, int[] B, int Axis)[] pairs =
        [
            ([2], [3], 0), ([1], [1], 0), ([2, 3], [1, 3], 0), ([2, 3], [2, 4], 1), ([2, 1, 3], [2, 2, 3], 1), ([2, 2, 1], [2, 2, 3], 2), ([16], [1], 0), ([15, 2], [17, 2], 0), ([0], [3], 0), ([3], [0], 0),
            ([0, 2], [0, 2], 0), ([2, 0], [2, 3], 1), ([1, 2, 1, 2, 1, 2, 1, 2], [1, 2, 1, 2, 3, 2, 1, 2], 4), ([31], [2], 0),
        ];
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("concat" + element));
            foreach ((int[] a, int[] b, int axis) in ((int[] A, int[] B, int Axis)[])[.. pairs, .. element == DType.I8 ? Sizes[4..].Select(static n => ((int[], int[], int))([n - 1], [1], 0)) : []])
            {
                (Tensor x1, Tensor x2) = (draw.Any(element, a), draw.Any(element, b));
                int[] shape = Places.Resized(a, axis, a[axis] + b[axis]);
                IEnumerable<ulong> bits = Enumerable.Range(0, Tensor.Elements(shape)).Select(at => Places.Index(at, shape)).Select(index => index[axis] < a[axis]
                    ? x1.Bits[Places.At(index, a)]
                    : x2.Bits[Places.At(Places.Moved(index, axis, i => i - a[axis]), b)]);
                yield return new Case($"{element.Name()}{Text(a)} and {Text(b)}, axis {axis}")
                {
                    Reads = [x1, x2],
                    Immediates = [Immediate.U32(axis)],
                    Writes = [Tensor.Raw(element, shape, bits)],
                };
            }
        }
    }

    private static IEnumerable<Case> Split()
    {
        (int[] Shape, int Axis, int At)[] cuts =
        [
            ([5], 0, 2), ([5], 0, 0), ([5], 0, 5), ([1], 0, 1), ([3, 4], 0, 1), ([3, 4], 1, 3), ([2, 3, 4], 1, 2), ([2, 3, 4], 2, 1), ([17], 0, 16), ([32, 2], 0, 15), ([0, 2], 0, 0), ([2, 0], 0, 1),
            ([1, 2, 1, 2, 1, 2, 1, 3], 7, 1), ([33], 0, 32),
        ];
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("split" + element));
            foreach ((int[] shape, int axis, int at) in ((int[] Shape, int Axis, int At)[])[.. cuts, .. element == DType.I8 ? Sizes[4..].Select(static n => ((int[], int, int))([n], 0, n - 1)) : []])
            {
                Tensor x = draw.Any(element, shape);
                yield return new Case($"{element.Name()}{Text(shape)}, axis {axis} at {at}")
                {
                    Reads = [x],
                    Immediates = [Immediate.U32(axis), Immediate.U32(at)],
                    Writes =
                    [
                        Places.Take(x, Places.Resized(shape, axis, at), static index => index),
                        Places.Take(x, Places.Resized(shape, axis, shape[axis] - at), index => Places.Moved(index, axis, i => i + at)),
                    ],
                };
            }
        }
    }

    private static IEnumerable<Case> Expand()
    {
        int[][][] pairs =
        [
            [[], []], [[], [3]], [[], [2, 3]], [[1], [5]], [[3], [2, 3]], [[3, 1], [3, 4]], [[2, 1, 3], [2, 2, 3]], [[1, 1], [16, 17]], [[3], [3]], [[1, 3], [0, 3]], [[0], [2, 0]], [[1], [0]],
            [[2, 1, 2, 1], [2, 1, 2, 1, 2, 3, 2, 2]], [[1, 33], [2, 33]], [[1], [1, 1, 1, 1, 1, 1, 1, 2]],
        ];
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("expand" + element));
            foreach (int[][] pair in (int[][][])[.. pairs, .. element == DType.I8 ? Sizes[4..].Select(static n => (int[][])[[1], [n]]) : []])
            {
                Tensor x = draw.Any(element, pair[0]);
                yield return new Case($"{element.Name()}{Text(pair[0])} to {Text(pair[1])}")
                {
                    Reads = [x],
                    Writes = [Tensor.Raw(element, pair[1], Enumerable.Range(0, Tensor.Elements(pair[1])).Select(at => x.Bits[Broadcast.From(at, pair[1], pair[0])]))],
                };
            }
        }
    }

    private static IEnumerable<Case> Pad()
    {
        (int[] Shape, int Axis, int Before, int After)[] rims =
        [
            ([3], 0, 2, 1), ([3], 0, 0, 0), ([1], 0, 0, 15), ([0], 0, 1, 2), ([2, 3], 0, 1, 0), ([2, 3], 1, 0, 2), ([2, 2, 2], 1, 1, 1), ([2, 0], 1, 1, 1), ([0, 2], 1, 1, 0), ([16], 0, 1, 0),
            ([1, 2, 1, 2, 1, 2, 1, 2], 6, 1, 1), ([31], 0, 1, 1),
        ];
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("pad" + element));
            foreach ((int[] shape, int axis, int before, int after) in ((int[] Shape, int Axis, int Before, int After)[])[.. rims, .. element == DType.I8 ? Sizes[4..].Select(static n => ((int[], int, int, int))([n - 1], 0, 0, 1)) : []])
            {
                (Tensor x, Tensor v) = (draw.Any(element, shape), draw.Any(element));
                int[] wide = Places.Resized(shape, axis, before + shape[axis] + after);
                IEnumerable<ulong> bits = Enumerable.Range(0, Tensor.Elements(wide)).Select(at => Places.Index(at, wide)).Select(index =>
                    index[axis] >= before && index[axis] < before + shape[axis] ? x.Bits[Places.At(Places.Moved(index, axis, i => i - before), shape)] : v.Bits[0]);
                yield return new Case($"{element.Name()}{Text(shape)}, axis {axis}: {before} before, {after} after")
                {
                    Reads = [x, v],
                    Immediates = [Immediate.U32(axis), Immediate.U32(before), Immediate.U32(after)],
                    Writes = [Tensor.Raw(element, wide, bits)],
                };
            }
        }
    }
}
