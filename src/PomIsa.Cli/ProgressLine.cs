using System.Diagnostics;

namespace PomIsa.Cli;

/// <summary>One line that tells how far long work is: overwritten on a terminal, left out elsewhere.</summary>
internal sealed class ProgressLine : IProgress<string>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly bool _shown = !System.Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
    private readonly Lock _lock = new();
    private long _last;
    private int _width;

    /// <summary>Shows a line, if the last one was not only just shown. On any thread.</summary>
    public void Report(string value)
    {
        lock (_lock)
        {
            if (!_shown || (_last != 0 && Stopwatch.GetElapsedTime(_last) < Pause))
            {
                return;
            }

            _last = Stopwatch.GetTimestamp();
            string line = value.Length > 110 ? value[..109] + "…" : value;
            System.Console.Error.Write("\r" + line.PadRight(_width));
            _width = line.Length;
        }
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_width > 0)
            {
                System.Console.Error.Write("\r" + new string(' ', _width) + "\r");
                _width = 0;
            }
        }
    }
}
