namespace PomIsa.Kernels;

/// <summary>A fixed set of threads that share out the items of one loop at a time.</summary>
/// <remarks>
/// Which thread takes which item is left to chance, so a body may write only what belongs to its item: a result
/// then depends on neither the number of threads nor their timing. Workers spin briefly before they sleep.
/// </remarks>
public sealed class WorkerPool : IDisposable
{
    private const int SpinRounds = 2000;

    private const long Closed = int.MaxValue; // an index that no loop reaches

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _oneLoop = new();
    private Action<int>? _body;
    private Exception? _failure;
    private int _count;
    private int _done;
    private int _sleeping;
    private volatile bool _stopping;

    /// <summary>Number of the loop in the high half, its next item in the low half: one exchange takes an item of the right loop or nothing.</summary>
    private long _state = Closed;

    /// <summary>Starts <paramref name="threads"/> − 1 workers; the caller of <see cref="Run"/> is the last one.</summary>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"pool {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads that take part in a loop, the caller included.</summary>
    public int Threads => _threads.Length + 1;

    /// <summary>Runs <paramref name="body"/> once for each item in [0, count) and returns when all are done.</summary>
    /// <remarks>It waits for items, not for workers: one that the system has put aside holds nobody up.</remarks>
    /// <exception cref="AggregateException">A body threw; all other items were run.</exception>
    public void Run(int count, Action<int> body)
    {
        if (count <= 1 || _threads.Length == 0)
        {
            for (int i = 0; i < count; i++)
            {
                body(i);
            }

            return;
        }

        lock (_oneLoop)
        {
            long round = (Volatile.Read(ref _state) >> 32) + 1;
            Interlocked.Exchange(ref _state, (round << 32) | Closed);
            (_body, _count, _failure) = (body, count, null);
            Volatile.Write(ref _done, 0);
            Interlocked.Exchange(ref _state, round << 32);
            int sleeping = Math.Min(Volatile.Read(ref _sleeping), count - 1);
            if (sleeping > 0)
            {
                _wake.Release(sleeping);
            }

            Take();
            var spin = default(SpinWait);
            while (Volatile.Read(ref _done) != count)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            if (_failure is { } failure)
            {
                throw new AggregateException(failure);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _wake.Release(_threads.Length + 1);
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
    }

    private void Take()
    {
        while (true)
        {
            long state = Volatile.Read(ref _state);
            int item = (int)state;
            Action<int>? body = _body;
            if (item >= Volatile.Read(ref _count))
            {
                return;
            }

            // Success means that the state is still the one read, so the body read in between belongs to this loop.
            if (Interlocked.CompareExchange(ref _state, state + 1, state) != state)
            {
                continue;
            }

            try
            {
                body!(item);
            }
            catch (Exception failure) // carried to the caller's thread, not swallowed
            {
                _failure = failure;
            }

            Interlocked.Increment(ref _done);
        }
    }

    private void Work()
    {
        long seen = 0;
        while (!_stopping)
        {
            for (int spin = 0; Round == seen && spin < SpinRounds && !_stopping; spin++)
            {
                Thread.SpinWait(20);
            }

            if (Round == seen)
            {
                Interlocked.Increment(ref _sleeping);
                if (Round == seen && !_stopping)
                {
                    _wake.Wait();
                }

                Interlocked.Decrement(ref _sleeping);
                continue;
            }

            seen = Round;
            Take();
        }
    }

    private long Round => Volatile.Read(ref _state) >> 32;
}
