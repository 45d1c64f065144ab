using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Pairs of operands at the edges, for every opcode of two operands.</summary>
internal static class BinaryInputs
{
    private static readonly int[][][] Broadcasts =
    [
        [[3, 17], [17]], [[3, 17], [3, 1]], [[2, 3], []], [[2, 3], [1]], [[2, 3, 5], [2, 1, 5]], [[2, 3, 2, 3], [3, 1, 3]], [[4, 1], [1]], [[2, 16, 3], [16, 1]], [[5], [1]],
        [[2, 2, 2, 2, 2], [2, 1, 2, 1]], [[2, 1, 2, 1, 2, 1, 2, 1], [1, 2, 1, 1, 1]], [[1, 2, 1, 2, 1, 2, 1, 2], []], [[0, 3], [3]], [[3, 0], [3, 1]], [[2, 0], [0]], [[0, 2], [1, 2]],
    ];

    /// <summary>Half a place more than a value: ties, and what cancels or is swallowed.</summary>
    public static (F32 A, F32 B)[] Sums { get; } =
    [
        .. Enumerable.Range(0, 48).Select(static i =>
        {
            var draw = new Draw((ulong)i + 500);
            F32 a = draw.Spread(-100, 100), half = new F32(FloatFormat.Binary32.Round(UInt128.One, a.Exponent - 1));
            return (a, (i % 4) switch { 0 => half, 1 => -half, 2 => F32.Of(i % 8 < 4, half.Bits + 1), _ => F32.Of(i % 8 < 4, half.Bits - 1) });
        }),
        .. Zip("1 1 16777216 16777216 max max 3e38 -3e38 max 1e-45 -1e-45 1 1", "-1 1e-45 1 -1 1e31 1.0141204e31 3e38 -3e38 -max 1e-45 1e-45 5.9604645e-8 -2.9802322e-8"),
    ];

    /// <summary>Products of whole numbers with 25 bits, the last one set: ties; and what leaves the normal range.</summary>
    public static (F32 A, F32 B)[] Products { get; } =
    [
        .. Enumerable.Range(0, 40).Select(static i => (F32.Of(4097 + (2 * i)), F32.Of(i % 2 == 0 ? 4099 + (6 * i) : -4101 - (2 * i)))),
        .. Enumerable.Range(1, 24).Select(static i => (new F32((uint)i), F32.Parse(i % 2 == 0 ? "0.5" : "-0.25"))),
        .. Zip("2e19 -2e19 1e30 1.8446743e19 1.8446744e19 1e-30 1e-23 1.1754944e-38 1e-45 3 max max", "2e19 2e19 -1e30 1.8446744e19 1.8446744e19 1e-30 1e-23 0.5 0.5 0.33333334 1.0000001 0.99999994"),
    ];

    public static (F32 A, F32 B)[] Quotients { get; } =
    [
        .. Enumerable.Range(1, 24).Select(static i => (new F32((uint)i), F32.Of(i % 3 == 0 ? 2 : i % 3 == 1 ? 4 : -8))),
        .. Enumerable.Range(1, 24).Select(static i => (F32.Of(i), F32.Of(i + 7 - (i % 5)))),
        .. Zip("1 1 2 7 max max 1 1e-45 1e-38 1 1e38 -1", "3 10 3 0.1 0.5 1.0000001 max 3 3 1.1754944e-38 1e-38 49"),
    ];

    public static (F32 A, F32 B)[] Remainders { get; } =
    [
        .. Enumerable.Range(-24, 48).Select(static i => (F32.Parse((i * 0.75m).ToString(System.Globalization.CultureInfo.InvariantCulture)), F32.Parse("1.5"))),
        .. Zip("5 -5 5 -5 max max 1 1e-45 5.5 -6 6 0.3 1e10 max -max", "3 3 -3 -3 3 1e-45 1e-45 3 2 3 -3 0.1 0.1 0.7 1.1754944e-38"),
    ];

    public static (F32 A, F32 B)[] Powers { get; } =
    [
        .. Zip("2 3 1.5 4 9 -2 -2 0.5 2 27 257 2 257 4097 0.1 10 1.0000001 0.99999994", "10 5 2 0.5 0.5 3 -3 149 -149 3 3 -150 2 2 45 38.53184 7.4e8 1.7e9"),
        .. Zip("-1.5 -1.5 -1.5 -1.5 -1.5 -1.5 0.1 -0.1 7 16 81 625 0.0625 2 2 2 8 -1 -1 -1", "2 3 0.5 -1 8388608 8388607 -38.5 -45 -0.5 0.25 0.25 0.75 0.25 127.99999 128 -149.5 0.33333334 16777215 16777216 0.5"),
        .. Enumerable.Range(2, 30).Select(static i => (F32.Of((2 * i) + 1), F32.Of((i % 5) + 2))),
        .. Enumerable.Range(2, 30).Select(static i => (F32.Of(i * i), F32.Parse(i % 2 == 0 ? "1.5" : "2.5"))),
        .. Enumerable.Range(0, 30).Select(static i => new Draw((ulong)i + 900)).Select(static d => (d.Spread(-3, 3).Abs, d.Spread(-2, 5))),
        .. Enumerable.Range(0, 20).Select(static i => new Draw((ulong)i + 950)).Select(static d => (new F32(0x3f800000 + (uint)d.Below(64) - 32), d.Spread(10, 31))),
    ];

    public static (F32 A, F32 B)[] Gates { get; } =
        [.. Zip("3e38 -100 1 -1 -104 -108.66 5 -0.0 20 -20", "3 1e-20 1e-45 1e38 1e38 max inf inf -0.0 1e30")];

    public static IEnumerable<(string Name, Tensor A, Tensor B)> Floats(string mnemonic, (F32 A, F32 B)[] inputs, bool broadcasts)
    {
        F32[] special = [.. Extremes, .. NaNs[..2], .. Subnormals[..2], .. Subnormals[4..6]];
        foreach (F32 a in special)
        {
            yield return ($"{a.Bits:x8} with special values", Tensor.Of([special.Length], Enumerable.Repeat(a, special.Length)), Tensor.Of([special.Length], special));
        }

        yield return ("NaN payloads", Tensor.Of([6], NaNs), Tensor.Of([6], [.. Decimals("1 0 -1"), .. NaNs[..3]]));
        foreach (((F32 a, F32 b), int i) in inputs.Select(static (pair, i) => (pair, i)))
        {
            yield return ($"pair {i}: {a.Bits:x8}, {b.Bits:x8}", Tensor.Of([1], a), Tensor.Of([1], b));
        }

        var draw = new Draw(Seeds.Of(mnemonic));
        for (int i = 0; i < 20; i++)
        {
            yield return ($"drawn {i}, exponents wide", Tensor.Of([4], draw.Wide(4)), Tensor.Of([4], draw.Mixed(4, -126, 127)));
            yield return ($"drawn {i}, exponents near", Tensor.Of([4], draw.Spread(4, -12, 12)), Tensor.Of([4], draw.Spread(4, -12, 12)));
        }

        foreach (int size in Sizes)
        {
            yield return ($"{size} values", Tensor.Of(Shape(size), draw.Mixed(size, -24, 24)), Tensor.Of(Shape(size), draw.Spread(size, -12, 12)));
        }

        foreach (int[] shape in (int[][])[.. Ranks, .. Empty])
        {
            yield return ($"shape {Text(shape)}", Tensor.Of(shape, draw.Mixed(Tensor.Elements(shape), -6, 6)), Tensor.Of(shape, draw.Spread(Tensor.Elements(shape), -6, 6)));
        }

        foreach (int[][] pair in broadcasts ? Broadcasts : [])
        {
            yield return ($"{Text(pair[0])} with {Text(pair[1])}", draw.Mild(DType.F32, pair[0]), draw.Mild(DType.F32, pair[1]));
        }
    }

    /// <param name="divisor">No element of the second operand is zero.</param>
    public static IEnumerable<(string Name, Tensor A, Tensor B)> Wholes(string mnemonic, DType element, bool divisor)
    {
        string type = element.Name();
        long[] edges = Edges(element), seconds = divisor ? [.. edges.Where(static e => e != 0)] : edges;
        foreach (long a in edges)
        {
            yield return ($"{type} {a} with edges", Tensor.Of(element, [seconds.Length], Enumerable.Repeat(a, seconds.Length)), Tensor.Of(element, [seconds.Length], seconds));
        }

        var draw = new Draw(Seeds.Of(mnemonic + type));
        Tensor Second(int[] shape) => Tensor.Of(element, shape, draw.Any(element, shape).Longs.Select(v => divisor && v == 0 ? 7 : v));
        foreach (int[] shape in (int[][])[.. Enumerable.Repeat((int[])[3], 6), .. (element == DType.I32 ? (int[])[1, 15, 16, 17, 257] : [17]).Select(Shape), .. element == DType.I32 ? Ranks : [], .. Empty[..2]])
        {
            yield return ($"{type}{Text(shape)} {draw.Next() & 0xffff:x4}", draw.Any(element, shape), Second(shape));
        }

        foreach (int[][] pair in Broadcasts.Where((p, i) => Tensor.Elements(p[0]) < 100 && (element == DType.I32 ? i % 2 == 0 : i % 4 == 1)))
        {
            yield return ($"{type}{Text(pair[0])} with {Text(pair[1])}", draw.Any(element, pair[0]), Second(pair[1]));
        }
    }

    public static IEnumerable<(string Name, Tensor A, Tensor B)> Bools(string mnemonic)
    {
        yield return ("bool: all pairs", Tensor.Of(DType.Bool, [4], 0, 0, 1, 1), Tensor.Of(DType.Bool, [4], 0, 1, 0, 1));
        yield return ("bool: any byte but 0 is true", Tensor.Of(DType.Bool, [6], 2, 255, 0, 128, 1, 3), Tensor.Of(DType.Bool, [6], 1, 2, 4, 0, 255, 3));
        var draw = new Draw(Seeds.Of(mnemonic + "bool"));
        foreach (int[] shape in (int[][])[.. Sizes.Select(Shape), .. Ranks, .. Empty])
        {
            yield return ($"bool{Text(shape)}", draw.Any(DType.Bool, shape), draw.Any(DType.Bool, shape));
        }

        foreach (int[][] pair in Broadcasts.Where((p, i) => Tensor.Elements(p[0]) < 100 && i % 3 == 0))
        {
            yield return ($"bool{Text(pair[0])} with {Text(pair[1])}", draw.Any(DType.Bool, pair[0]), draw.Any(DType.Bool, pair[1]));
        }
    }

    private static IEnumerable<(F32 A, F32 B)> Zip(string a, string b) => Decimals(a).Zip(Decimals(b));
}
