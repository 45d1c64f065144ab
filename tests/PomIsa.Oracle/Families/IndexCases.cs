using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Elements that ids choose, and elements that a condition chooses.</summary>
internal static class IndexCases
{
    private static readonly string[] Modes = ["set", "add", "multiply", "greater", "smaller"];

    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All => [("gather", Gather), ("scatter", Scatter), ("where", Where)];

    private static readonly (int[] Shape, int[] Ids, int Axis)[] Picks =
    [
        ([5], [3], 0), ([5], [], 0), ([5], [2, 2], 0), ([3, 4], [2], 0), ([3, 4], [2], 1), ([3, 4], [], 1), ([2, 3, 2], [2, 2], 1), ([2, 3, 2], [5], 2), ([2, 3, 2], [1], 0), ([17], [16], 0), ([4, 16], [3], 0),
        ([5], [0], 0), ([3, 0], [2], 0), ([0, 3], [2], 1), ([2, 2, 2, 2, 2], [2, 1, 2, 1], 2), ([257], [17], 0),
    ];

    private static IEnumerable<Case> Gather()
    {
        foreach (DType element in DTypes.Computed)
        {
            foreach (DType idType in (DType[])[DType.I32, DType.I64])
            {
                var draw = new Draw(Seeds.Of($"gather {element} {idType}"));
                foreach ((int[] shape, int[] count, int axis) in Picks)
                {
                    Tensor x = draw.Any(element, shape), ids = Ids(draw, idType, count, shape[axis]);
                    yield return new Case($"{element.Name()}{Text(shape)}, axis {axis}, {idType.Name()}{Text(count)}")
                    {
                        Reads = [x, ids],
                        Immediates = [Immediate.U32(axis)],
                        Writes = [Places.Take(x, Gathered(shape, count, axis), index => Source(index, shape, ids, axis))],
                    };
                }
            }
        }

        foreach (Case one in Traps(static (name, shape, axis, ids) => new Case(name)
        {
            Reads = [Tensor.Of(shape, Zeros(Tensor.Elements(shape))), ids],
            Immediates = [Immediate.U32(axis)],
            Into = [(DType.F32, Gathered(shape, ids.Shape, axis))],
            Trap = "ElementOutOfRange",
        }))
        {
            yield return one;
        }
    }

    private static IEnumerable<Case> Scatter()
    {
        foreach (DType element in DTypes.Computed)
        {
            int modes = element is DType.F32 or DType.I32 or DType.I64 ? Modes.Length : 1;
            for (int mode = 0; mode < modes; mode++)
            {
                DType idType = mode % 2 == 0 ? DType.I64 : DType.I32;
                var draw = new Draw(Seeds.Of($"scatter {element} {mode}"));
                foreach ((int[] shape, int[] count, int axis) in Picks.Where(p => Tensor.Elements(p.Shape) < 60 || element == DType.F32).Where((_, i) => mode == 0 || i % 2 == mode % 2))
                {
                    Tensor x = draw.Any(element, shape), ids = Ids(draw, idType, count, shape[axis]), u = draw.Any(element, Gathered(shape, count, axis));
                    yield return Scatter($"{element.Name()}{Text(shape)}, axis {axis}, {idType.Name()}{Text(count)}, {Modes[mode]}", x, ids, u, axis, mode);
                }

                yield return Scatter(
                    $"{element.Name()}: one place many times, {Modes[mode]}", draw.Mild(element, 3), Tensor.Of(idType, [17], Enumerable.Repeat(1L, 17)), draw.Mild(element, 17), 0, mode);
            }
        }

        yield return Scatter(
            "the order shows: big, small, minus big", Tensor.Of([2], Decimals("0 5")), Tensor.Of(DType.I32, [3], 0, 0, 0), Tensor.Of([3], Decimals("1e8 1 -1e8")), 0, 1);
        yield return Scatter("NaN payloads are set as they are", Tensor.Of([3], NaNs[..3]), Tensor.Of(DType.I32, [2], 2, -2), Tensor.Of([2], NaNs[3..5]), 0, 0);
        yield return Scatter("NaN payloads that nothing reaches stay", Tensor.Of([3], NaNs[1..4]), Tensor.Of(DType.I32, [1], 1), Tensor.Of([1], Decimals("1")), 0, 1);
        foreach (Case one in Traps(static (name, shape, axis, ids) => new Case(name)
        {
            Reads = [Tensor.Of(shape, Zeros(Tensor.Elements(shape))), ids, Tensor.Of(Gathered(shape, ids.Shape, axis), Zeros(Tensor.Elements(Gathered(shape, ids.Shape, axis))))],
            Immediates = [Immediate.U32(axis), Immediate.U32(0)],
            Into = [(DType.F32, shape)],
            Trap = "ElementOutOfRange",
        }))
        {
            yield return one;
        }
    }

    private static Case Scatter(string name, Tensor x, Tensor ids, Tensor u, int axis, int mode)
    {
        ulong[] y = [.. x.Bits];
        for (int i = 0; i < u.Count; i++)
        {
            int at = Places.At(Source(Places.Index(i, u.Shape), x.Shape, ids, axis), x.Shape);
            y[at] = mode == 0 ? u.Bits[i] : x.Element == DType.F32
                ? Combine(mode, new F32((uint)y[at]), new F32((uint)u.Bits[i])).Canonical.Bits
                : Combine(mode, Whole.Wrap(y[at], 8 * x.Element.Size()), Whole.Wrap(u.Bits[i], 8 * x.Element.Size()), x.Element);
        }

        return new Case(name) { Reads = [x, ids, u], Immediates = [Immediate.U32(axis), Immediate.U32(mode)], Writes = [x with { Bits = y }] };
    }

    private static F32 Combine(int mode, F32 y, F32 u) => mode switch { 1 => y + u, 2 => y * u, 3 => F32.Max(y, u), _ => F32.Min(y, u) };

    private static ulong Combine(int mode, long y, long u, DType element) =>
        Tensor.Of(element, [], unchecked(mode switch { 1 => y + u, 2 => y * u, 3 => Math.Max(y, u), _ => Math.Min(y, u) })).Bits[0];

    private static IEnumerable<Case> Traps(Func<string, int[], int, Tensor, Case> of)
    {
        foreach ((string name, long id) in new[] { ("d", 5L), ("-d - 1", -6L), ("the greatest", int.MaxValue), ("the least", int.MinValue) })
        {
            yield return of($"id {name}", [5], 0, Tensor.Of(DType.I32, [2], 0, id));
            yield return of($"id {name}, in i64", [2, 5], 1, Tensor.Of(DType.I64, [1], id));
        }

        yield return of("2^32 does not wrap to 0", [5], 0, Tensor.Of(DType.I64, [1], 1L << 32));
        yield return of("an axis of 0 has no elements", [0], 0, Tensor.Of(DType.I32, [1], 0));
        yield return of("where the result has no elements, too", [5, 0], 0, Tensor.Of(DType.I32, [1], 5));
    }

    private static IEnumerable<Case> Where()
    {
        int[][][] pairs =
        [
            [[5], [5], [5]], [[], [], []], [[2, 3], [3], [2, 3]], [[2, 3], [2, 3], []], [[2, 3], [2, 1], [3]], [[2, 3], [], [1]], [[17], [17], [1]], [[2, 2, 2], [2, 1, 2], [2, 1]], [[0], [0], [0]], [[0, 3], [3], []],
            [[1, 2, 1, 2, 1, 2, 1, 2], [2, 1, 2], [1, 2, 1, 1]], [[257], [257], [257]],
        ];
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("where" + element));
            foreach (int[][] shapes in pairs)
            {
                yield return Where($"{element.Name()}{Text(shapes[0])}, c {Text(shapes[1])}, x2 {Text(shapes[2])}", draw.Any(DType.Bool, shapes[1]), draw.Any(element, shapes[0]), draw.Any(element, shapes[2]));
            }

            yield return Where($"{element.Name()}: any byte but 0 is true", Tensor.Of(DType.Bool, [4], 2, 0, 255, 128), draw.Any(element, 4), draw.Any(element, 4));
        }
    }

    private static Case Where(string name, Tensor c, Tensor x1, Tensor x2) => new(name)
    {
        Reads = [c, x1, x2],
        Writes = [Tensor.Raw(x1.Element, x1.Shape, Enumerable.Range(0, x1.Count).Select(at =>
            c.Bits[Broadcast.From(at, x1.Shape, c.Shape)] != 0 ? x1.Bits[at] : x2.Bits[Broadcast.From(at, x1.Shape, x2.Shape)]))],
    };

    private static Tensor Ids(Draw draw, DType element, int[] shape, int dimension) =>
        Tensor.Of(element, shape, Enumerable.Range(0, Tensor.Elements(shape)).Select(i => i == 0 ? dimension - 1L : i == 1 ? -dimension : draw.Below(2 * dimension) - dimension));

    private static int[] Gathered(int[] shape, int[] ids, int axis) => [.. shape[..axis], .. ids, .. shape[(axis + 1)..]];

    /// <summary>Where gather reads what stands at an index of its result.</summary>
    private static int[] Source(int[] index, int[] shape, Tensor ids, int axis)
    {
        int rank = ids.Shape.Length;
        long id = ids.Longs[Places.At(index.AsSpan(axis, rank), ids.Shape)];
        return [.. index[..axis], (int)(id < 0 ? id + shape[axis] : id), .. index[(axis + rank)..]];
    }
}
