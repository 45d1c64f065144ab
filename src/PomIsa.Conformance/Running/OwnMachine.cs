using System.Text.Json;
using PomIsa.Conformance.Protocol;

namespace PomIsa.Conformance.Running;

/// <summary>Our machine in this process, asked with the same lines as behind a pipe.</summary>
/// <param name="threads">Threads to compute with; no answer depends on it.</param>
/// <param name="stop">Ends a run.</param>
public sealed class OwnMachine(int threads, CancellationToken stop) : IMachine
{
    private readonly CancellationToken _stop = stop;
    private Session _session = new(threads, stop);

    /// <inheritdoc/>
    public JsonDocument Ask(ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        try
        {
            return JsonDocument.Parse(_session.Answer(request));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A machine under test that throws fails its case, as one behind a pipe that crashes does.
            Restart();
            throw new MachineFailedException($"The machine threw: {e}");
        }
    }

    /// <inheritdoc/>
    public void Restart()
    {
        _session.Dispose();
        _session = new Session(threads, _stop);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
