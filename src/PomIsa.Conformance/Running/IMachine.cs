using System.Text.Json;

namespace PomIsa.Conformance.Running;

/// <summary>A machine under test: ours in this process, or any behind a pipe.</summary>
public interface IMachine : IDisposable
{
    /// <summary>The answer to one request.</summary>
    /// <exception cref="MachineFailedException">It crashed, hung, or answered what is no JSON. The next request meets a new one.</exception>
    /// <exception cref="OperationCanceledException">A stop was asked for.</exception>
    JsonDocument Ask(ReadOnlyMemory<byte> request, CancellationToken stop);

    /// <summary>The next request meets a new machine.</summary>
    void Restart();
}

/// <summary>A machine gave no answer: the case fails, and the machine is started again.</summary>
public sealed class MachineFailedException(string message) : Exception(message);

/// <summary>A machine can't be started at all.</summary>
public sealed class MachineUnavailableException(string message) : Exception(message);
