using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Rows of constant tables: embeddings and rotations.</summary>
internal static class TableCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All => [("embed", Embed), ("rope", Rope)];

    private static IEnumerable<Case> Embed()
    {
        var draw = new Draw(Seeds.Of("embed"));
        Weight table = Weight.Of(Tensor.Of([3, 32], With(draw.Wide(3 * 32), (0, "nan"), (1, "nan"), (2, "-0"), (3, "inf"), (4, "tiny"))));
        yield return Embed("f32, first and last token and one twice", [5], [0, 31, 16, 16, 15], table);
        yield return Embed("f32, a NaN of the table becomes the one NaN", [4], [1, 2, 3, 4], table);
        yield return Embed("no ids", [0], [], table);
        F32[] scale = With(draw.Spread(32, -8, 2), (1, "0"), (2, "nan"), (3, "inf"), (4, "tiny"), (5, "-0.5"), (6, "max"));
        yield return Embed("w8, all kinds of scales", [8], [0, 1, 2, 3, 4, 5, 6, 31], Weights.W8(draw, 20, 32, scale));
        yield return Embed("bf16, all kinds", [16], [.. Enumerable.Range(0, 16).Select(static i => (long)i)],
            Weights.Floats(draw, DType.BF16, 2, 16, 0x0000, 0x8000, 0x0001, 0x807f, 0x0080, 0x7f7f, 0x7f80, 0xff80, 0x7fc0, 0xff81, 0x3f80));
        yield return Embed("f16, all kinds", [16], [.. Enumerable.Range(0, 16).Select(static i => (long)i)],
            Weights.Floats(draw, DType.F16, 2, 16, 0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0xfd01, 0x3c00));
        for (int i = 0; i < 60; i++)
        {
            Weight w = Form(draw, i % 5, out string form);
            long[] ids = [.. Enumerable.Range(0, 1 + draw.Below(3)).Select(_ => (long)draw.Below(w.Values.Shape[1]))];
            yield return Embed($"{form}, drawn {i}", [ids.Length], ids, w);
        }

        foreach (int[] shape in (int[][])[[], [2, 3], [1, 2, 1, 2], [2, 0], [1, 2, 1, 2, 1, 2, 1]])
        {
            yield return Embed($"ids {Text(shape)}", shape, [.. Enumerable.Range(0, Tensor.Elements(shape)).Select(_ => (long)draw.Below(32))], table);
        }

        foreach (int count in (int[])[15, 16, 17, 255, 256, 257])
        {
            yield return Embed($"{count} ids", [count], [.. Enumerable.Range(0, count).Select(_ => (long)draw.Below(16))], Weights.Floats(draw, DType.F32, 1, 16));
            yield return Embed($"width {count}", [1], [15], Weights.Floats(draw, count > 100 ? DType.BF16 : DType.F32, count, 16));
        }

        for (int i = 0; i < 5; i++)
        {
            foreach ((string name, long id) in new[] { ("V", -2L), ("a negative id", -1), ("the greatest id", int.MaxValue), ("the least id", int.MinValue) })
            {
                Weight w = Form(draw, i, out string form);
                yield return new Case($"{form}, {name} traps")
                {
                    Reads = [Tensor.Of(DType.I32, [2], 0, id == -2 ? w.Values.Shape[1] : id)],
                    Weights = [w],
                    Into = [(DType.F32, [2, w.Values.Shape[0]])],
                    Trap = "IdOutOfRange",
                };
            }
        }
    }

    private static Weight Form(Draw draw, int form, out string name)
    {
        name = ((string[])["f32", "f16", "bf16", "w8", "w4"])[form];
        return form switch
        {
            0 => Weights.Floats(draw, DType.F32, 3, 16),
            1 => Weights.Floats(draw, DType.F16, 2, 32),
            2 => Weights.Floats(draw, DType.BF16, 5, 16),
            3 => Weights.W8(draw, 4, 16),
            _ => Weights.W4(draw, 32, 16),
        };
    }

    private static Case Embed(string name, int[] shape, long[] ids, Weight w)
    {
        (int width, int vocabulary) = (w.Values.Shape[0], w.Values.Shape[1]);
        F32[] values = w.Scale.Length == 0 ? Weights.Values(w) : [.. w.Effective().Select((q, at) => F32.Of(q) * w.Scale[at % vocabulary])];
        return new Case(name)
        {
            Reads = [Tensor.Of(DType.I32, shape, ids)],
            Weights = [w],
            Writes = [Tensor.Of([.. shape, width], ids.SelectMany(id => Enumerable.Range(0, width).Select(d => values[(d * vocabulary) + id].Canonical)))],
        };
    }

    private static IEnumerable<Case> Rope()
    {
        var draw = new Draw(Seeds.Of("rope"));
        foreach (int half in (int[])[1, 2, 7, 8, 9, 15, 16, 17])
        {
            yield return Rope($"heads of {2 * half}, two of them", 3, draw.Spread(12 * half, -4, 4), draw.Spread(6 * half, -3, 0), draw.Spread(6 * half, -3, 0), 2, half);
        }

        foreach (int rows in (int[])[255, 256, 257])
        {
            yield return Rope($"{rows} rows", rows, draw.Spread(2 * rows, -4, 4), draw.Spread(rows, -3, 0), draw.Spread(rows, -3, 0), 0, 1);
        }

        yield return Rope("one head of 256", 1, draw.Wide(256), draw.Spread(128, -3, 0), draw.Spread(128, -3, 0), 0, 128);
        yield return Rope("the table's last row", 2, draw.Spread(24, -4, 4), draw.Spread(16, -3, 0), draw.Spread(16, -3, 0), 6, 2);
        yield return Rope("special values", 1, [.. Extremes, .. Decimals("0 -0 tiny 1 nan -1 3e38 -3e38")], [.. Decimals("1 0 -0 inf nan tiny -1 2")], [.. Decimals("0 1 -0 0 1 -tiny 1 nan")], 0, 8);
        yield return Rope("zeros keep their signs", 1, Decimals("0 -0 -0 0"), Decimals("1 -1"), Decimals("1 1"), 0, 2);
        yield return Rope("each product rounds: there is no fma", 1, Bits(0x3f800001, 0x3f800001), Bits(0x3f800001), Bits(0x3f800001), 0, 1);
        for (int i = 0; i < 60; i++)
        {
            int half = 1 + draw.Below(3), rows = 1 + draw.Below(3), heads = 1 + draw.Below(3), start = draw.Below(4);
            yield return Rope(
                $"drawn {i}", rows, draw.Mixed(rows * heads * 2 * half, -4, 4), draw.Spread((start + rows) * half, -3, 0), draw.Spread((start + rows) * half, -3, 0), start, half);
        }

        foreach ((string name, int rows, long start) in new[] { ("one row beyond the table", 2, 7L), ("from its end on", 1, 8), ("far beyond the table", 1, 1_000_000), ("more rows than it has", 9, 0) })
        {
            yield return new Case(name)
            {
                Reads = [Tensor.Of([rows, 4], Zeros(rows * 4))],
                Weights = [Weight.Of(Tensor.Of([8, 2], Repeat("1", 16))), Weight.Of(Tensor.Of([8, 2], Zeros(16)))],
                Symbol = start,
                Into = [(DType.F32, [rows, 4])],
                Trap = "TableExceeded",
            };
        }
    }

    private static Case Rope(string name, int rows, F32[] x, F32[] cos, F32[] sin, int start, int half)
    {
        int width = x.Length / rows, positions = cos.Length / half;
        IEnumerable<F32> y = Enumerable.Range(0, x.Length / (2 * half)).SelectMany(head =>
        {
            int from = (start + (head * 2 * half / width)) * half;
            return Heads.Rotate(x.AsSpan(head * 2 * half, 2 * half), cos.AsSpan(from, half), sin.AsSpan(from, half));
        });
        return new Case(name)
        {
            Reads = [Tensor.Of([rows, width], x)],
            Weights = [Weight.Of(Tensor.Of([positions, half], cos)), Weight.Of(Tensor.Of([positions, half], sin))],
            Symbol = start,
            Writes = [Tensor.Of([rows, width], y.Select(static v => v.Canonical))],
        };
    }
}
