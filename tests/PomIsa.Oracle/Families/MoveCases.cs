using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Values between the stack, the host, weights and registers. Nothing is computed; bits are copied.</summary>
internal static class MoveCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
    [
        ("input", Input), ("token", Token), ("tail", Tail), ("rows", Rows), ("zeros", Zeros), ("item", Item), ("load", Load), ("output", Output), ("iota", Iota), ("cast", CastCases.Cast),
    ];

    private static IEnumerable<Case> Input()
    {
        var draw = new Draw(Seeds.Of("input"));
        for (int i = 0; i < 12; i++)
        {
            int[] prompt = [.. Enumerable.Range(0, 1 + draw.Below(20)).Select(_ => (int)(draw.Next() & 0x7fffffff) >> draw.Below(31))];
            yield return Input($"{prompt.Length} tokens, drawn {i}", prompt);
        }

        foreach (DType element in DTypes.Computed)
        {
            foreach (int[] shape in (int[][])[.. Ranks, [17], [3, 16], [2, 0], element == DType.F32 ? [257] : [15]])
            {
                Tensor given = draw.Any(element, shape);
                yield return new Case($"{element.Name()}{Text(shape)}") { Inputs = [given], Writes = [given] };
            }
        }

        yield return Input("one token", 5);
        yield return Input("17 tokens of every size", 0, 1, 255, 256, 65_535, 65_536, int.MaxValue, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
        yield return Input("257 tokens", [.. Enumerable.Range(0, 257)]);
    }

    private static Case Input(string name, params int[] prompt) => new(name)
    {
        Prompt = prompt,
        Writes = [Tensor.Of(DType.I32, [prompt.Length], prompt.Select(static p => (long)p))],
    };

    private static IEnumerable<Case> Token()
    {
        foreach (long token in (long[])[0, 1, 2, 15, 16, 17, 127, 128, 255, 256, 257, 32767, 65_535, 65_536, 16_777_216, int.MaxValue - 1, int.MaxValue])
        {
            yield return new Case($"{token}") { Stack = [9, token], Writes = [Tensor.Of(DType.I32, [1], token)] };
        }

        foreach (long token in (long[])[-1, -2, 1L << 31, (1L << 31) + 1, 1L << 32, int.MinValue, long.MinValue, long.MaxValue])
        {
            yield return new Case($"{token} is no token") { Stack = [token], Into = [(DType.I32, [1])], Trap = "TokenOutOfRange" };
        }
    }

    private static IEnumerable<Case> Tail()
    {
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("tail" + element));
            foreach ((int rows, int width, int n) in new[] { (1, 1, 1), (5, 17, 1), (5, 17, 2), (5, 17, 5), (2, 257, 1), (17, 3, 16), (3, 16, 2), (3, 0, 2), (256, 2, 3) }.Where(s => element == DType.F32 || s.Item1 * s.Item2 < 100))
            {
                Tensor x = draw.Any(element, rows, width);
                yield return new Case($"{element.Name()}: the last {n} of [{rows},{width}]")
                {
                    Reads = [x],
                    Immediates = [Immediate.U32(n)],
                    Writes = [Tensor.Raw(element, [n, width], x.Bits[^(n * width)..])],
                };
            }

            foreach ((int rows, int n) in new[] { (2, 3), (1, 2), (16, 17) })
            {
                yield return new Case($"{element.Name()}: {n} rows of {rows}")
                {
                    Reads = [draw.Any(element, rows, 3)],
                    Immediates = [Immediate.U32(n)],
                    Into = [(element, [n, 3])],
                    Trap = "TailTooLong",
                };
            }
        }
    }

    private static IEnumerable<Case> Rows()
    {
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("rows" + element));
            foreach (int[] shape in (int[][])[.. Ranks.Skip(1), [1, 3], [15], [16, 1], [17], [257, 2], [0], [0, 4], [4, 0]])
            {
                yield return new Case($"{element.Name()}{Text(shape)}") { Reads = [draw.Any(element, shape)], Stack = [3], Pushes = [shape[0]] };
            }
        }
    }

    private static IEnumerable<Case> Zeros()
    {
        foreach (DType element in DTypes.Computed)
        {
            foreach (int[] shape in (int[][])[.. Ranks, .. Empty, [1], [15], [16], [17], [3, 5], [257]])
            {
                yield return new Case($"{element.Name()}{Text(shape)}") { Writes = [Tensor.Raw(element, shape, new ulong[Tensor.Elements(shape)])] };
            }
        }
    }

    private static IEnumerable<Case> Item()
    {
        foreach (DType element in (DType[])[DType.I32, DType.I64, DType.Bool])
        {
            foreach (long value in element == DType.Bool ? [0, 1, 2, 255] : Edges(element))
            {
                foreach (int[] shape in (int[][])[[], [1], [1, 1], [1, 1, 1, 1, 1, 1, 1, 1]])
                {
                    yield return new Case($"{element.Name()}{Text(shape)} {value}")
                    {
                        Reads = [Tensor.Of(element, shape, value)],
                        Stack = [4],
                        Pushes = [element == DType.Bool && value != 0 ? 1 : value],
                    };
                }
            }
        }
    }

    private static IEnumerable<Case> Load()
    {
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("load" + element));
            foreach (int[] shape in (int[][])[.. Ranks, [1], [15], [16], [17], [4, 16], [element == DType.F32 ? 257 : 33]])
            {
                Tensor w = draw.Any(element, shape);
                yield return new Case($"{element.Name()}{Text(shape)}") { Weights = [Weight.Of(w)], Writes = [w] };
            }
        }

        yield return new Case("NaN payloads stay") { Weights = [Weight.Of(Tensor.Of([NaNs.Length], NaNs))], Writes = [Tensor.Of([NaNs.Length], NaNs)] };
    }

    private static IEnumerable<Case> Output()
    {
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of("output" + element));
            foreach (int[] shape in (int[][])[.. Ranks, [0], [3, 0], [17]])
            {
                Tensor x = draw.Any(element, shape);
                int n = draw.Of(0, 1, 2);
                yield return new Case($"{element.Name()}{Text(shape)} as {n}") { Reads = [x], Immediates = [Immediate.U32(n)], Outputs = [.. Enumerable.Repeat<Tensor?>(null, n), x] };
            }
        }

        yield return new Case("the last index") { Reads = [Tensor.Of(DType.I32, [], 7)], Immediates = [Immediate.U32(63)], Outputs = [.. Enumerable.Repeat<Tensor?>(null, 63), Tensor.Of(DType.I32, [], 7)] };
        yield return new Case("NaN payloads stay") { Reads = [Tensor.Of([NaNs.Length], NaNs)], Immediates = [Immediate.U32(0)], Outputs = [Tensor.Of([NaNs.Length], NaNs)] };
    }

    private static IEnumerable<Case> Iota()
    {
        foreach (DType element in (DType[])[DType.I32, DType.I64])
        {
            foreach (int count in (int[])[0, 1, 2, 3, 15, 16, 17, 255, 256, 257])
            {
                foreach (long start in count > 100 ? (long[])[4095] : [0, 1, 7, 255, 4096, 1 << 24])
                {
                    yield return new Case($"{element.Name()}: {count} from {start}")
                    {
                        Symbol = start,
                        Writes = [Tensor.Of(element, [count], Enumerable.Range(0, count).Select(t => start + t))],
                    };
                }
            }
        }
    }
}
