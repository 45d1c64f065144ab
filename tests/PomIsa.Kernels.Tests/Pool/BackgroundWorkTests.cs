namespace PomIsa.Kernels.Tests.Pool;

public sealed class BackgroundWorkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_quantum_runs_once_and_no_stage_before_the_last_is_done(int threads)
    {
        using var pool = new WorkerPool(threads);
        var work = new Staged([5, 0, 1, 40, 3, 0]);
        for (int round = 1; round <= 500; round++)
        {
            pool.Background(work);
            work.Finish();
            Assert.True(work.IsDone);
            Assert.Equal([.. work.Sizes.Select(s => s * round)], work.Ran);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Workers_do_it_while_the_caller_runs_loops(int threads)
    {
        using var pool = new WorkerPool(threads);
        Staged[] works = [.. Enumerable.Range(0, 3).Select(_ => new Staged([20, 20]))];
        var times = new int[8];
        for (int round = 0; round < 300; round++)
        {
            Staged work = works[round % works.Length];
            work.Finish();
            pool.Background(work);
            for (int i = 0; i < 10; i++)
            {
                pool.Run(times.Length, new Count(times));
            }
        }

        Assert.All(works, static w => w.Finish());
        Assert.All(works, static w => Assert.Equal([2000, 2000], w.Ran));
        Assert.All(times, static t => Assert.Equal(3000, t));
    }

    [Fact]
    public void It_ends_without_the_caller()
    {
        using var pool = new WorkerPool(2);
        var work = new Staged([100, 100]);
        pool.Background(work);
        Assert.True(SpinWait.SpinUntil(() => work.IsDone, TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void An_exception_comes_to_whoever_finishes_the_work(int threads)
    {
        using var pool = new WorkerPool(threads);
        var work = new Staged([10, 10]) { ThrowAt = 4 };
        pool.Background(work);
        AggregateException thrown = Assert.Throws<AggregateException>(work.Finish);
        Assert.Equal("planted", thrown.InnerException!.Message);
        Assert.Equal([10, 0], work.Ran);
        work.ThrowAt = -1;
        pool.Background(work);
        work.Finish();
        Assert.Equal([20, 10], work.Ran);
    }

    [Fact]
    public void More_of_it_than_the_pool_keeps_is_done_at_once()
    {
        using var pool = new WorkerPool(2);
        Staged[] works = [.. Enumerable.Range(0, 30).Select(_ => new Staged([50]))];
        Array.ForEach(works, pool.Background);
        Array.ForEach(works, static w => w.Finish());
        Assert.All(works, static w => Assert.Equal([50], w.Ran));
    }

    [Fact]
    public void Work_that_is_under_way_can_not_be_started_again()
    {
        using var pool = new WorkerPool(2);
        using var gate = new ManualResetEventSlim();
        var work = new Staged([1]) { Gate = gate };
        pool.Background(work);
        Assert.Throws<InvalidOperationException>(() => pool.Background(work));
        gate.Set();
        work.Finish();
    }

    [Fact]
    public void A_quantum_that_gives_way_does_its_threads_share_of_a_loop_and_goes_on()
    {
        using var pool = new WorkerPool(2);
        using ManualResetEventSlim began = new(), ended = new();
        var work = new Patient(began, ended);
        var meeting = new int[1];
        WorkerPool.GiveWay(); // on a thread that is no worker nothing happens
        pool.Background(work);
        began.Wait();
        pool.Run(2, new Meet(meeting));
        Assert.False(work.IsDone);
        ended.Set();
        work.Finish();
        Assert.Equal(2, meeting[0]);
    }

    // Items that need two threads: each waits for the other.
    private readonly struct Meet(int[] here) : IWork
    {
        public void Item(int item, int worker)
        {
            int[] all = here;
            Interlocked.Increment(ref all[0]);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref all[0]) == 2, TimeSpan.FromMinutes(1)));
        }
    }

    private sealed class Patient(ManualResetEventSlim began, ManualResetEventSlim ended) : BackgroundWork
    {
        protected override int Stages => 1;

        protected override int Begin(int stage) => 1;

        protected override void Quantum(int stage, int quantum)
        {
            began.Set();
            while (!ended.IsSet)
            {
                WorkerPool.GiveWay();
            }
        }
    }

    private readonly struct Count(int[] times) : IWork
    {
        public void Item(int item, int worker) => Interlocked.Increment(ref times[item]);
    }

    private sealed class Staged(int[] sizes) : BackgroundWork
    {
        private int _open;

        public int[] Sizes => sizes;

        public int[] Ran { get; } = new int[sizes.Length];

        public int ThrowAt { get; set; } = -1;

        public ManualResetEventSlim? Gate { get; init; }

        protected override int Stages => sizes.Length;

        protected override int Begin(int stage)
        {
            Assert.Equal(0, Volatile.Read(ref _open));
            _open = sizes[stage];
            return sizes[stage];
        }

        protected override void Quantum(int stage, int quantum)
        {
            Gate?.Wait();
            Interlocked.Increment(ref Ran[stage]);
            Interlocked.Decrement(ref _open);
            if (quantum == ThrowAt)
            {
                throw new InvalidOperationException("planted");
            }
        }
    }
}
