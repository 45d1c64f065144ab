namespace PomIsa.Exhaustive.Tables;

/// <summary>Pieces computed on several threads and handed on in their order.</summary>
internal sealed class Pipeline
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop;
    private readonly int _count;
    private int _next;
    private int _turn;
    private Exception? _failure;

    private Pipeline(int count, CancellationToken stop)
    {
        _count = count;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>
    /// Calls <paramref name="compute"/> for every piece in [0, count) on any thread, and <paramref name="handOn"/> for piece after piece.
    /// </summary>
    /// <param name="open">Makes a thread's own space.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for; pieces handed on remain so.</exception>
    public static void Run<T>(
        int count, int threads, Func<T> open, Action<int, T, CancellationToken> compute, Action<int, T> handOn, CancellationToken stop)
    {
        var pipeline = new Pipeline(count, stop);
        using (pipeline._stop)
        {
            var workers = new Thread[threads];
            for (int i = 0; i < threads; i++)
            {
                workers[i] = new Thread(() => pipeline.Work(open, compute, handOn)) { Name = $"table {i}" };
                workers[i].Start();
            }

            foreach (Thread worker in workers)
            {
                worker.Join();
            }
        }

        if (pipeline._failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        stop.ThrowIfCancellationRequested();
    }

    private void Work<T>(Func<T> open, Action<int, T, CancellationToken> compute, Action<int, T> handOn)
    {
        T space = open();
        try
        {
            while (true)
            {
                int piece = Interlocked.Increment(ref _next) - 1;
                if (piece >= _count)
                {
                    return;
                }

                compute(piece, space, _stop.Token);
                WaitFor(piece);
                handOn(piece, space);
                Volatile.Write(ref _turn, piece + 1);
            }
        }
        catch (OperationCanceledException)
        {
            // The caller's token says so, or another thread failed; pieces in work are dropped.
        }
        catch (Exception failure) // carried to the caller's thread, not swallowed
        {
            lock (_gate)
            {
                _failure ??= failure;
            }

            _stop.Cancel();
        }
        finally
        {
            (space as IDisposable)?.Dispose();
        }
    }

    private void WaitFor(int piece)
    {
        while (Volatile.Read(ref _turn) != piece)
        {
            _stop.Token.ThrowIfCancellationRequested();
            Thread.Sleep(1);
        }
    }
}
