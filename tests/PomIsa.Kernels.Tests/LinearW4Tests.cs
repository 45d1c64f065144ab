using System.Runtime.Intrinsics.X86;
using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 60, QuietOnSuccess = true)]
public sealed unsafe class LinearW4Tests
{
    private delegate void Way(in ByteProduct call);

    [Property]
    public void Packing_is_undone_by_unpacking_and_pads_with_zeros(Seed seed)
    {
        W4 w = W4.Random(new Values(seed.Value));
        sbyte[] nibbles = new sbyte[w.Nibbles.Length];
        byte[] subs = new byte[w.Subs.Length];
        Panels.UnpackW4(w.Stored, w.StoredSubs, w.Depth, w.Columns, nibbles, subs);
        Assert.Equal(w.Nibbles, nibbles);
        Assert.Equal(w.Subs, subs);
        for (int n = w.Columns; n < Panels.Count(w.Columns) * 16; n++)
        {
            for (int k = 0; k < w.Depth; k++)
            {
                Assert.Equal(0, Panels.NibbleAt(w.Stored, k, n, w.Depth));
                Assert.Equal(1, w.StoredSubs[Panels.IndexSub(k, n, w.Depth)]);
            }
        }
    }

    [Fact]
    public void A_byte_holds_two_elements_four_steps_apart()
    {
        // [K,N] = [32,17]: element (13, 16) is in panel 1, k8 = 1, column 0, j = 1, high half.
        sbyte[] w = new sbyte[32 * 17];
        w[(13 * 17) + 16] = -3;
        byte[] subs = new byte[17], stored = new byte[Panels.LengthW4(32, 17)], storedSubs = new byte[Panels.LengthSubs(32, 17)];
        subs[16] = 63;
        Panels.PackW4(w, subs, 32, 17, stored, storedSubs);
        Assert.Equal(0x58, stored[256 + 64 + 1]);
        Assert.Equal(63, storedSubs[16]);
        Assert.Equal(511, stored.Count(static b => b == 0x88));
    }

    [Property]
    public void Quantized_columns_equal_the_reference(Seed seed)
    {
        var values = new Values(seed.Value);
        int k = 32 * (1 + values.Below(4)), n = 1 + values.Below(5);
        float[] w = values.Mixed(k * n), s = new float[n];
        sbyte[] nibbles = new sbyte[k * n], expected = new sbyte[k];
        byte[] subs = new byte[k / 32 * n], expectedSubs = new byte[k / 32];
        Quantize.ColumnsW4(w, k, n, nibbles, subs, s);
        for (int c = 0; c < n; c++)
        {
            Bits.Equal(Ref.Quantized.ColumnW4([.. Enumerable.Range(0, k).Select(r => w[(r * n) + c])], expected, expectedSubs), s[c]);
            Assert.Equal(expected, Enumerable.Range(0, k).Select(r => nibbles[(r * n) + c]));
            Assert.Equal(expectedSubs, Enumerable.Range(0, k / 32).Select(g => subs[(g * n) + c]));
        }
    }

    [Property]
    public void Quantized_weights_are_near_what_they_stand_for(Seed seed)
    {
        // Not a tolerance of a result: the rule itself promises half a step, or half of the rounded sub-scale at the ends.
        var values = new Values(seed.Value);
        float[] w = values.Tame(32 * 3, 2), s = new float[1];
        sbyte[] nibbles = new sbyte[w.Length];
        byte[] subs = new byte[3];
        Quantize.ColumnsW4(w, w.Length, 1, nibbles, subs, s);
        for (int k = 0; k < w.Length; k++)
        {
            double step = (double)s[0] * subs[k / 32];
            Assert.InRange(Math.Abs(w[k] - (nibbles[k] * step)), 0, Math.Max(step / 2, 3.5 * s[0]) * 1.00001);
        }
    }

    [Property]
    public void All_three_stages_equal_the_reference(Seed seed)
    {
        var values = new Values(seed.Value);
        W4 w = W4.Random(values);
        int rows = 1 + values.Below(20), k = w.Depth, n = w.Columns, panels = Panels.Count(n), cut = values.Below(panels + 1);
        float[] x = values.Mixed(rows * k), s = values.Mixed(n), scales = new float[rows], y = new float[rows * n];
        sbyte[] q = new sbyte[rows * k], expectedQ = new sbyte[k];
        int[] offsets = new int[rows * (k / 32)], acc = new int[rows * n], sums = new int[rows * n], expected = new int[rows * n];
        LinearW4.Rows(x, w.Stored, w.StoredSubs, s, rows, k, n, q, offsets, scales, acc, y, cut, panels);
        LinearW4.Rows(x, w.Stored, w.StoredSubs, s, rows, k, n, q, offsets, scales, acc, y, 0, cut);
        for (int t = 0; t < rows; t++)
        {
            Bits.Equal(Ref.Quantized.Row(x.AsSpan(t * k, k), expectedQ), scales[t]);
            Assert.Equal(expectedQ, q[(t * k)..((t + 1) * k)]);
        }

        Ref.Quantized.MatMulW4(q, w.Nibbles, w.Subs, rows, k, n, expected);
        LinearW4.MatMulI4(q, offsets, w.Stored, w.StoredSubs, rows, k, n, sums, 0, panels);
        Assert.Equal(expected, acc);
        Assert.Equal(expected, sums);
        float[] dequantized = [.. expected.Select((sum, i) => Ref.Quantized.Dequantize(sum, scales[i / n], s[i % n]))];
        Bits.Equal(dequantized, y);
        Array.Clear(y);
        LinearW4.Multiply(q, offsets, scales, w.Stored, w.StoredSubs, s, rows, k, n, [], y, 0, panels);
        Bits.Equal(dequantized, y);
    }

    [Property]
    public void Every_way_gives_the_exact_sums(Seed seed)
    {
        Compare(new Values(seed.Value), static (in ByteProduct call) => NibbleDots.Multiply<NarrowDot>(call), 6, 20);
        Compare(new Values(seed.Value), static (in ByteProduct call) => NibbleScalars.Multiply(call), 6, 20);
        if (AvxVnni.IsSupported)
        {
            Compare(new Values(seed.Value), static (in ByteProduct call) => NibbleDots.Multiply<VnniDot>(call), 6, 20);
        }
    }

    [Property(MaxTest = 3)]
    public void Byte_arithmetic_gives_the_exact_sums(Seed seed) =>
        Compare(new Values(seed.Value), static (in ByteProduct call) => NibbleDots.Multiply<PlainDot>(call), 3, 9);

    [Property(MaxTest = 4)]
    public void More_rows_and_steps_than_one_spreading_give_the_exact_sums(Seed seed) =>
        Compare(new Values(seed.Value), static (in ByteProduct call) => NibbleDots.Multiply<NarrowDot>(call), 140, 210);

    [Theory]
    [InlineData(127, -8)]
    [InlineData(-127, -8)]
    [InlineData(127, 7)]
    public void The_greatest_depth_does_not_overflow(int left, int nibble)
    {
        int k = LinearW4.MaxDepth;
        foreach (int rows in new[] { 1, 8 })
        {
            sbyte[] q = new sbyte[rows * k];
            byte[] stored = new byte[Panels.LengthW4(k, 1)], subs = new byte[Panels.LengthSubs(k, 1)];
            Array.Fill(q, (sbyte)left);
            Array.Fill(stored, (byte)((nibble + 8) * 0x11));
            Array.Fill(subs, (byte)63);
            int[] offsets = new int[rows * (k / 32)], acc = new int[rows];
            LinearW4.GroupOffsets(q, k, offsets);
            LinearW4.MatMulI4(q, offsets, stored, subs, rows, k, 1, acc, 0, 1);
            Assert.All(acc, sum => Assert.Equal((long)k * left * nibble * 63, sum));
        }

        Assert.True((k + 32L) * 127 * 8 * 63 > int.MaxValue);
        Assert.Throws<ArgumentException>(
            () => LinearW4.MatMulI4(new sbyte[k + 32], new int[(k + 32) / 32], new byte[(k + 32) * 8], new byte[(k + 32) / 2], 1, k + 32, 1, new int[1], 0, 1));
    }

    [Theory]
    [InlineData(-8)]
    [InlineData(7)]
    public void The_greatest_depth_of_any_bytes_does_not_overflow(int nibble)
    {
        // -128 by -8 in a whole group is 32768: one more than 16 bits hold.
        int k = LinearW4.MaxDepthOfBytes / 32 * 32;
        foreach (int rows in new[] { 1, 8 })
        {
            sbyte[] q = new sbyte[rows * k];
            byte[] stored = new byte[Panels.LengthW4(k, 64)], subs = new byte[Panels.LengthSubs(k, 64)];
            Array.Fill(q, sbyte.MinValue);
            Array.Fill(stored, (byte)((nibble + 8) * 0x11));
            Array.Fill(subs, (byte)63);
            int[] offsets = new int[rows * (k / 32)], acc = new int[rows * 64];
            LinearW4.GroupOffsets(q, k, offsets);
            LinearW4.MatMulI4(q, offsets, stored, subs, rows, k, 64, acc, 0, 4);
            Assert.All(acc, sum => Assert.Equal((long)k * -128 * nibble * 63, sum));
        }

        Assert.Equal(33_288, LinearW4.MaxDepthOfBytes);
    }

    [Property]
    public void An_embedding_is_the_column_times_its_scale(Seed seed)
    {
        var values = new Values(seed.Value);
        W4 w = W4.Random(values);
        float[] s = values.Mixed(w.Columns), y = new float[2 * w.Depth];
        int[] tokens = [values.Below(w.Columns), w.Columns - 1];
        Embed.Rows(tokens, w.Stored, w.StoredSubs, s, w.Columns, w.Depth, y);
        for (int i = 0; i < y.Length; i++)
        {
            int token = tokens[i / w.Depth], d = i % w.Depth;
            int weight = w.Nibbles[(d * w.Columns) + token] * w.Subs[(d / 32 * w.Columns) + token];
            Bits.Equal(Lanes.Canonical(weight * s[token]), y[i]);
        }
    }

    private static void Compare(Values values, Way way, int groups, int mostRows)
    {
        W4 w = W4.Random(values, groups);
        int rows = 1 + values.Below(mostRows), k = w.Depth, n = w.Columns, panels = Panels.Count(n), cut = values.Below(panels + 1);
        float[] scales = values.Mixed(rows), s = values.Mixed(n), y = new float[rows * n];
        sbyte[] q = values.Bytes(rows * k);
        int[] expected = new int[rows * n], acc = new int[rows * n], offsets = new int[rows * (k / 32)];
        LinearW4.GroupOffsets(q, k, offsets);
        Ref.Quantized.MatMulW4(q, w.Nibbles, w.Subs, rows, k, n, expected);
        fixed (sbyte* pq = q)
        fixed (byte* pw = w.Stored, pu = w.StoredSubs)
        fixed (int* pa = acc, po = offsets)
        fixed (float* pd = scales, ps = s, py = y)
        {
            var call = new ByteProduct
            {
                Q = (byte*)pq,
                GroupOffsets = po,
                W = pw,
                Subs = pu,
                Acc = pa,
                Scales = pd,
                S = ps,
                Y = py,
                Rows = rows,
                Depth = k,
                Columns = n,
            };
            way(call with { PanelFrom = cut, PanelTo = panels });
            way(call with { PanelFrom = 0, PanelTo = cut });
        }

        Assert.Equal(expected, acc);
        Bits.Equal([.. expected.Select((sum, i) => Ref.Quantized.Dequantize(sum, scales[i / n], s[i % n]))], y);
    }

    private sealed record W4(int Depth, int Columns, sbyte[] Nibbles, byte[] Subs, byte[] Stored, byte[] StoredSubs)
    {
        public static W4 Random(Values values, int groups = 6)
        {
            int k = 32 * values.Below(groups), n = 1 + values.Below(150);
            sbyte[] nibbles = [.. Enumerable.Range(0, k * n).Select(_ => (sbyte)(values.Below(16) - 8))];
            byte[] subs = [.. Enumerable.Range(0, k / 32 * n).Select(_ => (byte)(1 + values.Below(63)))];
            byte[] stored = new byte[Panels.LengthW4(k, n)], storedSubs = new byte[Panels.LengthSubs(k, n)];
            Panels.PackW4(nibbles, subs, k, n, stored, storedSubs);
            return new W4(k, n, nibbles, subs, stored, storedSubs);
        }
    }
}
