using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Products of f32 with weights in panels, and of two registers.</summary>
internal static class MatrixCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
        [("matmul", MatMul), ("matmul.batch", static () => Batch("matmul.batch", false)), ("matmul.batch.t", static () => Batch("matmul.batch.t", true))];

    private static IEnumerable<Case> MatMul()
    {
        var draw = new Draw(Seeds.Of("matmul"));
        foreach (int depth in (int[])[1, 2, 15, 16, 17, 255, 256, 257])
        {
            yield return Of($"K = {depth}", draw.Spread(depth, -6, 6), Wide(draw, depth, 16, -6, 6));
        }

        yield return Of("three rows, two panels", draw.Spread(15, -4, 4), Wide(draw, 5, 32, -4, 4));
        yield return Of("13 rows, three panels", draw.Spread(39, -4, 4), Wide(draw, 3, 48, -4, 4));
        yield return Of("17 rows", draw.Wide(34), Wide(draw, 2, 16, -126, 127));
        yield return Of("fma rounds once", Bits(0x3f800001, 0xbf800000), Given(2, 16, [.. Enumerable.Repeat(new F32(0x3f800001), 16), .. Repeat("1", 16)]));
        yield return Of("-0 times 1 is added to +0", Decimals("-0 -0"), Given(2, 16, Repeat("1", 32)));
        yield return Of("infinity times zero, NaN payloads", Decimals("inf 1 nan 2 1 -inf 0 1"), Given(2, 16, With(draw.Spread(32, -2, 2), (0, "0"), (1, "inf"), (18, "nan"), (3, "-inf"))));
        yield return Of("a partial sum overflows", Decimals("1e38 1e38 -1e38"), Given(3, 16, [.. Repeat("3", 32), .. Repeat("4", 16)]));
        yield return Of("subnormal products", Subnormals, Wide(draw, 8, 16, -3, 0));
        yield return Of("f16 weights, two blocks", draw.Spread(257, -6, 6), Weights.Floats(draw, DType.F16, 257, 16));
        yield return Of("a block's end shows: 1 is lost before -1e8 comes", With(Zeros(257), (0, "1e8"), (255, "1"), (256, "-1e8")), Given(257, 16, Repeat("1", 257 * 16)));
        yield return Of("no rows", [], Wide(draw, 3, 16, -3, 3), [0, 3]);
        yield return Of("rank 1", draw.Spread(3, -3, 3), Wide(draw, 3, 16, -3, 3), [3]);
        foreach (int[] lead in (int[][])[[2, 2], [1, 2, 1], [2, 1, 1, 2], [1, 2, 1, 1, 1, 2, 1], [2, 0]])
        {
            int count = Tensor.Elements(lead);
            yield return Of($"x {Text([.. lead, 5])}", draw.Spread(count * 5, -3, 3), Wide(draw, 5, 16, -3, 3), [.. lead, 5]);
        }

        foreach (DType element in (DType[])[DType.F16, DType.BF16])
        {
            uint[] special = element == DType.F16
                ? [0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0xfd01, 0x3c00, 0x3555]
                : [0x0000, 0x8000, 0x0001, 0x807f, 0x0080, 0x7f7f, 0x7f80, 0xff80, 0x7fc0, 0xff81, 0x3f80, 0x3eab];
            yield return Of($"{element.Name()} weights, all kinds", draw.Spread(34, -6, 6), Weights.Floats(draw, element, 17, 16, special));
        }

        for (int i = 0; i < 30; i++)
        {
            DType element = (i % 3) switch { 0 => DType.F32, 1 => DType.F16, _ => DType.BF16 };
            int depth = 1 + draw.Below(9), rows = 1 + draw.Below(3);
            yield return Of($"{element.Name()}, drawn {i}", draw.Mixed(rows * depth, -4, 4), Weights.Floats(draw, element, depth, 16));
        }
    }

    private static Case Of(string name, F32[] x, Weight w, int[]? shape = null)
    {
        (int depth, int columns) = (w.Values.Shape[0], w.Values.Shape[1]);
        int[] from = shape ?? [x.Length / depth, depth];
        return new Case(name)
        {
            Reads = [Tensor.Of(from, x)],
            Weights = [w],
            Writes = [Tensor.Of([.. from[..^1], columns], Products.MatMul(x, Weights.Values(w), x.Length / depth, depth, columns))],
        };
    }

    private static IEnumerable<Case> Batch(string mnemonic, bool transposed)
    {
        var draw = new Draw(Seeds.Of(mnemonic));
        yield return Batch("one of one", draw, [1], 1, 1, 1, transposed);
        yield return Batch("three of 2 x 5 by 5 x 3", draw, [3], 2, 5, 3, transposed);
        yield return Batch("two of 7 x 16 by 16 x 17", draw, [2], 7, 16, 17, transposed);
        foreach (int depth in (int[])[2, 15, 16, 17, 255, 256, 257, 513])
        {
            yield return Batch($"{depth} deep", draw, [1], 1, depth, depth < 100 ? 2 : 1, transposed);
        }

        foreach (int columns in (int[])[1, 15, 16, 17])
        {
            yield return Batch($"{columns} columns", draw, [2], 1, 3, columns, transposed);
        }

        foreach (int[] lead in (int[][])[[], [2, 2], [1, 2, 1], [2, 1, 2, 1], [1, 2, 1, 2, 1, 1]])
        {
            yield return Batch($"batches {Text(lead)}", draw, lead, 2, 3, 4, transposed);
        }

        yield return Batch("no depth: all +0", draw, [2], 2, 0, 3, transposed);
        yield return Batch("no rows", draw, [2], 0, 3, 2, transposed);
        yield return Batch("no columns", draw, [2], 2, 3, 0, transposed);
        yield return Batch("no batches", draw, [0], 2, 3, 2, transposed);
        for (int i = 0; i < 50; i++)
        {
            yield return Batch($"drawn {i}", draw, [1 + draw.Below(2)], 1 + draw.Below(3), 1 + draw.Below(6), 1 + draw.Below(3), transposed, special: true);
        }
    }

    private static Case Batch(string name, Draw draw, int[] lead, int rows, int depth, int columns, bool transposed, bool special = false)
    {
        int batch = Tensor.Elements(lead), left = rows * depth, right = depth * columns;
        F32[] a = special ? draw.Mixed(batch * left, -6, 6) : draw.Spread(batch * left, -6, 6), b = special ? draw.Mixed(batch * right, -6, 6) : draw.Spread(batch * right, -6, 6);
        F32[] y = [.. Enumerable.Range(0, batch * rows * columns).Select(at =>
        {
            int i = rows * columns == 0 ? 0 : at / (rows * columns), t = at / columns % rows, n = at % columns;
            return Products.Dot(depth, k => a[(i * left) + (t * depth) + k], k => b[(i * right) + (transposed ? (n * depth) + k : (k * columns) + n)]);
        })];
        return new Case(name)
        {
            Reads = [Tensor.Of([.. lead, rows, depth], a), Tensor.Of(transposed ? [.. lead, columns, depth] : [.. lead, depth, columns], b)],
            Writes = [Tensor.Of([.. lead, rows, columns], y)],
        };
    }

    private static Weight Wide(Draw draw, int depth, int columns, int low, int high) => Given(depth, columns, draw.Spread(depth * columns, low, high));

    private static Weight Given(int depth, int columns, F32[] values) => Weight.Of(Tensor.Of([depth, columns], values));
}
