namespace PomIsa.Kernels;

/// <summary>Work in small quanta that the threads of a pool do when no loop needs them.</summary>
/// <remarks>
/// It runs in stages: the quanta of one stage are independent, and a stage begins when the one before it is done. A
/// quantum should take 20 µs at most, since a loop may begin while it runs. An object can be given to a pool again
/// once it is done.
/// </remarks>
public abstract class BackgroundWork
{
    private const long Shut = 0;

    private long _ticket = Shut; // quanta of the open stage in the high half, the next one in the low half
    private int _stage;
    private int _done;
    private volatile bool _isDone = true;
    private BackgroundQueue? _queue;
    private volatile Exception? _failure;

    /// <summary>Whether every quantum is done, or one has failed.</summary>
    public bool IsDone => _isDone;

    /// <summary>Number of stages.</summary>
    protected abstract int Stages { get; }

    /// <summary>Begins a stage, all earlier ones being done; returns the number of its quanta, which may be 0.</summary>
    protected abstract int Begin(int stage);

    /// <summary>Does one quantum of a stage.</summary>
    protected abstract void Quantum(int stage, int quantum);

    /// <summary>Does all of it on this thread, or what other threads have left, and waits for what they are at.</summary>
    /// <exception cref="AggregateException">A quantum threw.</exception>
    public void Finish()
    {
        for (var wait = default(SpinWait); !_isDone;)
        {
            if (!TryQuantum())
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }
        }

        if (_failure is { } failure)
        {
            _failure = null;
            throw new AggregateException(failure);
        }
    }

    /// <summary>Whether a quantum can be taken.</summary>
    internal bool IsReady
    {
        get
        {
            long ticket = Volatile.Read(ref _ticket);
            return (int)ticket < (int)(ticket >> 32);
        }
    }

    /// <summary>Makes the first stage's quanta ready to be taken; the queue, where there is one, is told of the end.</summary>
    internal void Start(BackgroundQueue? queue)
    {
        (_isDone, _failure, _queue) = (false, null, queue);
        Advance(0);
    }

    /// <summary>Does one quantum, where one is ready.</summary>
    /// <returns>False if none is: all done, or in other threads' hands.</returns>
    internal bool TryQuantum()
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            int count = (int)(ticket >> 32), quantum = (int)ticket;
            if (quantum >= count)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket)
            {
                continue;
            }

            // While this quantum is not done no other stage begins, so the stage is the one that the ticket stood for.
            int stage = _stage;
            try
            {
                Quantum(stage, quantum);
            }
            catch (Exception e) // carried to whoever finishes the work, not swallowed
            {
                _failure = e;
            }

            if (Interlocked.Increment(ref _done) == count)
            {
                Advance(stage + 1);
            }

            return true;
        }
    }

    private void Advance(int stage)
    {
        try
        {
            for (; stage < Stages && _failure is null; stage++)
            {
                int count = Begin(stage);
                if (count > 0)
                {
                    (_stage, _done) = (stage, 0);
                    Volatile.Write(ref _ticket, (long)count << 32);
                    return;
                }
            }
        }
        catch (Exception e) // as above
        {
            _failure = e;
        }

        Volatile.Write(ref _ticket, Shut);
        BackgroundQueue? queue = _queue;
        _isDone = true;
        queue?.Note(-1);
    }
}
