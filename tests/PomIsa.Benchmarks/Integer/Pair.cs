using System.Diagnostics;

namespace PomIsa.Benchmarks.Integer;

/// <summary>One thread, or two that begin together; the time until the last is done.</summary>
internal sealed class Pair : IDisposable
{
    private readonly Thread _second;
    private Action<int>? _work;
    private volatile int _begun, _ended;
    private volatile bool _over;

    public Pair()
    {
        _second = new Thread(Follow) { IsBackground = true };
        _second.Start();
    }

    /// <summary>Runs <paramref name="work"/> for each part below <paramref name="threads"/>.</summary>
    public double Seconds(int threads, Action<int> work)
    {
        long start = Stopwatch.GetTimestamp();
        if (threads == 2)
        {
            _work = work;
            _begun++;
        }

        work(0);
        while (_ended != _begun)
        {
            Thread.SpinWait(10);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _over = true;
        _second.Join();
    }

    private void Follow()
    {
        while (!_over)
        {
            if (_begun == _ended)
            {
                Thread.SpinWait(10);
                continue;
            }

            _work!(1);
            _ended++;
        }
    }
}
