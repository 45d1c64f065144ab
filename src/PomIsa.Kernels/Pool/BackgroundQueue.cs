namespace PomIsa.Kernels;

/// <summary>The few pieces of background work that a pool has been given, oldest first.</summary>
internal sealed class BackgroundQueue
{
    private const int Capacity = 16;

    private readonly BackgroundWork?[] _works = new BackgroundWork?[Capacity];
    private int _next;
    private int _count;

    /// <summary>Pieces of work that are not done.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether a quantum can be taken.</summary>
    public bool IsReady
    {
        get
        {
            if (Count == 0)
            {
                return false;
            }

            foreach (BackgroundWork? work in _works)
            {
                if (work is { IsReady: true })
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Starts work and adds it; false, not started, where the queue is full. For one thread at a time.</summary>
    public bool TryStart(BackgroundWork work)
    {
        if (Volatile.Read(ref _works[_next]) is { IsDone: false })
        {
            return false;
        }

        Note(1);
        work.Start(this);
        Volatile.Write(ref _works[_next], work);
        _next = (_next + 1) % Capacity;
        return true;
    }

    /// <summary>Does one quantum of the oldest work that has one ready.</summary>
    public bool TryQuantum()
    {
        if (Count == 0)
        {
            return false;
        }

        int oldest = Volatile.Read(ref _next);
        for (int i = 0; i < Capacity; i++)
        {
            if (Volatile.Read(ref _works[(oldest + i) % Capacity]) is { IsReady: true } work && work.TryQuantum())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A piece of work came or was done.</summary>
    public void Note(int change) => Interlocked.Add(ref _count, change);
}
