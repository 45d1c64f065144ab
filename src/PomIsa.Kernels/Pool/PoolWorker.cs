using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>One thread of a pool besides the caller's: it spins for a while between two pieces of work, then parks.</summary>
/// <remarks>
/// How long it spins adapts: each time that spinning found work it spins longer the next time, each time that it was
/// in vain half as long. With more threads than processors it hardly spins at all.
/// </remarks>
internal sealed class PoolWorker : IDisposable
{
    private const int PausesPerLook = 8;

    private static readonly long Most = Ticks(microseconds: 400), Least = Ticks(microseconds: 50), Crowded = Ticks(microseconds: 1);

    [ThreadStatic]
    private static PoolWorker? t_current;

    private readonly WorkerPool _pool;
    private readonly AutoResetEvent _signal = new(false);
    private readonly Thread _thread;
    private readonly int _index;
    private long _patience;
    private int _parked;

    public PoolWorker(WorkerPool pool, int index)
    {
        (_pool, _index) = (pool, index);
        _patience = pool.IsCrowded ? Crowded : Most;
        _thread = new Thread(Work) { IsBackground = true, Name = $"pool {index}" };
        _thread.Start();
    }

    /// <summary>The worker whose thread this is; null for all other threads.</summary>
    public static PoolWorker? Current => t_current;

    /// <summary>Does the thread's share of the loop, if one is open.</summary>
    public void TakeLoop() => _pool.TryTake(_index);

    /// <summary>Wakes the thread if it is parked; true if it was.</summary>
    public bool TryWake()
    {
        if (Volatile.Read(ref _parked) == 0 || Interlocked.Exchange(ref _parked, 0) == 0)
        {
            return false;
        }

        _signal.Set();
        return true;
    }

    /// <summary>Waits for the thread to end, which the pool has asked it to.</summary>
    public void Dispose()
    {
        TryWake();
        _thread.Join();
        _signal.Dispose();
    }

    /// <summary>A short pause of a loop that waits for another thread.</summary>
    public static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    private static long Ticks(int microseconds) => Stopwatch.Frequency * microseconds / 1_000_000;

    private void Work()
    {
        t_current = this;
        while (!_pool.IsStopping)
        {
            if (!_pool.TryWork(_index) && !Spin())
            {
                Park();
            }
        }
    }

    /// <summary>True as soon as there is work.</summary>
    private bool Spin()
    {
        long until = Stopwatch.GetTimestamp() + _patience;
        do
        {
            for (int i = 0; i < PausesPerLook; i++)
            {
                if (_pool.HasWork)
                {
                    _patience = _pool.IsCrowded ? Crowded : Math.Min(Most, 2 * _patience);
                    return true;
                }

                Pause();
            }
        }
        while (Stopwatch.GetTimestamp() < until);
        _patience = _pool.IsCrowded ? Crowded : Math.Max(Least, _patience / 2);
        return false;
    }

    private void Park()
    {
        Interlocked.Exchange(ref _parked, 1);

        // Whoever adds work looks for parked threads after it; so this thread looks for work after it says that it parks.
        if ((_pool.HasWork || _pool.IsStopping) && Interlocked.Exchange(ref _parked, 0) == 1)
        {
            return;
        }

        _signal.WaitOne();
    }
}
