using System.Collections.Immutable;

namespace PomIsa.LanguageServer.Protocol;

/// <summary>What the client says of itself; only what the server asks for is read.</summary>
internal sealed record InitializeParams(ClientCapabilities? Capabilities = null);

internal sealed record ClientCapabilities(TextDocumentCapabilities? TextDocument = null);

internal sealed record TextDocumentCapabilities(CompletionCapabilities? Completion = null);

internal sealed record CompletionCapabilities(CompletionItemCapabilities? CompletionItem = null);

internal sealed record CompletionItemCapabilities(bool SnippetSupport = false);

internal sealed record InitializeResult(ServerCapabilities Capabilities, ServerInfo ServerInfo);

internal sealed record ServerInfo(string Name, string Version);

/// <summary>Everything that the server does.</summary>
internal sealed record ServerCapabilities
{
    public string PositionEncoding { get; init; } = "utf-16";

    public TextDocumentSyncOptions TextDocumentSync { get; init; } = new(OpenClose: true, Change: 2, new SaveOptions(IncludeText: false));

    public bool HoverProvider { get; init; } = true;

    public CompletionOptions CompletionProvider { get; init; } = new([".", " ", ",", "["]);

    public CompletionOptions SignatureHelpProvider { get; init; } = new([" ", ","]);

    public bool DefinitionProvider { get; init; } = true;

    public bool ReferencesProvider { get; init; } = true;

    public bool DocumentSymbolProvider { get; init; } = true;

    public bool DocumentFormattingProvider { get; init; } = true;

    public RenameOptions RenameProvider { get; init; } = new(PrepareProvider: true);
}

/// <param name="Change">2: incremental. A change without a range is the whole text.</param>
internal sealed record TextDocumentSyncOptions(bool OpenClose, int Change, SaveOptions Save);

internal sealed record SaveOptions(bool IncludeText);

internal sealed record CompletionOptions(ImmutableArray<string> TriggerCharacters);

internal sealed record RenameOptions(bool PrepareProvider);
