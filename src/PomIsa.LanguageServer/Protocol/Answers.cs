using System.Collections.Immutable;

namespace PomIsa.LanguageServer.Protocol;

/// <param name="Severity">1: error.</param>
/// <param name="Code">Such as <c>A205</c>, listed in spec/assembly.md.</param>
internal sealed record DiagnosticItem(TextRange Range, int Severity, string Code, string Source, string Message);

internal sealed record PublishDiagnosticsParams(string Uri, ImmutableArray<DiagnosticItem> Diagnostics, int? Version = null);

/// <param name="Kind"><c>markdown</c> or <c>plaintext</c>.</param>
internal sealed record MarkupContent(string Kind, string Value)
{
    public static MarkupContent Markdown(string text) => new("markdown", text);
}

internal sealed record Hover(MarkupContent Contents, TextRange? Range = null);

/// <param name="Kind">A <see cref="CompletionKind"/>.</param>
internal sealed record CompletionItem(string Label, int Kind)
{
    public string? Detail { get; init; }

    public MarkupContent? Documentation { get; init; }

    public string? SortText { get; init; }

    public string? FilterText { get; init; }

    /// <summary>1: plain text, 2: snippet.</summary>
    public int InsertTextFormat { get; init; } = 1;

    public TextEdit? TextEdit { get; init; }
}

internal sealed record CompletionList(bool IsIncomplete, ImmutableArray<CompletionItem> Items);

/// <summary>Numbers that LSP gives to kinds of completion items; editors choose icons by them.</summary>
internal static class CompletionKind
{
    public const int Function = 3;
    public const int Field = 5;
    public const int Variable = 6;
    public const int Module = 9;
    public const int Keyword = 14;
    public const int Constant = 21;
    public const int Struct = 22;
    public const int Operator = 24;
    public const int TypeParameter = 25;
}

internal sealed record DocumentSymbol(string Name, string Detail, int Kind, TextRange Range, TextRange SelectionRange)
{
    public ImmutableArray<DocumentSymbol> Children { get; init; } = [];
}

internal sealed record ParameterInformation(ImmutableArray<int> Label);

internal sealed record SignatureInformation(string Label, MarkupContent Documentation, ImmutableArray<ParameterInformation> Parameters);

internal sealed record SignatureHelp(ImmutableArray<SignatureInformation> Signatures, int ActiveSignature, int ActiveParameter);

internal sealed record WorkspaceEdit(IReadOnlyDictionary<string, ImmutableArray<TextEdit>> Changes);

internal sealed record PrepareRenameResult(TextRange Range, string Placeholder);

internal sealed record LogMessageParams(int Type, string Message);
