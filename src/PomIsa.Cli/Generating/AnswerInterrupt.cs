using System.Runtime.InteropServices;

namespace PomIsa.Cli.Generating;

/// <summary>Ctrl-C while a model answers ends the answer; a termination request, or Ctrl-C twice between answers, the program.</summary>
internal sealed class AnswerInterrupt : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration[] _signals;
    private CancellationTokenSource? _answer;
    private bool _asked;

    public AnswerInterrupt() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take),
    ];

    /// <summary>Whether the program is to end after the answer.</summary>
    public bool Ends { get; private set; }

    /// <summary>Begins an answer.</summary>
    public CancellationToken Begin()
    {
        lock (_lock)
        {
            _asked = false;
            _answer = new CancellationTokenSource();
            return _answer.Token;
        }
    }

    /// <summary>Ends it.</summary>
    public void End()
    {
        lock (_lock)
        {
            _answer?.Dispose();
            _answer = null;
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        End();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_lock)
        {
            Ends |= context.Signal == PosixSignal.SIGTERM;
            if (_answer is not null)
            {
                _answer.Cancel();
                return;
            }

            // Between answers no run is open: nothing is lost.
            if (Ends || _asked)
            {
                Environment.Exit(Exit.Interrupted);
            }

            _asked = true;
            Output.Note("\nSay /exit, or Ctrl-C again, to leave.");
        }
    }
}
