namespace PomIsa.Kernels.Tests.Pool;

[Collection(nameof(Alone))]
public sealed class WorkerPoolTests
{
    public static TheoryData<int> ThreadCounts => [1, 2, 3, 8, (4 * Environment.ProcessorCount) + 1];

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void Every_item_runs_once(int threads)
    {
        using var pool = new WorkerPool(threads);
        foreach (int count in new[] { 0, 1, 2, 3, 17, 1000, 65_535, 65_536, 200_001 })
        {
            var times = new int[count];
            Assert.True(pool.Run(count, new Count(times)));
            Assert.All(times, static t => Assert.Equal(1, t));
        }
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void Many_loops_of_tiny_items_lose_and_repeat_none(int threads)
    {
        using var pool = new WorkerPool(threads);
        var times = new int[7];
        int loops = threads > Environment.ProcessorCount ? 5_000 : 100_000;
        for (int i = 0; i < loops; i++)
        {
            pool.Run((i % times.Length) + 1, new Count(times));
        }

        int each = loops / times.Length, rest = loops % times.Length;
        Assert.Equal(Enumerable.Range(0, times.Length).Select(i => (each * (times.Length - i)) + Math.Max(0, rest - i)), times);
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void An_exception_comes_to_the_caller_after_all_other_items_ran(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (int round = 0; round < 200; round++)
        {
            var times = new int[20];
            AggregateException thrown = Assert.Throws<AggregateException>(() => pool.Run(20, new Throw(times, round % 20)));
            Assert.Equal("planted", thrown.InnerException!.Message);
            Assert.Equal(20, times.Sum());
            Assert.True(pool.Run(20, new Count(times)));
        }
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void A_stopped_loop_leaves_out_what_was_not_begun_and_says_so(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (int round = 0; round < 100; round++)
        {
            using var stop = new CancellationTokenSource();
            var times = new int[10_000];
            Assert.False(pool.Run(times.Length, new StopAt(times, 3, stop), stop.Token));
            Assert.InRange(times.Sum(), 1, times.Length - 1);
            Assert.False(pool.Run(2, new Count(times), stop.Token));
            Assert.True(pool.Run(2, new Count(times)));
        }
    }

    [Fact]
    public void Workers_have_numbers_of_their_own()
    {
        using var pool = new WorkerPool(3);
        var inside = new int[3];
        for (int round = 0; round < 1000; round++)
        {
            Assert.True(pool.Run(50, new Exclusive(inside)));
        }
    }

    [Fact]
    public void A_loop_within_an_item_and_a_second_caller_run_alone()
    {
        using var pool = new WorkerPool(3);
        var times = new int[40];
        Assert.True(pool.Run(10, new Nested(pool, times)));
        var other = new Thread(() => pool.Run(40, new Count(times)));
        other.Start();
        for (int i = 0; i < 1000; i++)
        {
            pool.Run(40, new Count(times));
        }

        other.Join();
        Assert.All(times, static t => Assert.Equal(1011, t));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Loops_allocate_nothing(int threads)
    {
        using var pool = new WorkerPool(threads);
        var times = new int[16];
        pool.Run(16, new Count(times));

        // The runner may allocate beside this test for a while, so the quietest of several tries counts; a loop that
        // allocated would show 2,000 times in each.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 20 && least >= 2000; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 2000; i++)
            {
                pool.Run(16, new Count(times));
            }

            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.InRange(least, 0, 2000 - 1);
    }

    private readonly struct Count(int[] times) : IWork
    {
        public void Item(int item, int worker) => Interlocked.Increment(ref times[item]);
    }

    private readonly struct Throw(int[] times, int at) : IWork
    {
        public void Item(int item, int worker)
        {
            Interlocked.Increment(ref times[item]);
            if (item == at)
            {
                throw new InvalidOperationException("planted");
            }
        }
    }

    private readonly struct StopAt(int[] times, int at, CancellationTokenSource stop) : IWork
    {
        public void Item(int item, int worker)
        {
            Interlocked.Increment(ref times[item]);
            if (item == at)
            {
                stop.Cancel();
            }

            if (item > at)
            {
                stop.Token.WaitHandle.WaitOne(); // the thread that stops may have been put aside
            }
        }
    }

    private readonly struct Exclusive(int[] inside) : IWork
    {
        public void Item(int item, int worker)
        {
            if (Interlocked.Increment(ref inside[worker]) != 1)
            {
                throw new InvalidOperationException("two items of one worker at once");
            }

            Thread.SpinWait(10);
            Interlocked.Decrement(ref inside[worker]);
        }
    }

    private readonly struct Nested(WorkerPool pool, int[] times) : IWork
    {
        public void Item(int item, int worker) => pool.Run(times.Length, new Count(times));
    }
}

/// <summary>Tests that measure what the whole process allocates, while no other runs.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
