using PomIsa.Assembly;
using PomIsa.Assembly.Analysis;
using PomIsa.Isa;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Features;

/// <summary>The names that a line may use.</summary>
/// <param name="line">From 1; what this line itself declares is being typed and not offered.</param>
internal sealed class CompletionScope(SourceAnalysis analysis, string file, int line)
{
    public SourceAnalysis Analysis => analysis;

    /// <summary>The function around the line.</summary>
    public SourceBlock? Function { get; } = analysis.FunctionAt(file, line) is { } function && function.FirstLine < line
        && (function.LastLine > line || !Closed(analysis, function)) ? function : null;

    /// <summary>The function's registers that a line above writes.</summary>
    public IEnumerable<CompletionItem> Registers() => Own(NameKind.Register);

    public IEnumerable<CompletionItem> Locals() => Own(NameKind.Local);

    /// <summary>All names of a kind.</summary>
    public IEnumerable<CompletionItem> Names(NameKind kind) => analysis.Names.Where(one => one.Kind == kind && !IsHere(one)).Select(Item);

    /// <summary>What an expression may hold: repeat variables around the line, symbols, constants.</summary>
    public IEnumerable<CompletionItem> Values() => analysis.Blocks
        .Where(one => one.Kind is null && one.File == file && one.FirstLine < line && one.LastLine >= line).Select(one => Item(analysis.Names[one.Name]))
        .Concat(Names(NameKind.Symbol)).Concat(Names(NameKind.Constant));

    public IEnumerable<CompletionItem> Types(bool ofWeights) => Names(NameKind.ElementType).Concat(Enum.GetValues<DType>()
        .Where(one => ofWeights || DTypes.IsComputed(one)).Select(one => new CompletionItem(DTypes.NameOf(one), CompletionKind.Struct)));

    private IEnumerable<CompletionItem> Own(NameKind kind) => Function is null ? []
        : analysis.Names.Where(one => one.Kind == kind && one.Function == Function.Name && one.Declared.Line < line).Select(Item);

    private bool IsHere(SourceName name) => name.Declared.File == file && name.Declared.Line == line;

    // A function without .end goes on to the end of the file, its last line too.
    private static bool Closed(SourceAnalysis analysis, SourceBlock function) =>
        !analysis.Diagnostics.Any(one => one.File == function.File && one.Code == DiagnosticCode.UnclosedBlock && one.Line == function.FirstLine);

    private static CompletionItem Item(SourceName name) => new(name.Text, Kind(name.Kind))
    {
        Detail = name.Description.Length > 0 ? name.Description : KindText.Of(name.Kind),
        Documentation = name.Doc.Length > 0 ? new MarkupContent("plaintext", name.Doc) : null,
    };

    private static int Kind(NameKind kind) => kind switch
    {
        NameKind.Function => CompletionKind.Function,
        NameKind.Weight or NameKind.State => CompletionKind.Field,
        NameKind.Symbol => CompletionKind.TypeParameter,
        NameKind.Constant => CompletionKind.Constant,
        NameKind.ElementType => CompletionKind.Struct,
        _ => CompletionKind.Variable,
    };
}
