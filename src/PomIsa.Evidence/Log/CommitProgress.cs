namespace PomIsa.Evidence.Log;

/// <summary>How far a log's commits have come: what was asked for, what is durable, and who waits for it.</summary>
/// <remarks>One commit takes everything with it that was appended before, so there is no need for the next until it is done.</remarks>
/// <param name="files">The log's folder, which knows of faults.</param>
/// <param name="millisecondsBetweenCommits">Least time between commits that nobody waits for.</param>
/// <param name="clock">Milliseconds since any moment. It may jump: that moves a commit that nobody waits for, and nothing else.</param>
internal sealed class CommitProgress(LogFiles files, int millisecondsBetweenCommits, Func<long> clock)
{
    private const int MillisecondsBetweenLooks = 5; // a write that fails ends no commit, so nobody would wake who waits for one

    private readonly object _gate = new();
    private ulong _committed;
    private ulong _requested;
    private long _last = long.MinValue / 2;

    /// <summary>Entries that are durable.</summary>
    internal ulong Committed
    {
        get
        {
            lock (_gate)
            {
                return _committed;
            }
        }
    }

    /// <summary>What was found durable when the log was opened.</summary>
    internal void Begin(ulong size) => _committed = _requested = size;

    /// <summary>Whether a commit of so many entries is to be started now.</summary>
    /// <param name="size">Entries appended.</param>
    /// <param name="atOnce">Also where another is under way or began a moment ago.</param>
    internal bool TryRequest(ulong size, bool atOnce)
    {
        long now = clock();
        lock (_gate)
        {
            if (_requested == size || (!atOnce && (_requested != _committed || (now >= _last && now - _last < millisecondsBetweenCommits))))
            {
                return false;
            }

            (_requested, _last) = (size, now);
            return true;
        }
    }

    /// <summary>A commit is done. After a fault nothing counts as committed any more.</summary>
    internal void Land(ulong size)
    {
        lock (_gate)
        {
            _committed = files.Failure is null ? Math.Max(_committed, size) : _committed;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until so many entries are durable.</summary>
    /// <exception cref="LogException">The log can't be written.</exception>
    internal void Await(ulong size)
    {
        lock (_gate)
        {
            while (_committed < size)
            {
                files.ThrowIfFailed();
                Monitor.Wait(_gate, MillisecondsBetweenLooks);
            }
        }
    }
}
