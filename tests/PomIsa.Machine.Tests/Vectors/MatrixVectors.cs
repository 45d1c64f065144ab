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
        yield return HalfMatMul("f16 weights, all kinds", DType.F16, 2, 17, [0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0xfd01, 0x3c00, 0x3555]);
        yield return HalfMatMul("bf16 weights, all kinds", DType.BF16, 2, 17, [0x0000, 0x8000, 0x0001, 0x807f, 0x0080, 0x7f7f, 0x7f80, 0xff80, 0x7fc0, 0xff81, 0x3f80, 0x3eab]);
        yield return HalfMatMul("f16 weights, two blocks", DType.F16, 1, 257, []);
        yield return HalfMatMul("bf16 weights, two blocks", DType.BF16, 1, 257, []);
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

    public static IEnumerable<VectorCase> LinearW4()
    {
        foreach (int depth in (int[])[32, 64, 96, 256, 288])
        {
            yield return LinearW4($"K = {depth}", 1, Spread(depth, -6, 2, (ulong)depth), 16, 60);
        }

        yield return LinearW4("three rows, two panels", 3, Spread(96, -3, 3, 61), 32, 62);
        yield return LinearW4("17 rows", 17, Spread(17 * 32, -3, 3, 63), 16, 64);
        yield return LinearW4("greatest magnitude of a sum", 1, Repeat(5f, 64), 16, 0, static _ => -8, static _ => 63);
        yield return LinearW4("sub-scales differ from group to group", 1, Repeat(1f, 96), 16, 0, static _ => 7, static at => at < 16 ? 1 : at < 32 ? 63 : 2);
        yield return LinearW4("NaN and zeros in their own rows", 3, [.. Repeat(1f, 31), NaNs[1], .. Repeat(-0f, 32), .. Spread(32, -2, 2, 65)], 16, 66);
        const string good = ".weight w w4[32, 16]\n.step f(x: f32[2, 32]) -> (y: f32[2, 16])\n    linear.w4 y, x, w\n    ret\n.end\n";
        yield return Sources.Refused("K is no multiple of 32", FaultCode.BadLayout, good, Sources.Weighed(static w => w with { Shape = [48, 16] }));
        yield return Sources.Refused("K could overflow 32 bits", FaultCode.BadLayout, good, Sources.Weighed(static w => w with { Shape = [33_568, 16] }));
        yield return Sources.Refused("a weight in 8 bits", FaultCode.TypeMismatch, good, Sources.Weighed(static w => w with { Element = DType.W8 }));
    }

    public static IEnumerable<VectorCase> Batched() => [.. Batched(false), .. BatchedInvalid("matmul.batch", "f32[2, 4, 5]")];

    public static IEnumerable<VectorCase> BatchedTransposed() => [.. Batched(true), .. BatchedInvalid("matmul.batch.t", "f32[2, 5, 4]")];

    private static IEnumerable<VectorCase> Batched(bool transposed)
    {
        yield return Batched("one of one", 1, 1, 1, 1, transposed);
        yield return Batched("three of 2 x 5 by 5 x 3", 3, 2, 5, 3, transposed);
        yield return Batched("two of 7 x 16 by 16 x 17", 2, 7, 16, 17, transposed);
        yield return Batched("257 deep: two blocks", 1, 2, 257, 2, transposed);
    }

    private static OperandCase Batched(string name, int batch, int rows, int depth, int columns, bool transposed)
    {
        float[] a = Spread(batch * rows * depth, -6, 6, 80), b = Spread(batch * depth * columns, -6, 6, 81), y = new float[batch * rows * columns], plain = [.. b];
        int size = depth * columns;
        for (int at = 0; at < b.Length; at++)
        {
            int k = at % size / columns, n = at % columns;
            plain[at] = transposed ? b[(at / size * size) + (n * depth) + k] : b[at];
        }

        for (int i = 0; i < batch; i++)
        {
            Dot.MatMul(a.AsSpan(i * rows * depth, rows * depth), plain.AsSpan(i * size, size), y.AsSpan(i * rows * columns, rows * columns), rows, depth, columns);
        }

        return new OperandCase(name)
        {
            Reads = [Tensor.F32([batch, rows, depth], a), Tensor.F32(transposed ? [batch, columns, depth] : [batch, depth, columns], b)],
            Writes = [Tensor.F32([batch, rows, columns], y)],
        };
    }

    private static IEnumerable<VectorCase> BatchedInvalid(string mnemonic, string second)
    {
        string good = $".step f(a: f32[2, 3, 4], b: {second}) -> (y: f32[2, 3, 5])\n    {mnemonic} y, a, b\n    ret\n.end\n";
        yield return Sources.Refused("batches differ", FaultCode.ShapeMismatch, good, Sources.Retyped(0, DType.F32, [1, 3, 4], 0));
        yield return Sources.Refused("integers", FaultCode.TypeMismatch, good, Sources.Retyped(0, DType.I32, [2, 3, 4], 0));
    }

    private static OperandCase HalfMatMul(string name, DType element, int rows, int depth, long[] special)
    {
        const int columns = 16;
        float[] drawn = Spread(depth * columns, -8, 3, 70);
        long[] bits = [.. drawn.Select(w => element == DType.F16 ? BitConverter.HalfToUInt16Bits((Half)w) : BitConverter.SingleToUInt32Bits(w) >> 16)];
        special.CopyTo(bits, 0);
        float[] w = [.. bits.Select(b => element == DType.F16 ? (float)BitConverter.UInt16BitsToHalf((ushort)b) : BitConverter.UInt32BitsToSingle((uint)b << 16))];
        OperandCase full = MatMul(name, rows, Spread(rows * depth, -6, 6, 71), w, columns);
        return full with { Weights = [new Weight(Tensor.Whole(element, [depth, columns], bits), [])] };
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
        Weight four = FourBits(32, 32, 37, null, null);
        yield return Embed("w4, nibble times sub-scale, then the scale", [0, 31, 5], four, (d, id) => Effective(four, 32, d, (int)id) * four.Scale[id]);
        Weight half = new(Tensor.Whole(DType.BF16, [3, 16], [.. Enumerable.Range(0, 48).Select(static i => 0x3f00L + (i * 5))]), []);
        yield return Embed("bf16", [0, 15], half, (d, id) => BitConverter.UInt32BitsToSingle((uint)half.Values.Bits[(d * 16) + id] << 16));
        half = new(Tensor.Whole(DType.F16, [3, 16], [.. Enumerable.Range(0, 48).Select(static i => i * 321L)]), []);
        yield return Embed("f16, subnormals too", [0, 1, 15], half, (d, id) => (float)BitConverter.UInt16BitsToHalf((ushort)half.Values.Bits[(d * 16) + id]));
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

    private static OperandCase LinearW4(
        string name, int rows, float[] x, int columns, ulong seed, Func<int, long>? nibble = null, Func<int, int>? sub = null)
    {
        int depth = x.Length / rows;
        Weight weight = FourBits(depth, columns, seed, nibble, sub);
        var q = new sbyte[x.Length];
        var d = new float[rows];
        var sums = new int[rows * columns];
        for (int t = 0; t < rows; t++)
        {
            d[t] = Quantized.Row(x.AsSpan(t * depth, depth), q.AsSpan(t * depth, depth));
            for (int at = 0; at < depth * columns; at++)
            {
                int k = at / columns, n = at % columns;
                sums[(t * columns) + n] = checked(sums[(t * columns) + n] + (q[(t * depth) + k] * Effective(weight, columns, k, n)));
            }
        }

        return new OperandCase(name)
        {
            Reads = [Tensor.F32([rows, depth], x)],
            Weights = [weight],
            Writes = [Tensor.F32([rows, columns], [.. sums.Select((a, i) => Quantized.Dequantize(a, d[i / columns], weight.Scale[i % columns]))])],
            Product = (d, sums),
        };
    }

    /// <summary>A w4 weight [depth, columns]: nibbles in [-8, 7], sub-scales in [1, 63], drawn where no rule gives them.</summary>
    private static Weight FourBits(int depth, int columns, ulong seed, Func<int, long>? nibble, Func<int, int>? sub)
    {
        long[] drawn = W8(depth * columns, seed), subs = W8(depth / 32 * columns, seed + 1);
        Tensor values = Tensor.Whole(DType.W4, [depth, columns], [.. drawn.Select((w, at) => nibble?.Invoke(at) ?? ((w + 128) % 16) - 8)]);
        return new Weight(values, Spread(columns, -10, -4, seed + 2)) { Sub = [.. subs.Select((u, at) => sub?.Invoke(at) ?? (int)((u + 127) % 63) + 1)] };
    }

    /// <summary>Nibble times sub-scale.</summary>
    private static int Effective(Weight weight, int columns, int k, int n) =>
        (sbyte)weight.Values.Bits[(k * columns) + n] * weight.Sub[(k / 32 * columns) + n];

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
