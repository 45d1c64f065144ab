using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>Kept rows lie still while so many others are kept, and no more memory is taken for that than it needs.</summary>
public sealed unsafe class RowsScratchTests
{
    private const int Depth = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Kept_rows_stay_as_they_are_while_so_many_others_are_kept(int others)
    {
        using var rows = new RowsScratch(integers: 1, scales: 1);
        var random = new Random(others);
        var kept = new Queue<(IntPtr Integers, IntPtr Scales, int Rows, byte Mark)>();
        for (int i = 0; i < 200; i++)
        {
            int count = 1 + (i * 20 / 200); // it grows: what is kept must not move
            rows.Begin(count, Depth);
            byte mark = (byte)i;
            new Span<byte>(rows.Integers, count * Depth).Fill(mark);
            new Span<float>(rows.Scales, count).Fill(mark);
            foreach ((IntPtr integers, IntPtr scales, int length, byte expected) in kept)
            {
                Assert.Equal(-1, new Span<byte>((void*)integers, length * Depth).IndexOfAnyExcept(expected));
                Assert.Equal(-1, new Span<float>((void*)scales, length).IndexOfAnyExcept(expected));
            }

            if (random.Next(3) > 0)
            {
                rows.Keep(others);
                kept.Enqueue(((IntPtr)rows.Integers, (IntPtr)rows.Scales, count, mark));
                if (kept.Count > others)
                {
                    kept.Dequeue();
                }
            }
        }
    }

    [Fact]
    public void Rows_that_nobody_keeps_lie_where_the_last_ones_did()
    {
        using var rows = new RowsScratch(integers: 64, scales: 64);
        rows.Begin(2, Depth);
        byte* first = rows.Integers;
        rows.Begin(3, Depth);
        Assert.True(rows.Integers == first);
        var places = new HashSet<IntPtr> { (IntPtr)first };
        for (int i = 0; i < 50; i++)
        {
            rows.Keep(2);
            rows.Begin(2, Depth);
            places.Add((IntPtr)rows.Integers);
        }

        Assert.Equal(3, places.Count);
    }
}
