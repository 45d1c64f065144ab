using System.Numerics;
using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 300, QuietOnSuccess = true)]
public sealed class ReductionsTests
{
    [Property]
    public void Rows_of_f32_equal_the_reference(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = values.Below(4), columns = length.Value;
        float[] x = values.Below(3) == 0 ? Few(values, rows * columns) : values.Mixed(rows * columns);
        float[] y = new float[rows];
        Reductions.Sum<float>(x, columns, y);
        Bits.Equal(ByRow(x, rows, columns, static r => Ref.Rows.Sum16(r)), y);
        Reductions.Product<float>(x, columns, y);
        Bits.Equal(ByRow(x, rows, columns, static r => Ref.Reductions.Product(r)), y);
        Reductions.Max<float>(x, columns, y);
        Bits.Equal(ByRow(x, rows, columns, static r => Ref.Reductions.Extreme(r, 1)), y);
        Reductions.Min<float>(x, columns, y);
        Bits.Equal(ByRow(x, rows, columns, static r => Ref.Reductions.Extreme(r, -1)), y);
        Reductions.Mean(x, columns, y);
        Bits.Equal(ByRow(x, rows, columns, static r => Lanes.Canonical(Ref.Rows.Sum16(r) / r.Length)), y);
        long[] at = new long[rows];
        Reductions.Argmax<float>(x, columns, at);
        Assert.Equal(ByRow(x, rows, columns, static r => r.Length == 0 ? 0L : Ref.Rows.Argmax(r)), at);
    }

    [Property]
    public void Rows_of_integers_equal_the_reference(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        int few = values.Below(2) == 0 ? 5 : 0;
        Integers(values, length.Value, v => few > 0 ? (int)(v.Next() % 5) : unchecked((int)v.Next()));
        Integers(values, length.Value, v => few > 0 ? (long)(v.Next() % 5) : unchecked((long)v.Next()));
    }

    [Property]
    public void Running_sums_equal_the_reference_in_place_too(Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = values.Below(10), columns = values.Below(40);
        float[] x = values.Mixed(rows * columns), y = new float[x.Length];
        float[] expected = [.. Enumerable.Range(0, rows).SelectMany(t => Ref.Reductions.CumulativeSum(x.AsSpan(t * columns, columns)))];
        CumulativeSum.Rows<float>(x, columns, y);
        Bits.Equal(expected, y);
        CumulativeSum.Rows<float>(x, columns, x);
        Bits.Equal(expected, x);
        long[] whole = [long.MaxValue, 1, -1, 5], sums = new long[4];
        CumulativeSum.Rows<long>(whole, 4, sums);
        Assert.Equal([long.MaxValue, long.MinValue, long.MaxValue, long.MinValue + 4], sums);
    }

    [Property]
    public void The_greatest_k_equal_the_reference(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = 1 + values.Below(2), columns = Math.Min(length.Value, 300), k = values.Below(4) == 0 ? columns : values.Below(Math.Min(columns, 20) + 1);
        float[] x = values.Below(3) switch { 0 => Few(values, rows * columns), 1 => values.Any(rows * columns), _ => values.Tame(rows * columns, 3) };
        float[] best = new float[rows * k];
        long[] ids = new long[rows * k];
        TopK.Rows<float>(x, columns, k, best, ids);
        for (int t = 0; t < rows; t++)
        {
            int[] expected = Ref.Reductions.TopK(x.AsSpan(t * columns, columns), k);
            Assert.Equal(expected.Select(static i => (long)i), ids[(t * k)..((t + 1) * k)]);
            Bits.Equal(Array.ConvertAll(expected, i => Lanes.Canonical(x[(t * columns) + i])), best.AsSpan(t * k, k));
        }
    }

    [Property]
    public void The_greatest_k_of_integers_are_ordered(Seed seed)
    {
        var values = new Values(seed.Value);
        int columns = 1 + values.Below(200), k = values.Below(columns + 1);
        long[] x = [.. Enumerable.Range(0, columns).Select(_ => values.Below(3) == 0 ? (long)values.Below(4) : unchecked((long)values.Next()))];
        long[] best = new long[k], ids = new long[k];
        TopK.Rows<long>(x, columns, k, best, ids);
        int[] expected = [.. Enumerable.Range(0, columns).OrderByDescending(i => x[i]).ThenBy(static i => i).Take(k)];
        Assert.Equal(expected.Select(static i => (long)i), ids);
        Assert.Equal(expected.Select(i => x[i]), best);
    }

    [Fact]
    public void Empty_rows_have_the_value_that_changes_nothing()
    {
        float[] y = new float[1];
        Reductions.Max<float>([], 0, y);
        Bits.Equal(float.NegativeInfinity, y[0]);
        Reductions.Min<float>([], 0, y);
        Bits.Equal(float.PositiveInfinity, y[0]);
        Reductions.Product<float>([], 0, y);
        Bits.Equal(1f, y[0]);
        Reductions.Mean([], 0, y);
        Bits.Equal(Lanes.Canonical(float.NaN), y[0]);
        int[] least = new int[1];
        Reductions.Max<int>([], 0, least);
        Assert.Equal(int.MinValue, least[0]);
    }

    private static void Integers<T>(Values values, int columns, Func<Values, T> next)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        int rows = values.Below(4);
        T[] x = [.. Enumerable.Range(0, rows * columns).Select(_ => next(values))], y = new T[rows];
        Reductions.Sum<T>(x, columns, y);
        Assert.Equal(ByRow(x, rows, columns, static r => Ref.Reductions.Fold<T>(r, multiply: false)), y);
        Reductions.Product<T>(x, columns, y);
        Assert.Equal(ByRow(x, rows, columns, static r => Ref.Reductions.Fold<T>(r, multiply: true)), y);
        Reductions.Max<T>(x, columns, y);
        Assert.Equal(ByRow(x, rows, columns, static r => r.Length == 0 ? T.MinValue : r.Max()), y);
        Reductions.Min<T>(x, columns, y);
        Assert.Equal(ByRow(x, rows, columns, static r => r.Length == 0 ? T.MaxValue : r.Min()), y);
        long[] at = new long[rows];
        Reductions.Argmax<T>(x, columns, at);
        Assert.Equal(ByRow(x, rows, columns, static r => r.Length == 0 ? 0L : Array.IndexOf(r, r.Max())), at);
    }

    private static TResult[] ByRow<T, TResult>(T[] x, int rows, int columns, Func<T[], TResult> rule) =>
        [.. Enumerable.Range(0, rows).Select(t => rule(x[(t * columns)..((t + 1) * columns)]))];

    /// <summary>Many ties, zeros of both signs and some that are no numbers.</summary>
    private static float[] Few(Values values, int count)
    {
        float[] few = [0f, -0f, 1f, -1f, float.NegativeInfinity, float.PositiveInfinity, BitConverter.UInt32BitsToSingle(0xffc12345)];
        int kinds = values.Below(few.Length) + 1;
        return [.. Enumerable.Range(0, count).Select(_ => few[values.Below(kinds)])];
    }
}
