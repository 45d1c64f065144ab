using System.Diagnostics;
using System.Globalization;

namespace PomIsa.Exhaustive;

/// <summary>One line on standard error: share done, rate, time to go, what multi-precision decided, what is wrong.</summary>
internal sealed class Progress : IDisposable
{
    private readonly string _name;
    private readonly long _total;
    private readonly string _decidedName;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Timer _timer;
    private readonly bool _inPlace = !Console.IsErrorRedirected;
    private long _done;
    private long _skipped;
    private long _decided;
    private long _wrong;

    public Progress(string name, long total, string decidedName = "MPFR")
    {
        (_name, _total, _decidedName) = (name, total, decidedName);
        TimeSpan period = TimeSpan.FromSeconds(_inPlace ? 1 : 15);
        _timer = new Timer(_ => Write(), null, period, period);
    }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public void Add(long inputs, long decided = 0, long wrong = 0)
    {
        Interlocked.Add(ref _done, inputs);
        Interlocked.Add(ref _decided, decided);
        Interlocked.Add(ref _wrong, wrong);
    }

    /// <summary>Inputs that an earlier run has checked: they count as done, not towards the rate.</summary>
    public void Skip(long inputs) => Interlocked.Add(ref _skipped, inputs);

    public void Dispose()
    {
        _timer.Dispose();
        if (_inPlace)
        {
            Console.Error.Write("\r\e[K");
        }
    }

    private void Write()
    {
        long done = Interlocked.Read(ref _done), all = done + Interlocked.Read(ref _skipped);
        double rate = done / Elapsed.TotalSeconds;
        string left = rate > 0 ? TimeSpan.FromSeconds((_total - all) / rate).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) : "?";
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{_name}  {(double)all / _total,6:P1}  {rate / 1e6,6:F1} M/s  {left} to go  {_decidedName} {Interlocked.Read(ref _decided)}  wrong {Interlocked.Read(ref _wrong)}");
        Console.Error.Write(_inPlace ? $"\r\e[K{line}" : line + "\n");
    }
}
