namespace PomIsa.Kernels;

/// <summary>A fixed set of threads that share out the items of one loop at a time.</summary>
/// <remarks>
/// Which thread takes which item is left to chance, so a body may write only what belongs to its item: a result
/// then depends on neither the number of threads nor their timing. Workers spin briefly before they sleep.
/// </remarks>
public sealed class WorkerPool : IDisposable
{
    private const int SpinRounds = 2000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly object _oneLoop = new();
    private Action<int>? _body;
    private Exception? _failure;
    private int _count;
    private int _next;
    private int _active;
    private int _sleeping;
    private volatile int _round;
    private volatile bool _stopping;

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
            _body = body;
            _count = count;
            _failure = null;
            Volatile.Write(ref _next, 0);
            Volatile.Write(ref _active, _threads.Length);
            Interlocked.Increment(ref _round);
            int sleeping = Volatile.Read(ref _sleeping);
            if (sleeping > 0)
            {
                _wake.Release(sleeping);
            }

            Take();
            var spin = default(SpinWait);
            while (Volatile.Read(ref _active) != 0)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            _body = null;
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
        Interlocked.Increment(ref _round);
        _wake.Release(_threads.Length + 1);
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
    }

    private void Take()
    {
        try
        {
            for (int i = Interlocked.Increment(ref _next) - 1; i < _count; i = Interlocked.Increment(ref _next) - 1)
            {
                _body!(i);
            }
        }
        catch (Exception failure) // carried to the caller's thread, not swallowed
        {
            Volatile.Write(ref _next, int.MaxValue / 2);
            _failure = failure;
        }
    }

    private void Work()
    {
        int seen = 0;
        while (true)
        {
            for (int spin = 0; _round == seen && spin < SpinRounds; spin++)
            {
                Thread.SpinWait(20);
            }

            while (_round == seen)
            {
                Interlocked.Increment(ref _sleeping);
                if (_round == seen)
                {
                    _wake.Wait();
                }

                Interlocked.Decrement(ref _sleeping);
            }

            seen = _round;
            if (_stopping)
            {
                return;
            }

            Take();
            Interlocked.Decrement(ref _active);
        }
    }
}
