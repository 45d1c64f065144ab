using System.Collections.Immutable;

namespace PomIsa.LanguageServer.Protocol;

internal sealed record TextDocumentIdentifier(string Uri);

internal sealed record VersionedDocument(string Uri, int? Version = null);

internal sealed record TextDocumentItem(string Uri, string Text, int Version = 0);

internal sealed record DidOpenParams(TextDocumentItem TextDocument);

/// <param name="Range">What is replaced; null for the whole document.</param>
internal sealed record ContentChange(string Text, TextRange? Range = null);

internal sealed record DidChangeParams(VersionedDocument TextDocument, ImmutableArray<ContentChange> ContentChanges);

/// <summary>Of close, save, symbols, formatting: all that is said is which document.</summary>
internal sealed record DocumentParams(TextDocumentIdentifier TextDocument);

/// <summary>A place in a document.</summary>
internal sealed record PositionParams(TextDocumentIdentifier TextDocument, Position Position);

internal sealed record ReferenceContext(bool IncludeDeclaration = true);

internal sealed record ReferenceParams(TextDocumentIdentifier TextDocument, Position Position, ReferenceContext? Context = null);

internal sealed record RenameParams(TextDocumentIdentifier TextDocument, Position Position, string NewName);
