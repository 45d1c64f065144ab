using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Assembly.Analysis;

/// <summary>
/// What a source text says, for editors: its mistakes, the names it declares with their types, and where each is used.
/// Broken source gives what can be known; nothing throws.
/// </summary>
public sealed class SourceAnalysis
{
    private readonly ILookup<(string File, int Line), NameUse> _usesByLine;
    private readonly ILookup<int, NameUse> _usesByName;

    private SourceAnalysis(AssemblyResult result, AnalysisTape tape, Dictionary<string, string> texts, Dictionary<(string From, string Requested), string> found)
    {
        (Diagnostics, Module) = (result.Diagnostics, result.Module);
        Texts = texts.ToImmutableDictionary(StringComparer.Ordinal);
        IncludePaths = found.ToImmutableDictionary();
        if (tape.Context is { } context)
        {
            var book = new NameCollector(tape, context).Collect();
            Names = [.. book.Names.Select(one => new SourceName(
                one.Kind, one.Text, [.. one.Names], one.Declared, one.Description, Comments.Of(one), one.Function))];
            Uses = [.. book.Uses.OrderBy(one => one.At.File, StringComparer.Ordinal).ThenBy(one => one.At.Line)
                .ThenBy(one => one.At.Column).ThenBy(one => one.Name).ThenBy(one => one.As, StringComparer.Ordinal)];
            (Blocks, Includes, Broken) = SourceLayout.Of(tape, this);
        }

        _usesByLine = Uses.ToLookup(one => (one.At.File, one.At.Line));
        _usesByName = Uses.ToLookup(one => one.Name);
    }

    /// <summary>All mistakes, as the assembler reports them.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>The module; null exactly if there are mistakes.</summary>
    public Module? Module { get; }

    /// <summary>Declared names in the order of the lines, those of everything before those of functions.</summary>
    public ImmutableArray<SourceName> Names { get; } = [];

    /// <summary>Every token that means a name, the declaring ones too, by file, line and column.</summary>
    public ImmutableArray<NameUse> Uses { get; } = [];

    /// <summary>Functions and repeats that can be read.</summary>
    public ImmutableArray<SourceBlock> Blocks { get; } = [];

    public ImmutableArray<SourceInclude> Includes { get; } = [];

    /// <summary>Lines that can't be read, so that what they use is not known.</summary>
    public ImmutableArray<SourcePlace> Broken { get; } = [];

    /// <summary>The texts that were read, by path.</summary>
    public ImmutableDictionary<string, string> Texts { get; }

    /// <summary>What the include resolver answered.</summary>
    public ImmutableDictionary<(string From, string Requested), string> IncludePaths { get; }

    /// <summary>Analyses a program.</summary>
    /// <param name="text">The source.</param>
    /// <param name="path">What diagnostics and places call it.</param>
    /// <param name="includes">Finds the files that <c>.include</c> names; by default there are none.</param>
    public static SourceAnalysis Of(string text, string path, IncludeResolver? includes = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(path);
        var tape = new AnalysisTape();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal) { [path] = text };
        var found = new Dictionary<(string From, string Requested), string>();
        var result = Assembler.Assemble(text, path, Noting, new AssemblerOptions(), tape);
        return new SourceAnalysis(result, tape, texts, found);

        IncludedSource? Noting(string from, string requested)
        {
            var source = (includes ?? Assembly.Includes.None)(from, requested);
            if (source is not null)
            {
                texts[source.Path] = source.Text;
                found[(from, requested)] = source.Path;
            }

            return source;
        }
    }

    /// <summary>The uses that a cursor touches, the shortest first: inside the braces of a name, what they hold.</summary>
    /// <param name="column">From 1; the place before the character with that column.</param>
    public IEnumerable<NameUse> UsesAt(string file, int line, int column) =>
        _usesByLine[(file, line)].Where(one => one.At.Touches(column)).OrderBy(one => one.At.Length);

    /// <summary>All uses of a name, the declaring one too.</summary>
    public IEnumerable<NameUse> UsesOf(int name) => _usesByName[name];

    /// <summary>The function that a line belongs to, the lines that open and close it too.</summary>
    public SourceBlock? FunctionAt(string file, int line) =>
        Blocks.FirstOrDefault(one => one.Kind is not null && one.File == file && line >= one.FirstLine && line <= one.LastLine);
}
