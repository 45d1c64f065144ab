using System.Collections.Immutable;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;

namespace PomIsa.Assembly.Programs;

/// <summary>Types such as <c>f32[T, D]</c> to element types and dimensions.</summary>
internal sealed class TypeReader(SourceProgram program, Evaluator evaluator, DiagnosticBag diagnostics)
{
    private readonly Dictionary<string, int> _symbols = new(StringComparer.Ordinal);

    /// <summary>Names of element types: the built-in ones and those of the program.</summary>
    public static IEnumerable<string> Known(SourceProgram program) =>
        Enum.GetValues<DType>().Select(DTypes.NameOf).Concat(program.Types.Keys);

    public IEnumerable<string> Symbols => _symbols.Keys;

    public void AddSymbol(string name) => _symbols.Add(name, _symbols.Count);

    public bool TrySymbol(string name, out int index) => _symbols.TryGetValue(name, out index);

    /// <summary>A type whose dimensions are numbers or symbols; null, with the reasons reported, if it is none.</summary>
    public TensorType? Read(SourceFile file, PomIsaParser.TensorContext tensor, Scope? scope)
    {
        var element = Element(file, tensor.name(), scope);
        var dims = tensor.expression();
        if (dims.Length > Limits.Rank)
        {
            diagnostics.Add(file.Span(tensor), DiagnosticCode.Shape, $"a tensor has at most {Limits.Rank} dimensions");
            return null;
        }

        var shape = ImmutableArray.CreateBuilder<Dim>(dims.Length);
        foreach (var dim in dims)
        {
            if (Dimension(file, dim, scope) is { } known)
            {
                shape.Add(known);
            }
        }

        return element is { } type && shape.Count == dims.Length ? new TensorType(type, shape.MoveToImmutable()) : null;
    }

    /// <summary>A type whose dimensions are all numbers.</summary>
    public TensorType? ReadConstant(SourceFile file, PomIsaParser.TensorContext tensor, Scope? scope, string what)
    {
        if (Read(file, tensor, scope) is not { } type)
        {
            return null;
        }

        var symbolic = type.Shape.ToList().FindIndex(dim => dim.IsSymbol);
        if (symbolic < 0)
        {
            return type;
        }

        diagnostics.Add(file.Span(tensor.expression(symbolic)), DiagnosticCode.Shape, $"the shape of {what} is all numbers, no symbols");
        return null;
    }

    /// <summary>The name that an expression consists of; null if it is anything else.</summary>
    public static PomIsaParser.NameContext? BareName(PomIsaParser.ExpressionContext expression) =>
        expression.ChildCount == 1 && expression.term(0) is { ChildCount: 1 } term
            && term.factor(0) is { ChildCount: 1 } factor
            && factor.atom() is PomIsaParser.NameOrCallContext { ChildCount: 1 } named
            ? named.name() : null;

    /// <summary>An element type by its name or by one that the program gave it.</summary>
    public DType? Element(SourceFile file, PomIsaParser.NameContext context, Scope? scope)
    {
        if (evaluator.Name(file, context, scope) is not { } name)
        {
            return null;
        }

        if (program.Types.TryGetValue(name, out var type) || DTypes.TryParse(name, out type))
        {
            return type;
        }

        diagnostics.Unknown(file.Span(context), DiagnosticCode.UnknownType, "type", name, Known(program));
        return null;
    }

    private Dim? Dimension(SourceFile file, PomIsaParser.ExpressionContext expression, Scope? scope)
    {
        if (BareName(expression) is { } bare)
        {
            if (evaluator.Name(file, bare, scope) is not { } name)
            {
                return null;
            }

            if (_symbols.TryGetValue(name, out var symbol))
            {
                return Dim.OfSymbol(symbol);
            }

            if (!evaluator.IsConstant(name) && !Scope.TryFind(scope, name, out _))
            {
                diagnostics.Unknown(file.Span(bare), DiagnosticCode.UnknownSymbol, "constant or symbol", name,
                    _symbols.Keys.Concat(evaluator.Constants), $"declare it: .symbol {name} max 512, or .const {name} 64");
                return null;
            }
        }

        return evaluator.TryInteger(file, expression, scope, "a dimension", 0, int.MaxValue, out var value)
            ? Dim.Of((int)value) : null;
    }
}
