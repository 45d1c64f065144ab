using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>A fixed set of threads that share out the items of one loop at a time, and do background work between loops.</summary>
/// <remarks>
/// Which thread takes which item is left to chance, so an item may write only what belongs to it: a result then
/// depends on neither the number of threads nor their timing. Nothing is allocated by a loop. The caller waits for
/// items, not for workers: a worker that the system has put aside holds nobody up, its items go to the others.
/// </remarks>
public sealed class WorkerPool : IDisposable
{
    private const int PausesBeforeYield = 1000;

    private readonly PoolWorker[] _workers;
    private readonly BackgroundQueue _background = new();
    private SharedLoop _loop;
    private CancellationToken _stop;
    private Exception? _failure;
    private int _busy;
    private int _firstToWake;
    private volatile bool _stopping;

    /// <summary>Starts <paramref name="threads"/> − 1 workers; the caller of <see cref="Run{T}"/> is the last one.</summary>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        IsCrowded = threads > Environment.ProcessorCount;
        _workers = new PoolWorker[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new PoolWorker(this, i + 1);
        }
    }

    /// <summary>Threads that take part in a loop, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Whether there are more threads than processors, so that to spin is to keep another thread from its work.</summary>
    internal bool IsCrowded { get; }

    internal bool IsStopping => _stopping;

    internal bool HasWork => _loop.IsOpen || _background.IsReady;

    /// <summary>Runs <paramref name="work"/> once for each item in [0, count) and returns when all are done.</summary>
    /// <remarks>A loop within an item of another, or while another thread uses the pool, runs on the calling thread alone.</remarks>
    /// <param name="stop">Leaves out the items that no thread has begun; one that takes long may look at it too.</param>
    /// <returns>False if items were left out.</returns>
    /// <exception cref="AggregateException">An item threw; all other items were run.</exception>
    public bool Run<T>(int count, T work, CancellationToken stop = default)
        where T : struct, IWork
    {
        if (count <= 1 || _workers.Length == 0)
        {
            return RunAlone(count, ref work, stop);
        }

        if (count > SharedLoop.MostItems)
        {
            int size = ((count - 1) / SharedLoop.MostItems) + 1;
            return RunShared(((count - 1) / size) + 1, new Grouped<T>(work, size, count), stop);
        }

        return RunShared(count, work, stop);
    }

    /// <summary>Runs a delegate for each item: for work that is long beside an allocation.</summary>
    /// <exception cref="AggregateException">A body threw; all other items were run.</exception>
    public void Run(int count, Action<int> body) => Run(count, new Delegated(body));

    /// <summary>Starts work that the workers do while no loop needs them; on a pool of one thread it is done at once.</summary>
    /// <remarks><see cref="BackgroundWork.Finish"/> does what is left of it. One thread at a time may start work.</remarks>
    /// <exception cref="InvalidOperationException">The same object was started before and is not done.</exception>
    /// <exception cref="AggregateException">On a pool of one thread, a quantum threw.</exception>
    public void Background(BackgroundWork work)
    {
        if (!work.IsDone)
        {
            throw new InvalidOperationException("The work has not been finished since it was started last.");
        }

        if (_workers.Length == 0 || !_background.TryStart(work))
        {
            work.Start(queue: null);
            work.Finish();
            return;
        }

        Interlocked.MemoryBarrier();
        Wake(1);
    }

    /// <summary>Within a quantum of background work: does this thread's share of a loop that was opened meanwhile, and comes back.</summary>
    /// <remarks>For places that may wait: it costs next to nothing where there is no loop, and on threads that are no pool's workers.</remarks>
    public static void GiveWay() => PoolWorker.Current?.TakeLoop();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        Interlocked.MemoryBarrier();
        foreach (PoolWorker worker in _workers)
        {
            worker.Dispose();
        }
    }

    /// <summary>What a worker does next: its share of the loop, or a quantum. False if there is nothing.</summary>
    /// <remarks>The loop first, however much waits: who opened it can't go on without it, and whoever waits for the rest does it too.</remarks>
    internal bool TryWork(int worker) => TryTake(worker) || _background.TryQuantum();

    /// <summary>A worker's share of the loop, if one is open.</summary>
    internal bool TryTake(int worker)
    {
        if (!_loop.IsOpen)
        {
            return false;
        }

        _loop.Take(worker, ref _stop, ref _failure);
        return true;
    }

    /// <summary>Wakes so many parked workers, but no more than there are processors for, in turn.</summary>
    private void Wake(int most)
    {
        int wanted = Math.Min(most, Math.Max(1, Environment.ProcessorCount - 1));
        for (int i = 0; i < _workers.Length && wanted > 0; i++)
        {
            int next = _firstToWake + 1 < _workers.Length ? _firstToWake + 1 : 0;
            if (_workers[_firstToWake].TryWake() || !IsCrowded)
            {
                wanted--; // it runs, or it spins and sees the work by itself
            }

            _firstToWake = next;
        }
    }

    private bool RunShared<T>(int count, T work, CancellationToken stop)
        where T : struct, IWork
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            return RunAlone(count, ref work, stop);
        }

        (_stop, _failure) = (stop, null);
        _loop.Open(count, ref work, stop.CanBeCanceled);
        Wake(count - 1);
        _loop.Take(0, ref _stop, ref _failure);
        Await(count);
        Exception? failure = _failure;
        bool whole = _loop.LeftOut == 0;
        Volatile.Write(ref _busy, 0);
        return failure is null ? whole : throw new AggregateException(failure);
    }

    /// <summary>Waits for the items that other threads are at.</summary>
    private void Await(int count)
    {
        for (int spin = 0; _loop.Done != count; spin++)
        {
            if (spin < PausesBeforeYield && !IsCrowded)
            {
                PoolWorker.Pause();
            }
            else
            {
                Yield();
            }
        }
    }

    // Kept apart: a method that calls into the system prepares for that whenever it is entered, which takes longer than a small item.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Yield() => Thread.Yield();

    private static bool RunAlone<T>(int count, ref T work, CancellationToken stop)
        where T : struct, IWork
    {
        Exception? failure = null;
        for (int item = 0; item < count; item++)
        {
            if (stop.IsCancellationRequested)
            {
                return failure is null ? false : throw new AggregateException(failure);
            }

            try
            {
                work.Item(item, 0);
            }
            catch (Exception e) // as in a shared loop, the other items run all the same
            {
                failure = e;
            }
        }

        return failure is null ? true : throw new AggregateException(failure);
    }

    /// <summary>Several items of a loop that has too many as one.</summary>
    private struct Grouped<T>(T work, int size, int count) : IWork
        where T : struct, IWork
    {
        private T _work = work;

        public void Item(int item, int worker)
        {
            int end = (int)Math.Min(count, (item + 1L) * size);
            for (int i = item * size; i < end; i++)
            {
                _work.Item(i, worker);
            }
        }
    }

    private readonly struct Delegated(Action<int> body) : IWork
    {
        public void Item(int item, int worker) => body(item);
    }
}
