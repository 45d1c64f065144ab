using FsCheck.Xunit;

namespace PomIsa.Kernels.Tests;

/// <summary>Sums of rows by numbers: equal to the plain loop over any numbers, modulo 2⁶⁴, and what is written beside them equal to the machine's own.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 60, QuietOnSuccess = true)]
public sealed unsafe class ProjectionTests
{
    [Property]
    public void Sums_of_rows_equal_the_plain_loop(Seed seed)
    {
        var random = new Random((int)seed.Value);
        (int rows, int columns, int from, int to) = Range(random, random.Next(90), 1 + random.Next(80));
        int[] s = Numbers(random, rows * Projection.Count), y = Sums(random, rows, columns);
        int stride = Projection.Stride(columns) + (16 * random.Next(2));
        long[] z = Filled(Projection.Count * stride);
        WithRows(y, rows, columns, random, (rowsOf, _) =>
        {
            fixed (int* ps = s)
            fixed (long* pz = z)
            {
                Projection.Sums(ps, (PackedRow*)rowsOf, rows, from, to, pz, stride);
            }
        });
        Check(s, y, rows, columns, from, to, z, stride);
    }

    [Property]
    public void Rows_are_copied_beside_their_sums(Seed seed)
    {
        var random = new Random((int)seed.Value);
        (int rows, int columns, int from, int to) = Range(random, random.Next(20), 1 + random.Next(80));
        int[] s = Numbers(random, rows * Projection.Count), y = Sums(random, rows, columns), acc = new int[y.Length];
        int stride = Projection.Stride(columns);
        long[] z = Filled(Projection.Count * stride);
        WithRows(y, rows, columns, random, (rowsOf, _) =>
        {
            fixed (int* ps = s, pa = acc)
            fixed (long* pz = z)
            {
                Projection.Copies(ps, (PackedRow*)rowsOf, rows, columns, from, to, pz, stride, pa);
            }
        });
        Check(s, y, rows, columns, from, to, z, stride);
        Assert.Equal(y.Select((v, i) => i % columns >= from && i % columns < to ? v : 0), acc);
    }

    [Property]
    public void Rows_are_dequantized_beside_their_sums_as_the_machine_does_it(Seed seed)
    {
        var random = new Random((int)seed.Value);
        (int rows, int columns, int from, int to) = Range(random, random.Next(20), 1 + random.Next(80));
        int[] s = Numbers(random, rows * Projection.Count), y = Sums(random, rows, columns);
        float[] scales = Scales(random, rows), w = Scales(random, columns), expected = new float[y.Length], values = new float[y.Length];
        int stride = Projection.Stride(columns);
        long[] z = Filled(Projection.Count * stride);
        WithRows(y, rows, columns, random, (rowsOf, _) =>
        {
            fixed (int* ps = s)
            fixed (float* pd = scales, pw = w, pv = values)
            fixed (long* pz = z)
            {
                Projection.Values(ps, (PackedRow*)rowsOf, rows, columns, from, to, pz, stride, pd, pw, pv);
            }
        });
        Check(s, y, rows, columns, from, to, z, stride);
        LinearW8.Dequantize(y, scales, w, rows, columns, expected, 0, Panels.Count(columns));
        Assert.Equal(expected.Select((v, i) => i % columns >= from && i % columns < to ? BitConverter.SingleToUInt32Bits(v) : 0), values.Select(BitConverter.SingleToUInt32Bits));
    }

    [Property]
    public void The_place_of_the_greatest_value_beside_the_sums_is_that_of_argmax(Seed seed)
    {
        var random = new Random((int)seed.Value);
        int rows = random.Next(20), columns = 1 + random.Next(80), stride = Projection.Stride(columns), few = random.Next(3);
        int[] s = Numbers(random, rows * Projection.Count), greatest = new int[rows], state = new int[rows * Projection.GreatestLength], later = new int[state.Length];
        int cut = random.Next(columns); // from the first block behind it on another state goes on
        int[] y = few == 0 ? Numbers(random, rows * columns) : [.. Enumerable.Range(0, rows * columns).Select(_ => random.Next(-few, few))]; // few: many are equal
        float[] w = random.Next(3) == 0 ? Scales(random, columns) : [.. Enumerable.Range(0, columns).Select(_ => random.Next(2) - 0.5f)]; // zeros of both signs
        float[] scales = random.Next(3) == 0 ? Scales(random, rows) : [.. Enumerable.Repeat(1f, rows)], values = new float[y.Length];
        long[] z = Filled(Projection.Count * stride);
        WithRows(y, rows, columns, random, (rowsOf, _) =>
        {
            fixed (int* ps = s, pg = greatest, pt = state, pl = later)
            fixed (float* pd = scales, pw = w)
            fixed (long* pz = z)
            {
                Projection.BeginGreatest(pt, rows);
                Projection.BeginGreatest(pl, rows);
                for (int from = 0, to; from < columns; from = to)
                {
                    to = Math.Min(columns, from + (16 * (1 + random.Next(3))));
                    Projection.Greatest(ps, (PackedRow*)rowsOf, rows, from, to, pz, stride, pd, pw, from > cut ? pl : pt);
                }

                Projection.JoinGreatest(pt, pl, rows);
                Projection.EndGreatest(pt, rows, pg);
            }
        });
        Check(s, y, rows, columns, 0, columns, z, stride);
        LinearW8.Dequantize(y, scales, w, rows, columns, values, 0, Panels.Count(columns));
        Assert.Equal(Enumerable.Range(0, rows).Select(t => Rows.Argmax(values.AsSpan(t * columns, columns))), greatest);
    }

    [Fact]
    public void Large_products_are_dequantized_alike()
    {
        const int rows = 132, columns = 16384;
        var random = new Random(1);
        int[] s = Numbers(random, rows * Projection.Count), y = [.. Enumerable.Range(0, rows * columns).Select(_ => random.Next())];
        float[] scales = Scales(random, rows), w = Scales(random, columns), expected = new float[y.Length];
        using var values = new NativeBuffer(sizeof(float) * (long)y.Length);
        int stride = Projection.Stride(columns);
        long[] z = Filled(Projection.Count * stride);
        WithRows(y, rows, columns, random, (rowsOf, _) =>
        {
            fixed (int* ps = s)
            fixed (float* pd = scales, pw = w)
            fixed (long* pz = z)
            {
                Projection.Values(ps, (PackedRow*)rowsOf, rows, columns, 0, columns, pz, stride, pd, pw, (float*)values.Data);
            }
        });
        LinearW8.Dequantize(y, scales, w, rows, columns, expected, 0, Panels.Count(columns));
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.AsBytes(expected.AsSpan()).SequenceEqual(new ReadOnlySpan<byte>(values.Data, y.Length * sizeof(float))));
        Check(s, y, rows, columns, columns - 100, columns, z, stride, outside: false);
    }

    [Property]
    public void Sums_of_quantized_rows_equal_the_plain_loop_and_are_their_bytes_again(Seed seed)
    {
        var random = new Random((int)seed.Value);
        int rows = random.Next(2) == 0 ? random.Next(12) : random.Next(600), depth = 4 * (1 + random.Next(20));
        byte flip = random.Next(2) == 0 ? (byte)0 : (byte)0x80;
        int[] s = Numbers(random, rows * Projection.Count);
        sbyte[] q = [.. Enumerable.Range(0, rows * depth).Select(_ => (sbyte)(random.Next(3) == 0 ? -128 : random.Next(-128, 128)))];
        if (random.Next(4) == 0)
        {
            Array.Fill(s, int.MinValue); // the greatest sums that there can be
            Array.Fill(q, sbyte.MinValue);
        }

        byte[] stored = [.. q.Select(v => (byte)((byte)v ^ flip)), .. new byte[16]];
        int stride = Projection.Stride(depth), planes = Projection.Planes(rows), cut = random.Next(Panels.Count(depth)) * 16;
        long[] u = new long[Projection.Count * stride];
        sbyte[] bytes = new sbyte[planes * Projection.Count * depth];
        fixed (int* ps = s)
        fixed (byte* pq = stored)
        fixed (long* pu = u)
        fixed (sbyte* pb = bytes)
        {
            Projection.Rows(ps, pq, flip, rows, depth, 0, cut, pu);
            Projection.Rows(ps, pq, flip, rows, depth, cut, depth, pu);
            Projection.Split(pu, depth, planes, pb);
        }

        Check(s, [.. q.Select(static v => (int)v)], rows, depth, 0, depth, u, stride, before: 0);
        for (int k = 0; k < depth; k++)
        {
            for (int j = 0; j < Projection.Count; j++)
            {
                Int128 sum = 0;
                for (int plane = planes - 1; plane >= 0; plane--)
                {
                    sum = (sum * 256) + bytes[(((plane * Projection.Count) + j) * depth) + k];
                }

                Assert.Equal(u[(j * stride) + Projection.Place(k)], sum);
            }
        }
    }

    [Property]
    public void The_first_column_that_the_bytes_do_not_give_is_found(Seed seed)
    {
        var random = new Random((int)seed.Value);
        int columns = 1 + random.Next(80), planes = 5 + random.Next(4), stride = Projection.Stride(columns) + 16;
        int[] acc = Numbers(random, planes * Projection.Count * columns);
        long[] z = Filled(Projection.Count * stride);
        for (int n = 0; n < columns; n++)
        {
            for (int j = 0; j < Projection.Count; j++)
            {
                long sum = 0;
                for (int plane = 0; plane < planes; plane++)
                {
                    sum = unchecked(sum + ((long)acc[(((plane * Projection.Count) + j) * columns) + n] << (8 * plane)));
                }

                z[(j * stride) + Projection.Place(n)] = sum;
            }
        }

        fixed (int* pa = acc)
        fixed (long* pz = z)
        {
            Assert.Equal(-1, Projection.FirstDifference(pa, planes, columns, pz, stride));
            int first = columns;
            for (int wrong = 0; wrong < 3; wrong++)
            {
                int n = random.Next(columns);
                first = Math.Min(first, n);
                z[(random.Next(Projection.Count) * stride) + Projection.Place(n)] += 1L << (10 * wrong);
                Assert.Equal(first, Projection.FirstDifference(pa, planes, columns, pz, stride));
            }
        }
    }

    [Fact]
    public void Eight_bytes_hold_any_sum_modulo_2_to_the_64()
    {
        const int depth = 16;
        var random = new Random(3);
        var u = new long[Projection.Count * depth];
        for (int i = 0; i < u.Length; i++)
        {
            u[i] = i switch { 0 => long.MinValue, 1 => long.MaxValue, 2 => -1, 3 => unchecked((long)0x8080808080808080), _ => random.NextInt64(long.MinValue, long.MaxValue) };
        }

        var bytes = new sbyte[sizeof(long) * u.Length];
        fixed (long* pu = u)
        fixed (sbyte* pb = bytes)
        {
            Projection.Split(pu, depth, sizeof(long), pb);
        }

        Assert.Equal(sizeof(long), Projection.Planes(int.MaxValue));
        for (int i = 0; i < u.Length; i++)
        {
            int k = Enumerable.Range(0, depth).Single(k => Projection.Place(k) == i % depth);
            long sum = 0;
            for (int plane = sizeof(long) - 1; plane >= 0; plane--)
            {
                sum = unchecked((sum << 8) + bytes[(((plane * Projection.Count) + (i / depth)) * depth) + k]);
            }

            Assert.Equal(u[i], sum);
        }
    }

    [Fact]
    public void Columns_have_places_of_their_own() => Assert.Equal(Enumerable.Range(0, 160), Enumerable.Range(0, 160).Select(Projection.Place).Order());

    private static (int Rows, int Columns, int From, int To) Range(Random random, int rows, int columns)
    {
        int from = random.Next(Panels.Count(columns)) * 16, end = random.Next(Panels.Count(columns) + 1) * 16;
        return (rows, columns, from, end >= columns || end < from ? columns : end);
    }

    /// <summary>What was there and the literal sums within the range; outside it what was there.</summary>
    private static void Check(int[] s, int[] y, int rows, int columns, int from, int to, long[] z, int stride, bool outside = true, long before = Untouched)
    {
        for (int j = 0; j < Projection.Count; j++)
        {
            for (int n = outside ? 0 : from; n < columns; n++)
            {
                long sum = before;
                for (int t = 0; t < rows && n >= from && n < to; t++)
                {
                    sum = unchecked(sum + ((long)s[(t * Projection.Count) + j] * y[(t * columns) + n]));
                }

                Assert.Equal(sum, z[(j * stride) + Projection.Place(n)]);
            }
        }
    }

    /// <summary>Rows in memory of their own, in no order, each in one of the widths that hold it.</summary>
    private static void WithRows(int[] y, int rows, int columns, Random random, Action<nint, int> with)
    {
        int[] places = [.. Enumerable.Range(0, rows)];
        random.Shuffle(places);
        int each = (sizeof(int) * columns) + random.Next(4), width = 16 + (4 * random.Next(4));
        var scattered = new byte[(rows * each) + PackedSums.Past];
        var packed = new byte[(sizeof(int) * columns) + PackedSums.Past];
        var opened = new PackedRow[rows + Projection.Ahead];
        fixed (byte* data = scattered, one = packed)
        fixed (PackedRow* p = opened)
        {
            for (int row = 0; row < rows; row++)
            {
                width = random.Next(3) == 0 ? 16 + (4 * random.Next(4)) : width;
                ReadOnlySpan<int> values = y.AsSpan(row * columns, columns);
                opened[row] = new PackedRow((nint)(data + (places[row] * each)), Math.Max(PackedSums.WidthOf(PackedSums.Bits(values)), width == 28 ? 32 : width));
                PackedSums.Pack(values, opened[row].Width, one);
                new ReadOnlySpan<byte>(one, (int)PackedSums.Bytes(columns, opened[row].Width)).CopyTo(scattered.AsSpan(places[row] * each));
            }

            with((nint)p, rows);
        }
    }

    private const long Untouched = 0x0123456789abcdef;

    private static readonly int[] Extremes = [int.MinValue, int.MaxValue, -1, 0, 1, short.MinValue, short.MaxValue, 0xffff, 1 << 24];

    private static int[] Numbers(Random random, int count)
    {
        bool wild = random.Next(2) == 0;
        return [.. Enumerable.Range(0, count).Select(_ => wild ? Extremes[random.Next(Extremes.Length)] : random.Next(int.MinValue, int.MaxValue))];
    }

    /// <summary>Each row as large as one of the widths holds.</summary>
    private static int[] Sums(Random random, int rows, int columns)
    {
        int[] numbers = Numbers(random, rows * columns);
        for (int row = 0, above = 0; row < rows; row++)
        {
            above = random.Next(3) == 0 ? random.Next(17) : above;
            foreach (ref int number in numbers.AsSpan(row * columns, columns))
            {
                number >>= above;
            }
        }

        return numbers;
    }

    private static float[] Scales(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(9) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => 0, 3 => float.Epsilon, _ => (float)random.NextDouble() })];

    private static long[] Filled(int length)
    {
        var sums = new long[length];
        Array.Fill(sums, Untouched);
        return sums;
    }
}
