using FsCheck.Xunit;

namespace PomIsa.Kernels.Tests;

/// <summary>Sums of rows by bytes: equal to the plain loop over any numbers, also those that no product has.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 60, QuietOnSuccess = true)]
public sealed unsafe class ProjectionTests
{
    [Property]
    public void Sums_of_rows_equal_the_plain_loop(Seed seed)
    {
        var random = new Random((int)seed.Value);
        int rows = random.Next(700), columns = 1 + random.Next(70), from = random.Next(columns), to = from + random.Next(columns - from + 1);
        sbyte[] s = Bytes(random, rows * Projection.Count);
        int[] y = new int[rows * columns];
        bool wild = random.Next(2) == 0;
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = wild ? Extremes[random.Next(Extremes.Length)] : random.Next(-(1 << 25), 1 << 25);
        }

        var z = new long[Projection.Count * columns];
        var pairs = new int[Projection.PairsLength(rows)];
        Projection.Pair(s, rows, pairs);
        fixed (int* py = y, pp = pairs)
        fixed (long* pz = z)
        {
            Projection.Sums(pp, py, rows, columns, from, to, pz);
        }

        for (int n = 0; n < columns; n++)
        {
            bool within = n >= from && n < to;
            for (int j = 0; j < Projection.Count; j++)
            {
                long sum = 0;
                for (int t = 0; t < rows && within; t++)
                {
                    long value = y[(t * columns) + n];
                    sum += s[(t * Projection.Count) + j] * (value >= (1L << 31) - (1 << 15) ? value - (1L << 32) : value);
                }

                Assert.Equal(sum, z[(j * columns) + n]);
            }
        }
    }

    [Property]
    public void Sums_of_quantized_rows_equal_the_plain_loop(Seed seed)
    {
        var random = new Random((int)seed.Value);
        int rows = random.Next(300), depth = 4 * (1 + random.Next(20)), from = random.Next(depth), to = from + random.Next(depth - from + 1);
        byte flip = random.Next(2) == 0 ? (byte)0 : (byte)0x80;
        sbyte[] s = Bytes(random, rows * Projection.Count), q = Bytes(random, rows * depth);
        byte[] stored = [.. q.Select(v => (byte)((byte)v ^ flip)), 0];
        var u = new int[Projection.Count * depth];
        var pairs = new int[Projection.PairsLength(rows) + 1];
        Projection.Pair(s, rows, pairs.AsSpan()[..^1]);
        fixed (byte* pq = stored)
        fixed (int* pu = u, pp = pairs)
        {
            Projection.Rows(pp, pq, flip, rows, depth, from, to, pu);
        }

        for (int k = 0; k < depth; k++)
        {
            for (int j = 0; j < Projection.Count; j++)
            {
                int sum = 0;
                for (int t = 0; t < rows && k >= from && k < to; t++)
                {
                    sum += s[(t * Projection.Count) + j] * q[(t * depth) + k];
                }

                Assert.Equal(sum, u[(j * depth) + k]);
            }
        }
    }

    [Property]
    public void Values_are_their_bytes_again(Seed seed)
    {
        var random = new Random((int)seed.Value);
        int most = 1 << random.Next(31), length = 16 * (1 + random.Next(8));
        int[] v = [.. Enumerable.Range(0, length).Select(_ => random.Next(8) == 0 ? most : random.Next(-most, most))];
        var planes = new sbyte[4 * length];
        int count = Projection.Split(v, planes);
        Assert.InRange(count, 1, 4);
        for (int i = 0; i < length; i++)
        {
            long sum = 0;
            for (int plane = count - 1; plane >= 0; plane--)
            {
                sum = (sum * 256) + planes[(plane * length) + i];
            }

            Assert.Equal(v[i], sum);
        }

        Assert.Throws<ArgumentException>(() => Projection.Split([.. v.AsSpan(1), int.MinValue], new sbyte[4 * length]));
    }

    [Fact]
    public void Nothing_overflows_at_the_most_rows()
    {
        const int rows = Projection.MaxRows, columns = 16;
        sbyte[] s = new sbyte[rows * Projection.Count];
        Array.Fill(s, sbyte.MinValue);
        int[] pairs = new int[Projection.PairsLength(rows)], y = new int[rows * columns];
        Array.Fill(y, int.MinValue);
        byte[] q = new byte[rows * columns];
        Array.Fill(q, (byte)0x80); // -128
        Projection.Pair(s, rows, pairs);
        var z = new long[Projection.Count * columns];
        var u = new int[Projection.Count * columns];
        fixed (int* py = y, pp = pairs, pu = u)
        fixed (byte* pq = q)
        fixed (long* pz = z)
        {
            Projection.Sums(pp, py, rows, columns, 0, columns, pz);
            Projection.Rows(pp, pq, 0, rows, columns, 0, columns, pu);
        }

        Assert.All(z, static sum => Assert.Equal((long)rows << 38, sum));
        Assert.All(u, static sum => Assert.Equal(rows << 14, sum));
    }

    private static readonly int[] Extremes = [int.MinValue, int.MaxValue, int.MaxValue - short.MaxValue, int.MaxValue - short.MaxValue - 1, -1, 0, 1, short.MinValue, short.MaxValue, 0xffff, 0x8000, -0x8001];

    private static sbyte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return [.. bytes.Select(static b => (sbyte)b)];
    }
}
