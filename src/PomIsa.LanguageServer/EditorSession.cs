using System.Text.Json;
using PomIsa.LanguageServer.Documents;
using PomIsa.LanguageServer.Features;
using PomIsa.LanguageServer.Protocol;
using StreamJsonRpc;

namespace PomIsa.LanguageServer;

/// <summary>What a client may ask, and the documents that it has open. Requests see the documents as they were when they came.</summary>
internal sealed class EditorSession(DiagnosticsPublisher publisher)
{
    private readonly Workspace _workspace = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _initialized;
    private bool _snippets;

    /// <summary>Done once the client said <c>exit</c>.</summary>
    public Task Exited => _exited.Task;

    public bool IsShutDown { get; private set; }

    [JsonRpcMethod("initialize", UseSingleObjectParameterDeserialization = true)]
    public InitializeResult Initialize(InitializeParams client)
    {
        if (_initialized)
        {
            throw LspError.Of(LspError.InvalidRequest, "initialize comes once.");
        }

        _initialized = true;
        _snippets = client.Capabilities?.TextDocument?.Completion?.CompletionItem?.SnippetSupport ?? false;
        return new InitializeResult(new ServerCapabilities(), new ServerInfo("pomisa", typeof(EditorSession).Assembly.GetName().Version?.ToString(3) ?? ""));
    }

    [JsonRpcMethod("initialized")]
    public void Initialized()
    {
        // The client is ready; nothing is registered late.
    }

    [JsonRpcMethod("shutdown")]
    public object? Shutdown()
    {
        Check();
        IsShutDown = true;
        return null;
    }

    [JsonRpcMethod("exit")]
    public void Exit() => _exited.TrySetResult();

    [JsonRpcMethod("textDocument/didOpen", UseSingleObjectParameterDeserialization = true)]
    public void DidOpen(DidOpenParams opened) => Update(() => _workspace.Open(opened.TextDocument));

    [JsonRpcMethod("textDocument/didChange", UseSingleObjectParameterDeserialization = true)]
    public void DidChange(DidChangeParams changed) => Update(() => _workspace.Change(changed));

    [JsonRpcMethod("textDocument/didClose", UseSingleObjectParameterDeserialization = true)]
    public void DidClose(DocumentParams closed) => Update(() => _workspace.Close(closed.TextDocument.Uri));

    [JsonRpcMethod("textDocument/didSave", UseSingleObjectParameterDeserialization = true)]
    public void DidSave(DocumentParams saved) => Update(_workspace.Refresh);

    [JsonRpcMethod("workspace/didChangeWatchedFiles", UseSingleObjectParameterDeserialization = true)]
    public void DidChangeWatchedFiles(JsonElement changed) => Update(_workspace.Refresh);

    [JsonRpcMethod("textDocument/hover", UseSingleObjectParameterDeserialization = true)]
    public Task<Hover?> HoverAsync(PositionParams at, CancellationToken stop) =>
        AskAsync(at.TextDocument, (snapshot, document) => Hovers.At(snapshot, document, at.Position), stop);

    [JsonRpcMethod("textDocument/completion", UseSingleObjectParameterDeserialization = true)]
    public Task<CompletionList?> CompletionAsync(PositionParams at, CancellationToken stop) =>
        AskAsync(at.TextDocument, (snapshot, document) => Completions.At(snapshot, document, at.Position, _snippets), stop);

    [JsonRpcMethod("textDocument/signatureHelp", UseSingleObjectParameterDeserialization = true)]
    public Task<SignatureHelp?> SignatureHelpAsync(PositionParams at, CancellationToken stop) =>
        AskAsync(at.TextDocument, (snapshot, document) => Signatures.At(snapshot, document, at.Position), stop);

    [JsonRpcMethod("textDocument/definition", UseSingleObjectParameterDeserialization = true)]
    public Task<IReadOnlyList<Location>?> DefinitionAsync(PositionParams at, CancellationToken stop) =>
        AskAsync(at.TextDocument, (snapshot, document) => Navigation.Definition(snapshot, document, at.Position), stop);

    [JsonRpcMethod("textDocument/references", UseSingleObjectParameterDeserialization = true)]
    public Task<IReadOnlyList<Location>?> ReferencesAsync(ReferenceParams at, CancellationToken stop) => AskAsync(
        at.TextDocument, (snapshot, document) => Navigation.References(snapshot, document, at.Position, at.Context?.IncludeDeclaration ?? true), stop);

    [JsonRpcMethod("textDocument/prepareRename", UseSingleObjectParameterDeserialization = true)]
    public Task<PrepareRenameResult?> PrepareRenameAsync(PositionParams at, CancellationToken stop) =>
        AskAsync(at.TextDocument, (snapshot, document) => Renames.Prepare(snapshot, document, at.Position), stop);

    [JsonRpcMethod("textDocument/rename", UseSingleObjectParameterDeserialization = true)]
    public Task<WorkspaceEdit?> RenameAsync(RenameParams to, CancellationToken stop) =>
        AskAsync(to.TextDocument, (snapshot, document) => Renames.Of(snapshot, document, to.Position, to.NewName), stop);

    [JsonRpcMethod("textDocument/documentSymbol", UseSingleObjectParameterDeserialization = true)]
    public Task<IReadOnlyList<DocumentSymbol>?> DocumentSymbolAsync(DocumentParams about, CancellationToken stop) =>
        AskAsync(about.TextDocument, Outline.Of, stop);

    [JsonRpcMethod("textDocument/formatting", UseSingleObjectParameterDeserialization = true)]
    public Task<IReadOnlyList<TextEdit>?> FormattingAsync(DocumentParams about, CancellationToken stop) =>
        AskAsync(about.TextDocument, (_, document) => Layout.Of(document), stop);

    private void Update(Action change)
    {
        if (_initialized && !IsShutDown)
        {
            change();
            publisher.Changed(() => _workspace.Current);
        }
    }

    // The snapshot is taken before the first await, so in the order of the messages; the work itself is done beside them.
    private Task<T?> AskAsync<T>(TextDocumentIdentifier about, Func<Snapshot, TextDocument, T?> answer, CancellationToken stop)
    {
        Check();
        var snapshot = _workspace.Current;
        return snapshot.Open.TryGetValue(about.Uri, out var document)
            ? Task.Run(() => answer(snapshot, document), stop)
            : Task.FromResult(default(T));
    }

    private void Check()
    {
        if (!_initialized)
        {
            throw LspError.Of(LspError.ServerNotInitialized, "initialize comes first.");
        }

        if (IsShutDown)
        {
            throw LspError.Of(LspError.InvalidRequest, "The server is shut down.");
        }
    }
}
