using System.Runtime.Intrinsics.X86;
using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

/// <summary>The exact w8 product along each of its ways, on this processor.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 100, QuietOnSuccess = true)]
public sealed unsafe class ByteProductTests
{
    private delegate void Way(in ByteProduct call);

    [Property(MaxTest = 60)]
    public void Byte_instructions_give_the_exact_sums(Seed seed)
    {
        if (AvxVnni.IsSupported)
        {
            Compare(new Values(seed.Value), static (in ByteProduct call) => ByteDots.Multiply<VnniDot>(call), 80);
        }
    }

    [Property(MaxTest = 30)]
    public void Byte_arithmetic_gives_the_exact_sums(Seed seed) =>
        Compare(new Values(seed.Value), static (in ByteProduct call) => ByteDots.Multiply<PlainDot>(call), 20);

    [Property(MaxTest = 60)]
    public void Word_instructions_of_every_width_give_the_exact_sums(Seed seed)
    {
        Compare(new Values(seed.Value), static (in ByteProduct call) => WordDots.Multiply(call, 128), 80);
        if (Avx2.IsSupported)
        {
            Compare(new Values(seed.Value), static (in ByteProduct call) => WordDots.Multiply(call, 256), 80);
        }

        if (Avx512BW.IsSupported)
        {
            Compare(new Values(seed.Value), static (in ByteProduct call) => WordDots.Multiply(call, 512), 80);
        }
    }

    [Property(MaxTest = 60)]
    public void Arm_instructions_give_the_exact_sums(Seed seed)
    {
        if (ArmDots.IsSupported)
        {
            Compare(new Values(seed.Value), static (in ByteProduct call) => ArmDots.Multiply(call), 80);
        }
    }

    [Property(MaxTest = 4)]
    public void Rows_deeper_than_a_block_give_the_exact_sums(Seed seed) =>
        Compare(new Values(seed.Value), static (in ByteProduct call) => WordDots.Multiply(call, WordDots.Width), 1200);

    [Fact]
    public void Values_that_go_past_the_caches_are_those_of_the_sums()
    {
        const int Rows = 1030, K = 12, N = 2064;
        var values = new Values(1);
        float[] scales = values.Mixed(Rows), s = values.Mixed(N);
        sbyte[] w = values.Bytes(K * N), stored = new sbyte[Panels.Length(K, N)], q = values.Bytes(Rows * K);
        int[] expected = new int[Rows * N], sums = new int[Panels.Count(N) * 16];
        Panels.Pack(w, K, N, stored);
        Panels.ColumnSums(stored, K, N, sums);
        Ref.Quantized.MatMul(q, w, Rows, K, N, expected);
        using var y = new NativeBuffer(sizeof(float) * expected.Length);
        var values32 = new Span<float>(y.Data, expected.Length);
        LinearW8.Multiply([.. q.Select(static v => (byte)(v + 128))], scales, stored, sums, s, Rows, K, N, [], values32, 0, Panels.Count(N));
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(Ref.Quantized.Dequantize(expected[i], scales[i / N], s[i % N])) != BitConverter.SingleToInt32Bits(values32[i]))
            {
                Assert.Fail($"Row {i / N}, column {i % N} differs.");
            }
        }
    }

    [Property]
    public void Column_sums_are_the_sums_of_columns(Seed seed)
    {
        var values = new Values(seed.Value);
        int k = 4 * values.Below(80), n = 1 + values.Below(70);
        sbyte[] w = values.Bytes(k * n), stored = new sbyte[Panels.Length(k, n)];
        int[] sums = new int[Panels.Count(n) * 16], expected = new int[sums.Length];
        Array.Fill(sums, -1);
        for (int i = 0; i < w.Length; i++)
        {
            expected[i % n] += w[i];
        }

        Panels.Pack(w, k, n, stored);
        Panels.ColumnSums(stored, k, n, sums);
        Assert.Equal(expected, sums);
    }

    private static void Compare(Values values, Way way, int quads)
    {
        int rows = 1 + values.Below(values.Below(4) == 0 ? 70 : 15), k = 4 * values.Below(quads), n = 1 + values.Below(150), panels = Panels.Count(n), cut = values.Below(panels + 1);
        float[] scales = values.Mixed(rows), s = values.Mixed(n), y = new float[rows * n], alone = new float[rows * n];
        sbyte[] w = values.Bytes(k * n), stored = new sbyte[Panels.Length(k, n)], q = values.Bytes(rows * k);
        byte[] offset = [.. q.Select(static v => (byte)(v + 128))];
        int[] expected = new int[rows * n], signed = new int[rows * n], unsigned = new int[rows * n], sums = new int[panels * 16];
        Panels.Pack(w, k, n, stored);
        Panels.ColumnSums(stored, k, n, sums);
        Ref.Quantized.MatMul(q, w, rows, k, n, expected);
        fixed (byte* po = offset)
        fixed (sbyte* pq = q, pw = stored)
        fixed (int* p0 = signed, p1 = unsigned, pc = sums)
        fixed (float* pd = scales, ps = s, py = y, pz = alone)
        {
            var call = new ByteProduct { W = (byte*)pw, ColumnSums = pc, Rows = rows, Depth = k, Columns = n };
            foreach ((int from, int to) in ((int, int)[])[(cut, panels), (0, cut)])
            {
                way(call with { Q = (byte*)pq, Acc = p0, PanelFrom = from, PanelTo = to });
                way(call with { Q = po, Offset = true, Acc = p1, Scales = pd, S = ps, Y = py, PanelFrom = from, PanelTo = to });
                way(call with { Q = po, Offset = true, Scales = pd, S = ps, Y = pz, PanelFrom = from, PanelTo = to });
            }
        }

        Assert.Equal(expected, signed);
        Assert.Equal(expected, unsigned);
        float[] dequantized = [.. expected.Select((sum, i) => Ref.Quantized.Dequantize(sum, scales[i / n], s[i % n]))];
        Bits.Equal(dequantized, y);
        Bits.Equal(dequantized, alone);
    }
}
