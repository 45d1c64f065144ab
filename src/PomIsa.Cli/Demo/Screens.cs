using System.Diagnostics;
using Spectre.Console;

namespace PomIsa.Cli.Demo;

/// <summary>Draws the frame again and again in place.</summary>
internal sealed class LiveScreen(LiveDisplayContext context, IAnsiConsole console) : IDemoScreen
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private long _drawn;

    public void Tick(DemoView view)
    {
        // Drawing costs time that the machine could use: a few frames a second are enough for an eye.
        if (Stopwatch.GetElapsedTime(_drawn) >= Pause)
        {
            Draw(view);
        }
    }

    public void Tell(DemoView view, string line) => Draw(view);

    private void Draw(DemoView view)
    {
        context.UpdateTarget(DemoFrame.Of(view, console.Profile.Width));
        _drawn = Stopwatch.GetTimestamp();
    }
}

/// <summary>One line for each thing that happens.</summary>
internal sealed class PlainScreen : IDemoScreen
{
    public void Tick(DemoView view)
    {
    }

    public void Tell(DemoView view, string line) => Output.Line(line);
}

/// <summary>Shows nothing.</summary>
internal sealed class NoScreen : IDemoScreen
{
    public void Tick(DemoView view)
    {
    }

    public void Tell(DemoView view, string line)
    {
    }
}
