using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Kernels.Reference;
using static PomIsa.Machine.Tests.Vectors.Values;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Products with weights, and rows of a table that is stored as such a weight.</summary>
internal static class MatrixVectors
{
    public static IEnumerable<VectorCase> MatMul()
    {
        foreach (int depth in Sizes)
        {
            yield return MatMul($"K = {depth}", 1, Spread(depth, -6, 6, (ulong)depth), Spread(depth * 16, -6, 6, 9), 16);
        }

        yield return MatMul("K = 513: three blocks, added in order", 1, Spread(513, -10, 10, 513), Spread(513 * 16, -10, 10, 10), 16);
        yield return MatMul("three rows, two panels", 3, Spread(15, -4, 4, 1), Spread(5 * 32, -4, 4, 2), 32);
        yield return MatMul("13 rows, three panels", 13, Spread(39, -4, 4, 3), Spread(3 * 48, -4, 4, 4), 48);
        yield return MatMul("17 rows", 17, Wide(34, 5), Wide(2 * 16, 6), 16);
        yield return MatMul("fma rounds once", 1, Bits(0x3f800001, 0xbf800000), [.. Repeat(BitConverter.UInt32BitsToSingle(0x3f800001), 16), .. Repeat(1f, 16)], 16);
        yield return MatMul("-0 times 1 is added to +0", 1, [-0f, -0f], Repeat(1f, 32), 16);
        yield return MatMul("infinity times zero, NaN payloads", 4, [Infinity, 1f, NaNs[5], 2f, 1f, -Infinity, 0f, 1f], With(Spread(32, -2, 2, 7), (0, 0f), (1, Infinity), (18, NaNs[3]), (3, -Infinity)), 16);
        yield return MatMul("a partial sum overflows", 1, [1e38f, 1e38f, -1e38f], [.. Repeat(3f, 32), .. Repeat(4f, 16)], 16);
        yield return MatMul("subnormal products", 1, Subnormals, Spread(8 * 16, -3, 0, 8), 16);
        float[] far = With(new float[257], (0, 1e8f), (255, 1f), (256, -1e8f));
        yield return MatMul("a block's end shows: 1 is lost before -1e8 comes", 1, far, Repeat(1f, 257 * 16), 16);
        const string good = ".weight w f32[4, 16] panels\n.step f(x: f32[2, 4]) -> (y: f32[2, 16])\n    matmul y, x, w\n    ret\n.end\n";
        yield return Sources.Refused("the weight lies in rows", FaultCode.BadLayout, good, Sources.Weighed(static w => w with { Layout = WeightLayout.Rows }));
        yield return Sources.Refused("inner dimensions differ", FaultCode.ShapeMismatch, good, Sources.Weighed(static w => w with { Shape = [5, 16] }));
        yield return Sources.Refused("panels of 16 do not divide N", FaultCode.BadLayout, good, Sources.Weighed(static w => w with { Shape = [4, 20] }));
    }

    public static IEnumerable<VectorCase> Linear()
    {
        foreach (int depth in (int[])[4, 12, 16, 20, 252, 256, 260])
        {
            yield return Linear($"K = {depth}", 1, Spread(depth, -6, 2, (ulong)depth), W8(depth * 16, 11), Spread(16, -10, -4, 12));
        }

        yield return Linear("three rows, two panels", 3, Spread(24, -3, 3, 13), W8(8 * 32, 14), Spread(32, -9, -3, 15));
        yield return Linear("17 rows", 17, Spread(68, -3, 3, 16), W8(4 * 16, 17), Spread(16, -9, -3, 18));
        yield return Linear("halves go to even", 1, [127f, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 63.5f], W8(8 * 16, 19), Repeat(1f, 16));
        yield return Linear("greatest sum", 1, [.. Repeat(5f, 128), .. Repeat(-5f, 128)], [.. Enumerable.Repeat(127L, 128 * 16), .. Enumerable.Repeat(-127L, 128 * 16)], Repeat(0.5f, 16));
        yield return Linear("rows of zeros", 2, [0f, -0f, 0f, -0f, 1f, 2f, 3f, -4f], W8(4 * 16, 20), Spread(16, -4, 0, 21));
        yield return Linear("NaN payload, then infinity, in their own rows", 3, [1f, NaNs[2], 2f, 3f, Infinity, 1f, -Infinity, 0f, 1f, 2f, 3f, 4f], W8(4 * 16, 22), Repeat(0.25f, 16));
        yield return Linear("subnormals: the scale underflows to zero", 2, [Tiny, -Tiny, 0f, Tiny, .. Subnormals[4..]], W8(4 * 16, 23), Spread(16, -4, 0, 24));
        yield return Linear("scales that are zero, infinite and NaN", 1, [1f, -2f, 3f, -4f], W8(4 * 16, 25), [0f, -0f, Infinity, -Infinity, .. NaNs, .. Repeat(float.MaxValue, 6)]);
        yield return Linear("the result overflows", 1, Repeat(1e30f, 4), [.. Enumerable.Repeat(127L, 64)], Repeat(1e10f, 16));
        const string good = ".weight w w8[4, 16]\n.step f(x: f32[2, 4]) -> (y: f32[2, 16])\n    linear.w8 y, x, w\n    ret\n.end\n";
        yield return Sources.Refused("K is no multiple of 4", FaultCode.BadLayout, good, Sources.Weighed(static w => w with { Shape = [6, 16] }));
        yield return Sources.Refused("K could overflow 32 bits", FaultCode.BadLayout, good, Sources.Weighed(static w => w with { Shape = [133_148, 16] }));
        yield return Sources.Refused("a weight in full precision", FaultCode.TypeMismatch, good, Sources.Weighed(static w => w with { Element = DType.F32 }));
    }

    public static IEnumerable<VectorCase> Embed()
    {
        float[] table = With(Wide(17 * 32, 30), (0, NaNs[5]), (1, NaNs[2]), (2, -0f), (3, Infinity), (4, Tiny));
        yield return Embed("f32, first and last token and one twice", [0, 31, 16, 16, 15], table, 32);
        yield return Embed("f32, a NaN of the table becomes the one NaN", [1, 2, 3, 4], table, 32);
        yield return Embed("f32, width 1", [7], Spread(16, -3, 3, 31), 16);
        float[] scale = With(Spread(32, -8, 2, 32), (1, 0f), (2, NaNs[4]), (3, Infinity), (4, Tiny), (5, -0.5f), (6, float.MaxValue));
        yield return Embed("w8, all kinds of scales", [0, 1, 2, 3, 4, 5, 6, 31], W8(20 * 32, 33), scale);
        yield return Embed("w8, width 4", [15], W8(4 * 16, 34), Spread(16, -3, 3, 35));
        foreach ((string name, int id) in new[] { ("V", 32), ("a negative id", -1), ("the greatest id", int.MaxValue), ("the least id", int.MinValue) })
        {
            yield return EmbedTrap($"f32, {name} traps", id, new Weight(Tensor.F32([17, 32], table), []), 17);
        }

        yield return EmbedTrap("w8, V traps", 16, new Weight(Tensor.Whole(DType.W8, [4, 16], W8(64, 36)), Repeat(1f, 16)), 4);
        yield return Sources.Refused(
            "ids of another type",
            FaultCode.TypeMismatch,
            ".weight w f32[4, 16] panels\n.step f(x: i32[2]) -> (y: f32[2, 4])\n    embed y, x, w\n    ret\n.end\n",
            Sources.Retyped(0, DType.I64, [2], 0));
    }

    private static OperandCase MatMul(string name, int rows, float[] x, float[] w, int columns)
    {
        int depth = x.Length / rows;
        var y = new float[rows * columns];
        Dot.MatMul(x, w, y, rows, depth, columns);
        return new OperandCase(name)
        {
            Reads = [Tensor.F32([rows, depth], x)],
            Weights = [new Weight(Tensor.F32([depth, columns], w), [])],
            Writes = [Tensor.F32([rows, columns], y)],
        };
    }

    private static OperandCase Linear(string name, int rows, float[] x, long[] w, float[] s)
    {
        int depth = x.Length / rows, columns = s.Length;
        Tensor weight = Tensor.Whole(DType.W8, [depth, columns], w);
        var q = new sbyte[x.Length];
        var d = new float[rows];
        for (int t = 0; t < rows; t++)
        {
            d[t] = Quantized.Row(x.AsSpan(t * depth, depth), q.AsSpan(t * depth, depth));
        }

        var sums = new int[rows * columns];
        Quantized.MatMul(q, weight.Bytes8(), rows, depth, columns, sums);
        return new OperandCase(name)
        {
            Reads = [Tensor.F32([rows, depth], x)],
            Weights = [new Weight(weight, s)],
            Writes = [Tensor.F32([rows, columns], [.. sums.Select((a, i) => Quantized.Dequantize(a, d[i / columns], s[i % columns]))])],
            Product = (d, sums),
        };
    }

    private static OperandCase Embed(string name, long[] ids, float[] table, int vocabulary)
    {
        int width = table.Length / vocabulary;
        return Embed(name, ids, new Weight(Tensor.F32([width, vocabulary], table), []), (d, id) => table[(d * vocabulary) + id]);
    }

    private static OperandCase Embed(string name, long[] ids, long[] table, float[] scale)
    {
        int vocabulary = scale.Length;
        Tensor weight = Tensor.Whole(DType.W8, [table.Length / vocabulary, vocabulary], table);
        return Embed(name, ids, new Weight(weight, scale), (d, id) => table[(d * vocabulary) + id] * scale[id]);
    }

    private static OperandCase Embed(string name, long[] ids, Weight weight, Func<int, long, float> element)
    {
        int width = weight.Values.Shape[0];
        return new OperandCase(name)
        {
            Reads = [Tensor.Whole(DType.I32, [ids.Length], ids)],
            Weights = [weight],
            Writes = [Tensor.F32([ids.Length, width], [.. ids.SelectMany(id => Enumerable.Range(0, width).Select(d => Lanes.Canonical(element(d, id))))])],
        };
    }

    private static OperandCase EmbedTrap(string name, int id, Weight weight, int width) => new(name)
    {
        Reads = [Tensor.Whole(DType.I32, [2], 0, id)],
        Weights = [weight],
        Into = [(DType.F32, [2, width])],
        Trap = FaultCode.IdOutOfRange,
    };
}
