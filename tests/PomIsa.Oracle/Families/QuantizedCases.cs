using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Products of whole numbers, in one opcode and in three.</summary>
internal static class QuantizedCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
    [
        ("linear.w8", LinearW8), ("linear.w4", LinearW4), ("quantize", Quantize), ("matmul.i8", Multiply), ("dequantize", Dequantize),
    ];

    private static IEnumerable<Case> LinearW8()
    {
        var draw = new Draw(Seeds.Of("linear.w8"));
        foreach (int depth in (int[])[4, 8, 12, 16, 20, 252, 256, 260])
        {
            yield return Linear($"K = {depth}", draw.Spread(depth, -6, 2), Weights.W8(draw, depth, 16));
        }

        yield return Linear("three rows, two panels", draw.Spread(24, -3, 3), Weights.W8(draw, 8, 32));
        yield return Linear("17 rows", draw.Spread(68, -3, 3), Weights.W8(draw, 4, 16));
        yield return Linear("halves go to even", Decimals("127 0.5 1.5 2.5 -0.5 -1.5 -2.5 63.5"), Weights.W8(draw, 8, 16, Repeat("1", 16)));
        yield return Linear(
            "greatest sum", [.. Repeat("5", 128), .. Repeat("-5", 128)],
            new Weight(Tensor.Of(DType.W8, [256, 16], Enumerable.Range(0, 4096).Select(static i => i < 2048 ? 127L : -127)), Repeat("0.5", 16), []));
        yield return Linear("the result overflows", Repeat("1e30", 4), new Weight(Tensor.Of(DType.W8, [4, 16], Enumerable.Repeat(127L, 64)), Repeat("1e10", 16), []));
        yield return Linear("scales that are zero, infinite and NaN", Decimals("1 -2 3 -4"), Weights.W8(draw, 4, 16, [.. Decimals("0 -0 inf -inf"), .. NaNs, .. Repeat("max", 6)]));
        yield return Linear("no rows", [], Weights.W8(draw, 4, 16), [0, 4]);
        foreach ((string name, F32[] x) in QuantizedRows(draw, 4))
        {
            yield return Linear(name, x, Weights.W8(draw, 4, 16));
        }
    }

    private static IEnumerable<Case> LinearW4()
    {
        var draw = new Draw(Seeds.Of("linear.w4"));
        foreach (int depth in (int[])[32, 64, 288])
        {
            yield return Linear($"K = {depth}", draw.Spread(depth, -6, 2), Weights.W4(draw, depth, 16));
        }

        yield return Linear("three rows, two panels", draw.Spread(96, -3, 3), Weights.W4(draw, 32, 32));
        yield return Linear("17 rows", draw.Spread(17 * 32, -3, 3), Weights.W4(draw, 32, 16));
        yield return Linear("greatest magnitude of a sum", Repeat("5", 64), Weights.W4(draw, 64, 16, static _ => -8, static _ => 63));
        yield return Linear("sub-scales differ from group to group", Repeat("1", 96), Weights.W4(draw, 96, 16, static _ => 7, static at => at < 16 ? 1 : at < 32 ? 63 : 2));
        yield return Linear("no rows", [], Weights.W4(draw, 32, 16), [0, 32]);
        foreach ((string name, F32[] x) in QuantizedRows(draw, 32).Take(24))
        {
            yield return Linear(name, x, Weights.W4(draw, 32, 16));
        }
    }

    private static Case Linear(string name, F32[] x, Weight w, int[]? shape = null)
    {
        (int depth, int columns) = (w.Values.Shape[0], w.Values.Shape[1]);
        int[] from = shape ?? [x.Length / depth, depth];
        int rows = x.Length / depth;
        (long[] Q, F32 D)[] quantized = [.. RowInputs.Rows(x, [rows, depth]).Select(static r => Products.Quantize(r))];
        long[] sums = Products.Sums([.. quantized.SelectMany(static r => r.Q)], w.Effective(), rows, depth, columns);
        return new Case(name)
        {
            Reads = [Tensor.Of(from, x)],
            Weights = [w],
            Writes = [Tensor.Of([.. from[..^1], columns], sums.Select((a, at) => Products.Dequantize(a, quantized[at / columns].D, w.Scale[at % columns]).Canonical))],
            Product = (Tensor.Of([rows], quantized.Select(static r => r.D)), Tensor.Of(DType.I32, [rows, columns], sums)),
        };
    }

    private static IEnumerable<Case> Quantize()
    {
        var draw = new Draw(Seeds.Of("quantize"));
        foreach (int width in Sizes)
        {
            yield return Quantize($"{width} values", Tensor.Of([1, width], draw.Spread(width, -6, 6)));
        }

        foreach (int[] shape in RowInputs.Shapes)
        {
            yield return Quantize($"shape {Text(shape)}", Tensor.Of(shape, draw.Spread(Tensor.Elements(shape), -6, 6)));
        }

        foreach ((string name, Tensor x) in RowInputs.Empty(DType.F32))
        {
            yield return Quantize(name, x);
        }

        foreach ((string name, F32[] x) in QuantizedRows(draw, 4).Concat(QuantizedRows(draw, 1)).Concat(QuantizedRows(draw, 9)).DistinctBy(static r => r.Name))
        {
            yield return Quantize(name, Tensor.Of([1, x.Length], x));
        }
    }

    private static Case Quantize(string name, Tensor x)
    {
        (long[] Q, F32 D)[] rows = [.. RowInputs.Rows(x.Floats, x.Shape).Select(static r => Products.Quantize(r))];
        return new Case(name)
        {
            Reads = [x],
            Writes = [Tensor.Of(DType.I8, x.Shape, rows.SelectMany(static r => r.Q)), Tensor.Of([.. x.Shape[..^1], 1], rows.Select(static r => r.D.Canonical))],
        };
    }

    private static IEnumerable<Case> Multiply()
    {
        var draw = new Draw(Seeds.Of("matmul.i8"));
        foreach (int depth in (int[])[4, 8, 12, 16, 20, 32, 64, 252, 256, 260])
        {
            yield return Multiply($"w8, K = {depth}", draw.Any(DType.I8, 1, depth), Weights.W8(draw, depth, 16));
            if (depth is 32 or 64)
            {
                yield return Multiply($"w4, K = {depth}", draw.Any(DType.I8, 1, depth), Weights.W4(draw, depth, 16));
            }
        }

        yield return Multiply("w8, -128 throughout", Tensor.Of(DType.I8, [1, 64], Enumerable.Repeat(-128L, 64)), new Weight(Tensor.Of(DType.W8, [64, 16], Enumerable.Repeat(-127L, 1024)), Repeat("1", 16), []));
        yield return Multiply("w4, -128 throughout", Tensor.Of(DType.I8, [1, 64], Enumerable.Repeat(-128L, 64)), Weights.W4(draw, 64, 16, static _ => -8, static _ => 63));
        foreach (int[] lead in (int[][])[[3], [17], [], [2, 2], [1, 2, 1, 2], [2, 1, 1, 1, 1, 2, 1], [0], [2, 0]])
        {
            yield return Multiply($"w8, q {Text([.. lead, 4])}", draw.Any(DType.I8, [.. lead, 4]), Weights.W8(draw, 4, 32));
        }

        for (int i = 0; i < 24; i++)
        {
            int depth = i % 4 == 0 ? 32 : 4 * (1 + draw.Below(4));
            yield return Multiply($"drawn {i}", draw.Any(DType.I8, 1 + draw.Below(3), depth), i % 4 == 0 ? Weights.W4(draw, depth, 16) : Weights.W8(draw, depth, 16));
        }
    }

    private static Case Multiply(string name, Tensor q, Weight w)
    {
        int depth = q.Shape[^1], columns = w.Values.Shape[1];
        return new Case(name)
        {
            Reads = [q],
            Weights = [w],
            Writes = [Tensor.Of(DType.I32, [.. q.Shape[..^1], columns], Products.Sums(q.Longs, w.Effective(), q.Count / depth, depth, columns))],
        };
    }

    private static IEnumerable<Case> Dequantize()
    {
        var draw = new Draw(Seeds.Of("dequantize"));
        long[] edges = Edges(DType.I32);
        yield return Dequantize("sums at the edges", Tensor.Of(DType.I32, [1, 16], [.. edges, 16_777_217, -16_777_219]), Decimals("0.5"), Weights.W8(draw, 4, 16));
        foreach (string d in (string[])["0", "-0", "inf", "-inf", "nan", "tiny", "max", "1", "-2", "1e-40"])
        {
            yield return Dequantize($"d = {d}", draw.Any(DType.I32, 1, 16), Decimals(d), Weights.W8(draw, 4, 16, [.. Decimals("0 -0 inf -inf tiny max 1 -1"), .. NaNs, .. Decimals("1e-40 3")]));
        }

        foreach (int[] lead in (int[][])[[1], [3], [17], [], [2, 2], [1, 2, 1, 2], [2, 1, 1, 1, 1, 2, 1], [0], [2, 0]])
        {
            int rows = Tensor.Elements(lead);
            yield return Dequantize($"w8, acc {Text([.. lead, 32])}", draw.Any(DType.I32, [.. lead, 32]), draw.Spread(rows, -8, 2), Weights.W8(draw, 4, 32));
            yield return Dequantize($"w4, acc {Text([.. lead, 16])}", draw.Any(DType.I32, [.. lead, 16]), draw.Spread(rows, -8, 2), Weights.W4(draw, 32, 16));
        }

        for (int i = 0; i < 16; i++)
        {
            yield return Dequantize($"drawn {i}", draw.Any(DType.I32, 2, 16), draw.Mixed(2, -60, 60), Weights.W8(draw, 4, 16, draw.Mixed(16, -60, 60)));
        }
    }

    private static Case Dequantize(string name, Tensor acc, F32[] d, Weight w)
    {
        int columns = acc.Shape[^1];
        return new Case(name)
        {
            Reads = [acc, Tensor.Of([.. acc.Shape[..^1], 1], d)],
            Weights = [w],
            Writes = [Tensor.Of(acc.Shape, acc.Longs.Select((a, at) => Products.Dequantize(a, d[at / columns], w.Scale[at % columns]).Canonical))],
        };
    }

    /// <summary>One or more rows of so many values, at the edges of the rule by which they become whole numbers.</summary>
    private static IEnumerable<(string Name, F32[] X)> QuantizedRows(Draw draw, int width)
    {
        F32[] Padded(string numbers) => [.. Decimals(numbers).Concat(Repeat("0", width)).Take(width)];
        yield return ("a row of zeros", Repeat("0", width));
        yield return ("a row of -0", Repeat("-0", width));
        yield return ("infinity", Padded("inf 1 -inf 0"));
        yield return ("-infinity", Padded("-inf 2"));
        yield return ("the scale underflows to zero", Padded("tiny -tiny 0 tiny"));
        yield return ("subnormals", [.. Subnormals[4..].Concat(Repeat("tiny", width)).Take(width)]);
        yield return ("greatest values", Padded("max -max 1e38 -1"));
        yield return ("scales are subnormal", Padded("1e-37 -5e-38 1e-38 3e-39"));
        foreach (F32 nan in NaNs)
        {
            yield return ($"NaN payload {nan.Bits:x8}", [.. Padded("1 2 3")[..^1], nan]);
        }

        for (int i = 0; i < 20; i++)
        {
            yield return ($"halves near, drawn {i}", [F32.Of(127), .. Enumerable.Range(1, width - 1).Select(_ => F32.Of(draw.Below(254) - 127) + F32.Parse("0.5"))]);
            yield return ($"drawn {i}", draw.Spread(width, -4, 4));
        }
    }
}
