using System.Runtime.InteropServices;
using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference.Views;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 200, QuietOnSuccess = true)]
public sealed class IndexedTests
{
    [Property]
    public void Elements_are_gathered_put_and_folded_in_row_major_order(Seed seed)
    {
        var values = new Values(seed.Value);
        int outer = values.Below(4), d = 1 + values.Below(6), inner = values.Below(40), n = values.Below(8);
        long[] ids = [.. Enumerable.Range(0, n).Select(_ => (long)values.Below(2 * d) - d)];
        int[] narrow = [.. ids.Select(static i => (int)i)], x = Whole(values, outer * d * inner), u = Whole(values, outer * n * inner);
        int[] gathered = new int[u.Length], put = [.. x], added = [.. x];
        for (int i = 0; i < u.Length; i++)
        {
            int at = Ref.Indexed(ids, d, inner, i);
            gathered[i] = x[at];
            put[at] = u[i];
            added[at] = unchecked(added[at] + u[i]);
        }

        foreach (bool wide in new[] { false, true })
        {
            int[] y = new int[u.Length], z = [.. x], s = [.. x];
            if (wide)
            {
                Indexed.Gather<long>(Bytes(x), outer, d, 4 * inner, ids, Bytes(y));
                Indexed.Put<long>(Bytes(u), outer, d, 4 * inner, ids, Bytes(z));
                Indexed.Into<long, int>(u, outer, d, inner, ids, Integers.Add, s);
            }
            else
            {
                Indexed.Gather<int>(Bytes(x), outer, d, 4 * inner, narrow, Bytes(y));
                Indexed.Put<int>(Bytes(u), outer, d, 4 * inner, narrow, Bytes(z));
                Indexed.Into<int, int>(u, outer, d, inner, narrow, Integers.Add, s);
            }

            Assert.Equal(gathered, y);
            Assert.Equal(put, z);
            Assert.Equal(added, s);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(3)]
    public void Runs_of_a_few_bytes_are_gathered_too(int inner)
    {
        byte[] x = [.. Enumerable.Range(0, 3 * 5 * inner).Select(static i => (byte)(i * 7))], y = new byte[3 * 4 * inner];
        Indexed.Gather<int>(x, 3, 5, inner, [4, -5, 2, -1], y);
        int[] from = [4, 0, 2, 4];
        Assert.Equal([.. Enumerable.Range(0, y.Length).Select(i => x[(((i / (4 * inner) * 5) + from[i / inner % 4]) * inner) + (i % inner)])], y);
    }

    [Theory]
    [InlineData(4L, true)]
    [InlineData(-5L, true)]
    [InlineData(5L, false)]
    [InlineData(-6L, false)]
    [InlineData(long.MinValue, false)]
    [InlineData((1L << 32) + 1, false)]
    public void Ids_count_from_either_end_of_five(long id, bool isInRange) => Assert.Equal(isInRange, Indexed.AreInRange<long>([0, id, 1], 5));

    [Fact]
    public void An_axis_of_nothing_has_no_ids()
    {
        Assert.False(Indexed.AreInRange<int>([0], 0));
        Assert.False(Indexed.AreInRange<int>([-1], 0));
        Assert.True(Indexed.AreInRange<int>([], 0));
    }

    private static Span<byte> Bytes(int[] values) => MemoryMarshal.AsBytes(values.AsSpan());

    private static int[] Whole(Values values, int count) => [.. Enumerable.Range(0, count).Select(_ => (int)values.Next())];
}
