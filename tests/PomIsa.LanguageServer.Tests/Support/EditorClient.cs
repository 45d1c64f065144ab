using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using PomIsa.LanguageServer.Protocol;
using StreamJsonRpc;

namespace PomIsa.LanguageServer.Tests.Support;

/// <summary>An editor's side of the protocol, against the real process: <c>pomisa lsp</c> over its pipes.</summary>
internal sealed class EditorClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Dll = Path.Combine(AppContext.BaseDirectory, "pomisa.dll");

    private readonly Process _process;
    private readonly JsonRpc _rpc;
    private readonly Published _published = new();

    public EditorClient()
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [Dll, "lsp", "--stdio"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var form = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
        _rpc = new JsonRpc(new HeaderDelimitedMessageHandler(
            _process.StandardInput.BaseStream, _process.StandardOutput.BaseStream, new SystemTextJsonFormatter { JsonSerializerOptions = form }));
        _rpc.AddLocalRpcTarget(_published);
        _rpc.StartListening();
    }

    /// <summary>A client that has said hello.</summary>
    public static async Task<EditorClient> StartAsync()
    {
        var client = new EditorClient();
        await client.AskAsync("initialize", new
        {
            processId = Environment.ProcessId,
            rootUri = (string?)null,
            capabilities = new { textDocument = new { completion = new { completionItem = new { snippetSupport = true } } } },
        });
        await client.TellAsync("initialized", new { });
        return client;
    }

    public Task<JsonElement> AskAsync(string method, object? parameters = null, CancellationToken stop = default) =>
        (parameters is null ? _rpc.InvokeWithCancellationAsync<JsonElement>(method, cancellationToken: stop)
            : _rpc.InvokeWithParameterObjectAsync<JsonElement>(method, parameters, stop)).WaitAsync(Patience, CancellationToken.None);

    public Task TellAsync(string method, object? parameters = null) =>
        parameters is null ? _rpc.NotifyAsync(method) : _rpc.NotifyWithParameterObjectAsync(method, parameters);

    public Task OpenAsync(string uri, string text, int version = 1) =>
        TellAsync("textDocument/didOpen", new { textDocument = new { uri, languageId = "pomisa", version, text } });

    /// <summary>Replaces the whole text.</summary>
    public Task ReplaceAsync(string uri, string text, int version) =>
        TellAsync("textDocument/didChange", new { textDocument = new { uri, version }, contentChanges = new[] { new { text } } });

    /// <summary>Types over a range.</summary>
    public Task TypeAsync(string uri, TextRange range, string text, int version) =>
        TellAsync("textDocument/didChange", new { textDocument = new { uri, version }, contentChanges = new[] { new { range, text } } });

    /// <summary>A request about a place.</summary>
    public Task<JsonElement> AtAsync(string method, string uri, Position position) =>
        AskAsync("textDocument/" + method, new { textDocument = new { uri }, position });

    /// <summary>What is published for a document once it has a version, or the next that satisfies.</summary>
    public Task<IReadOnlyList<JsonElement>> MistakesAsync(string uri, int? version, Func<IReadOnlyList<JsonElement>, bool>? when = null) =>
        _published.WaitAsync(uri, version, when ?? (static _ => true)).WaitAsync(Patience);

    /// <summary>Ends the session as LSP says; answers the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        Assert.Equal(JsonValueKind.Null, (await AskAsync("shutdown")).ValueKind);
        await TellAsync("exit");
        return await EndAsync();
    }

    /// <summary>Waits for the process to end.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Ends the stream without a word.</summary>
    public void HangUp() => _process.StandardInput.Close();

    public async ValueTask DisposeAsync()
    {
        _rpc.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private sealed class Published
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, (int? Version, IReadOnlyList<JsonElement> Items)> _newest = [];
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        [JsonRpcMethod("textDocument/publishDiagnostics", UseSingleObjectParameterDeserialization = true)]
        public void Receive(JsonElement published)
        {
            lock (_gate)
            {
                int? version = published.TryGetProperty("version", out var number) ? number.GetInt32() : null;
                _newest[published.GetProperty("uri").GetString()!] = (version, [.. published.GetProperty("diagnostics").EnumerateArray().Select(one => one.Clone())]);
                _more.TrySetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public async Task<IReadOnlyList<JsonElement>> WaitAsync(string uri, int? version, Func<IReadOnlyList<JsonElement>, bool> when)
        {
            while (true)
            {
                Task more;
                lock (_gate)
                {
                    if (_newest.TryGetValue(uri, out var newest) && (version is null || newest.Version >= version) && when(newest.Items))
                    {
                        return newest.Items;
                    }

                    more = _more.Task;
                }

                await more;
            }
        }
    }
}
