using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 100, QuietOnSuccess = true)]
public sealed class LinearW8Tests
{
    [Property]
    public void Quantized_rows_equal_the_reference(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] x = values.Mixed(length.Value);
        sbyte[] expected = new sbyte[x.Length], q = new sbyte[x.Length];
        Bits.Equal(Ref.Quantized.Row(x, expected), LinearW8.QuantizeRow(x, q));
        Assert.Equal(expected, q);
    }

    [Property]
    public void Offset_rows_are_the_rows_plus_128(Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = values.Below(4), k = values.Below(300);
        float[] x = values.Mixed(rows * k), scales = new float[rows], expected = new float[rows];
        sbyte[] q = new sbyte[x.Length];
        byte[] offset = new byte[x.Length];
        LinearW8.QuantizeRows(x, k, q, expected);
        LinearW8.QuantizeRows(x, k, offset, scales);
        Bits.Equal(expected, scales);
        Assert.Equal(q.Select(static v => (byte)(v + 128)), offset);
    }

    [Property]
    public void Values_near_the_middle_of_two_integers_round_as_their_quotients_do(Seed seed)
    {
        // Within a few units of h · d, h a half-integer: where a product with 1/d and a quotient by d can differ.
        var values = new Values(seed.Value);
        float[] x = values.Tame(300, 40);
        float most = x.Max(MathF.Abs), d = most / 127;
        for (int i = 0; i < x.Length; i += 1 + values.Below(3))
        {
            float middle = (values.Below(254) - 126.5f) * d;
            float near = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(middle) + values.Below(9) - 4);
            x[i] = MathF.Abs(x[i]) == most ? x[i] : near;
        }

        sbyte[] expected = new sbyte[x.Length], q = new sbyte[x.Length];
        Bits.Equal(Ref.Quantized.Row(x, expected), LinearW8.QuantizeRow(x, q));
        Assert.Equal(expected, q);
    }

    [Property(MaxTest = 400)]
    public void Rows_of_any_magnitude_equal_the_reference(Seed seed)
    {
        // From rows of subnormals, where 1/d overflows, to rows that reach infinity, where it is no number to multiply with.
        var values = new Values(seed.Value);
        int greatest = values.Below(256);
        float[] x = new float[64];
        for (int i = 0; i < x.Length; i++)
        {
            uint exponent = (uint)Math.Max(0, greatest - values.Below(9));
            uint bits = exponent == 255 ? 0x7f800000 : (exponent << 23) | ((uint)values.Next() & 0x7fffff);
            x[i] = BitConverter.UInt32BitsToSingle(bits | ((uint)values.Next() & 0x80000000));
        }

        sbyte[] expected = new sbyte[x.Length], q = new sbyte[x.Length];
        Bits.Equal(Ref.Quantized.Row(x, expected), LinearW8.QuantizeRow(x, q));
        Assert.Equal(expected, q);
    }

    [Property]
    public void Halves_round_to_even(Seed seed)
    {
        // d = 1 exactly, so that x / d can lie midway between two integers.
        var values = new Values(seed.Value);
        float[] x = [127f, .. Enumerable.Range(0, 40).Select(_ => (values.Below(509) - 254) * 0.5f)];
        sbyte[] expected = new sbyte[x.Length], q = new sbyte[x.Length];
        Bits.Equal(1f, Ref.Quantized.Row(x, expected));
        LinearW8.QuantizeRow(x, q);
        Assert.Equal(expected, q);
        Assert.All(x.Zip(q), static pair => Assert.Equal(Math.Round(pair.First, MidpointRounding.ToEven), pair.Second));
    }

    [Property]
    public void Quantized_columns_equal_quantized_rows(Seed seed)
    {
        var values = new Values(seed.Value);
        int k = 1 + values.Below(40), n = 1 + values.Below(9);
        float[] w = values.Mixed(k * n), s = new float[n];
        sbyte[] q = new sbyte[k * n], expected = new sbyte[k];
        Quantize.Columns(w, k, n, q, s);
        for (int c = 0; c < n; c++)
        {
            Bits.Equal(Ref.Quantized.Row([.. Enumerable.Range(0, k).Select(r => w[(r * n) + c])], expected), s[c]);
            Assert.Equal(expected, Enumerable.Range(0, k).Select(r => q[(r * n) + c]));
        }
    }

    [Property]
    public void All_three_stages_equal_the_reference(Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = 1 + values.Below(20), k = 4 * values.Below(80), n = 1 + values.Below(70);
        float[] x = values.Mixed(rows * k), s = values.Mixed(n), scales = new float[rows], y = new float[rows * n];
        sbyte[] w = values.Bytes(k * n), panels = new sbyte[Panels.Length(k, n)], q = new sbyte[rows * k];
        int[] acc = new int[rows * n], expected = new int[rows * n], sums = new int[Panels.Count(n) * 16];
        Panels.Pack(w, k, n, panels);
        Panels.ColumnSums(panels, k, n, sums);
        int cut = values.Below(Panels.Count(n) + 1);
        LinearW8.Rows(x, panels, sums, s, rows, k, n, q, scales, acc, y, 0, cut);
        LinearW8.Rows(x, panels, sums, s, rows, k, n, q, scales, acc, y, cut, Panels.Count(n));
        LinearW8.QuantizeRows(x, k, q, scales);
        Ref.Quantized.MatMul(q, w, rows, k, n, expected);
        Assert.Equal(expected, acc);
        for (int i = 0; i < y.Length; i++)
        {
            Bits.Equal(Ref.Quantized.Dequantize(acc[i], scales[i / n], s[i % n]), y[i]);
        }
    }

    [Theory]
    [InlineData(70, 60, 48)] // its tiles share the calls for the next weights
    [InlineData(65, 8, 32784)] // its results go past the caches
    public unsafe void Many_rows_equal_the_reference(int rows, int k, int n)
    {
        var values = new Values(5);
        float[] x = values.Mixed(rows * k), s = values.Mixed(n), scales = new float[rows];
        sbyte[] w = values.Bytes(k * n), panels = new sbyte[Panels.Length(k, n)], q = new sbyte[rows * k];
        int[] sums = new int[Panels.Count(n) * 16], expected = new int[rows * n];
        Panels.Pack(w, k, n, panels);
        Panels.ColumnSums(panels, k, n, sums);
        using NativeBuffer acc = new(4L * rows * n), y = new(4L * rows * n);
        Span<int> found = new(acc.Data, rows * n);
        Span<float> given = new(y.Data, rows * n);
        LinearW8.Rows(x, panels, sums, s, rows, k, n, q, scales, found, given, 0, Panels.Count(n));
        LinearW8.QuantizeRows(x, k, q, scales);
        Ref.Quantized.MatMul(q, w, rows, k, n, expected);
        Assert.True(found.SequenceEqual(expected));
        for (int i = 0; i < given.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(Ref.Quantized.Dequantize(found[i], scales[i / n], s[i % n])) != BitConverter.SingleToInt32Bits(given[i]))
            {
                Assert.Fail($"y[{i / n},{i % n}] differs.");
            }
        }
    }

    [Theory]
    [InlineData(127, 127)]
    [InlineData(-127, 127)]
    public void The_greatest_depth_does_not_overflow(int left, int right)
    {
        int k = LinearW8.MaxDepth / 4 * 4;
        sbyte[] q = new sbyte[k], panels = new sbyte[k * 16];
        int[] acc = new int[1], sums = new int[16];
        Array.Fill(q, (sbyte)left);
        for (int i = 0; i < k; i++)
        {
            panels[Panels.IndexW8(i, 0, k)] = (sbyte)right;
        }

        Panels.ColumnSums(panels, k, 1, sums);
        LinearW8.MatMulI8(q, panels, sums, 1, k, 1, acc, 0, 1);
        Assert.Equal((long)k * left * right, acc[0]);
        Assert.Throws<ArgumentException>(() => LinearW8.MatMulI8(new sbyte[k + 4], new sbyte[(k + 4) * 16], sums, 1, k + 4, 1, new int[1], 0, 1));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_row_with_a_value_that_is_not_finite_gives_NaN(float bad)
    {
        float[] x = [1, bad, 2, 3], y = new float[3], scales = new float[1];
        LinearW8.Rows(x, new sbyte[64], new int[16], [1, 2, 3], 1, 4, 3, new sbyte[4], scales, new int[3], y, 0, 1);
        Assert.All(y, static v => Assert.Equal(Lanes.CanonicalNaN, BitConverter.SingleToUInt32Bits(v)));
    }

    [Property]
    public void Any_byte_may_be_multiplied(Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = 1 + values.Below(9), k = 4 * (1 + values.Below(40)), n = 1 + values.Below(40);
        sbyte[] q = Bytes(values, rows * k), w = values.Bytes(k * n), panels = new sbyte[Panels.Length(k, n)];
        int[] acc = new int[rows * n], expected = new int[rows * n], sums = new int[Panels.Count(n) * 16];
        Panels.Pack(w, k, n, panels);
        Panels.ColumnSums(panels, k, n, sums);
        Ref.Quantized.MatMul(q, w, rows, k, n, expected);
        LinearW8.MatMulI8(q, panels, sums, rows, k, n, acc, 0, Panels.Count(n));
        Assert.Equal(expected, acc);
        foreach (int width in (int[])[128, 256, 512])
        {
            if (width <= WordDots.Width)
            {
                Assert.Equal(expected, Words(q, panels, sums, rows, k, n, width));
            }
        }
    }

    [Fact]
    public void The_greatest_depth_of_any_bytes_does_not_overflow()
    {
        int k = LinearW8.MaxDepthOfBytes / 4 * 4;
        sbyte[] q = new sbyte[k], panels = new sbyte[k * 16];
        int[] acc = new int[1], sums = new int[16];
        Array.Fill(q, sbyte.MinValue);
        Array.Fill(panels, (sbyte)127);
        Panels.ColumnSums(panels, k, 1, sums);
        LinearW8.MatMulI8(q, panels, sums, 1, k, 1, acc, 0, 1);
        Assert.Equal((long)k * -128 * 127, acc[0]);
        Assert.Equal(132_104, LinearW8.MaxDepthOfBytes);
    }

    private static unsafe int[] Words(sbyte[] q, sbyte[] panels, int[] sums, int rows, int k, int n, int width)
    {
        int[] acc = new int[rows * n];
        fixed (sbyte* pq = q, pw = panels)
        fixed (int* pa = acc, pc = sums)
        {
            var call = new ByteProduct
            {
                Q = (byte*)pq,
                W = (byte*)pw,
                ColumnSums = pc,
                Acc = pa,
                Rows = rows,
                Depth = k,
                Columns = n,
                PanelFrom = 0,
                PanelTo = Panels.Count(n),
            };
            WordDots.Multiply(call, width);
        }

        return acc;
    }

    /// <summary>Any bytes, -128 often among them.</summary>
    private static sbyte[] Bytes(Values values, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => values.Below(4) == 0 ? sbyte.MinValue : (sbyte)values.Next())];
}
