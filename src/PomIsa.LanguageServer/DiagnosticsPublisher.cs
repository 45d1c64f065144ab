using System.Collections.Immutable;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Features;
using PomIsa.LanguageServer.Protocol;
using StreamJsonRpc;

namespace PomIsa.LanguageServer;

/// <summary>Sends what is wrong with the open documents, a moment after the last change: only the newest state counts.</summary>
internal sealed class DiagnosticsPublisher(JsonRpc connection) : IAsyncDisposable
{
    // Shorter than a glance, longer than the time between two keys of a fast typist.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Dictionary<string, ImmutableArray<DiagnosticItem>> _sent = new(StringComparer.Ordinal);
    private Task _loop = Task.CompletedTask;
    private Func<Snapshot>? _current;

    public void Start() => _loop = Task.Run(LoopAsync);

    /// <summary>Something may have changed; <paramref name="current"/> tells the state when the time has come.</summary>
    public void Changed(Func<Snapshot> current)
    {
        _current = current;
        _changed.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
        _changed.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _changed.WaitAsync(_stop.Token).ConfigureAwait(false);
                do
                {
                    await Task.Delay(Pause, _stop.Token).ConfigureAwait(false);
                }
                while (_changed.Wait(0));

                await PublishAsync(_current!()).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or ConnectionLostException)
            {
                return;
            }
            catch (Exception e)
            {
                // A bug of ours must not end the diagnostics of a whole session; the client shows it, and the next change tries again.
                await connection.NotifyWithParameterObjectAsync("window/logMessage", new LogMessageParams(1, $"pomisa: {e.Message}")).ConfigureAwait(false);
            }
        }
    }

    private async Task PublishAsync(Snapshot snapshot)
    {
        var found = Mistakes.Of(snapshot, _stop.Token);
        foreach (var uri in _sent.Keys.Except(found.Keys).ToList())
        {
            _sent.Remove(uri);
            await SendAsync(uri, [], null).ConfigureAwait(false);
        }

        foreach (var (uri, items) in found)
        {
            _sent[uri] = items;
            await SendAsync(uri, items, snapshot.Open.GetValueOrDefault(uri)?.Version).ConfigureAwait(false);
        }
    }

    private Task SendAsync(string uri, ImmutableArray<DiagnosticItem> items, int? version) =>
        connection.NotifyWithParameterObjectAsync("textDocument/publishDiagnostics", new PublishDiagnosticsParams(uri, items, version));
}
