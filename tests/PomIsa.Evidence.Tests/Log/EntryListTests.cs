using PomIsa.Evidence.Log;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Tests.Log;

public class EntryListTests
{
    private static byte[][] Entries(int count) => [.. Enumerable.Range(0, count).Select(static i => Bytes.Of(i, i * 37 % 211))];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_root_is_that_of_the_tree_over_the_entries(int threads)
    {
        using var pool = new WorkerPool(threads);
        byte[][] all = Entries((3 * EntryTree.PartLeaves) + 40);
        Digest[] leaves = [.. all.Select(static e => Merkle.LeafHash(e))];
        using var list = EntryList.Of(all);
        int[] around = [.. from parts in new[] { 1, 2, 3 } from beside in new[] { -17, -1, 0, 1, 33 } select (parts * EntryTree.PartLeaves) + beside];
        foreach (int count in (int[])[.. Enumerable.Range(0, 40), .. around])
        {
            Assert.Equal(Merkle.Root(leaves.AsSpan(0, count)), list.Slice(0, count).Root(pool));
            Assert.Equal(Merkle.Root(leaves.AsSpan(7, count)), list.Slice(7, count).Root(pool));
        }
    }

    [Fact]
    public void Entries_are_those_that_were_given_and_slices_are_some_of_them()
    {
        byte[][] all = [[], .. Entries(50), new byte[RecordLog.MaxEntryBytes], [1]];
        using var list = EntryList.Of(all.Where(static _ => true));
        Same(all, list);
        Same(all[10..], list.Slice(10, list.Count - 10));
        Same(all[12..40], list.Slice(10, 40).Slice(2, 28));
        Same([], list.Slice(list.Count, 0));
        Assert.Throws<ArgumentException>(static () => EntryList.Of([new byte[RecordLog.MaxEntryBytes + 1]]));
    }

    [Fact]
    public void What_lies_outside_a_list_or_a_slice_is_not_given_and_nothing_after_the_end_of_both()
    {
        var list = EntryList.Of(Entries(20));
        EntryList slice = list.Slice(5, 10);
        foreach (int index in new[] { -1, 10, 14, int.MinValue, int.MaxValue })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => slice[index].Length);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => list[20].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Slice(1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Slice(11, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Slice(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Slice(3, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Slice(3, int.MaxValue));
        list.Dispose();
        Assert.Equal((0, 0), (list.Count, slice.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => list[0].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => slice[0].Length);
    }

    private static void Same(byte[][] expected, EntryList list)
    {
        Assert.Equal(expected.Length, list.Count);
        int at = 0;
        foreach (ReadOnlySpan<byte> entry in list)
        {
            Assert.Equal(expected[at], entry.ToArray());
            Assert.Equal(expected[at], list[at++].ToArray());
        }

        Assert.Equal(expected.Length, at);
    }
}
