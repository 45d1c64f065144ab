using System.Diagnostics.CodeAnalysis;
using PomIsa.Machine;

namespace PomIsa.Cli.Runs;

/// <summary>A run's program and weights, loaded and checked on another thread while the log is read on this one.</summary>
internal sealed class LoadingProgram : IDisposable
{
    private readonly Task<(BoundProgram? Program, string Why)> _task;

    private LoadingProgram(RunDescription claim, string folder, string store) => _task = Task.Run(() =>
    {
        RunWeights.TryBind(claim, folder, store, out BoundProgram? program, out string why);
        return (program, why);
    });

    /// <summary>Starts what <see cref="RunWeights.TryBind"/> does.</summary>
    public static LoadingProgram Start(RunDescription claim, string folder, string store) => new(claim, folder, store);

    /// <summary>Waits for the program, which is freed with this; throws what loading threw.</summary>
    /// <param name="program">The program.</param>
    /// <param name="why">What is missing.</param>
    public bool TryAwait([NotNullWhen(true)] out BoundProgram? program, out string why)
    {
        (program, why) = _task.GetAwaiter().GetResult();
        return program is not null;
    }

    /// <summary>Waits for the end of loading, whatever it came to, and frees the program.</summary>
    public void Dispose()
    {
        ((IAsyncResult)_task).AsyncWaitHandle.WaitOne();
        if (_task.IsCompletedSuccessfully)
        {
            _task.Result.Program?.Dispose();
        }
    }
}
