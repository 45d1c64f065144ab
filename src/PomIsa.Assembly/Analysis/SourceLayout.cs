using System.Collections.Immutable;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;

namespace PomIsa.Assembly.Analysis;

/// <summary>Where blocks begin and end, what is included, and which lines can't be read.</summary>
internal static class SourceLayout
{
    public static (ImmutableArray<SourceBlock> Blocks, ImmutableArray<SourceInclude> Includes, ImmutableArray<SourcePlace> Broken) Of(
        AnalysisTape tape, SourceAnalysis analysis)
    {
        var names = new Dictionary<SourcePlace, int>();
        foreach (var (index, name) in analysis.Names.Index())
        {
            if (name.Kind is NameKind.Function or NameKind.RepeatVariable)
            {
                names.TryAdd(name.Declared, index);
            }
        }

        var blocks = ImmutableArray.CreateBuilder<SourceBlock>();
        var includes = ImmutableArray.CreateBuilder<SourceInclude>();
        var broken = ImmutableArray.CreateBuilder<SourcePlace>();
        foreach (var file in tape.Files.DistinctBy(one => one.File.Path))
        {
            foreach (var (index, statement) in file.Statements.Index())
            {
                if (statement.Tree is null)
                {
                    broken.Add(Place(statement.FirstSpan));
                }
                else if (statement.Opens && Name(statement) is { } name && names.TryGetValue(Place(statement.File.Span(name)), out var known))
                {
                    blocks.Add(new SourceBlock(known, Kind(statement), file.File.Path, statement.First.Line, LastLine(file, file.Ends[index])));
                }
                else if (statement.Tree.directive() is PomIsaParser.IncludeContext include)
                {
                    var token = include.STRING().Symbol;
                    if (Names.TryUnquote(token.Text, out var requested) && analysis.IncludePaths.TryGetValue((file.File.Path, requested), out var path))
                    {
                        includes.Add(new SourceInclude(Place(file.File.Span(token, token)), path));
                    }
                }
            }
        }

        return (blocks.ToImmutable(), includes.ToImmutable(), broken.ToImmutable());
    }

    private static PomIsaParser.NameContext? Name(Statement statement) => statement.Tree!.directive() switch
    {
        PomIsaParser.RepeatContext one => one.name(),
        PomIsaParser.StepContext one => one.name(),
        PomIsaParser.DriverContext one => one.name(),
        _ => null,
    };

    private static FunctionKind? Kind(Statement statement) => statement.First.Type switch
    {
        PomIsaParser.STEP => FunctionKind.Step,
        PomIsaParser.DRIVER => FunctionKind.Driver,
        _ => null,
    };

    private static int LastLine(ParsedFile file, int end) =>
        end >= file.Statements.Length ? file.File.LineCount
        : file.Statements[end].Closes ? file.Statements[end].First.Line
        : file.Statements[end].First.Line - 1;

    private static SourcePlace Place(Span span) => new(span.File.Path, span.Line, span.Column, span.Length);
}
