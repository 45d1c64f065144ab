using System.Runtime.InteropServices;

namespace PomIsa.Cli;

/// <summary>Turns Ctrl-C and a termination request into a token, once; a second Ctrl-C ends the process at once.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interrupt() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take),
    ];

    public CancellationToken Token => _source.Token;

    /// <summary>Ctrl-C ends the process at once, for as long as what is returned lives: for work that leaves nothing behind, however long it takes.</summary>
    public static CancellationTokenRegistration EndsProcess(CancellationToken stop) => stop.Register(static () =>
    {
        Output.Error("Interrupted.");
        Environment.Exit(Exit.Interrupted);
    });

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _source.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        if (!_source.IsCancellationRequested)
        {
            context.Cancel = true;
            _source.Cancel();
        }
    }
}
