using Antlr4.Runtime.Tree;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Programs;
using PomIsa.Assembly.Syntax;

namespace PomIsa.Assembly.Analysis;

/// <summary>A name while it is collected.</summary>
internal sealed class NameDraft(NameKind kind, string text, SourcePlace declared, TapeLine line, int function)
{
    public NameKind Kind => kind;

    public string Text => text;

    public SourcePlace Declared => declared;

    /// <summary>The line that declares it, the first time it is met.</summary>
    public TapeLine Line => line;

    public int Function => function;

    public List<string> Names { get; } = [];

    public string Description { get; set; } = "";
}

/// <summary>Names by the place that declares them, and what each token means.</summary>
internal sealed class NameBook(ProgramContext context)
{
    private static readonly NameKind[] Values = [NameKind.Constant, NameKind.Symbol];

    private readonly List<NameDraft> _names = [];
    private readonly Dictionary<(SourcePlace At, NameKind Kind), int> _byPlace = [];
    private readonly Dictionary<(NameKind Kind, string Name), int> _everywhere = [];
    private readonly Dictionary<(FunctionSource Function, NameKind Kind, string Name), int> _inFunction = [];
    private readonly HashSet<NameUse> _uses = [];
    private readonly Dictionary<string, PomIsaParser.ExpressionContext?> _braces = new(StringComparer.Ordinal);

    public IReadOnlyList<NameDraft> Names => _names;

    public IReadOnlyCollection<NameUse> Uses => _uses;

    /// <summary>Names of functions by what they name.</summary>
    public Dictionary<FunctionSource, int> Functions { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>A name where it is declared; of two with one name the first counts. Answers its index, or -1 where the name can't be read.</summary>
    public int Declare(NameKind kind, PomIsaParser.NameContext context, TapeLine line)
    {
        if (Read(context, line) is not { } name)
        {
            return -1;
        }

        var at = Place(line.Statement.File.Span(context));
        if (!_byPlace.TryGetValue((at, kind), out var index))
        {
            index = _names.Count;
            _byPlace.Add((at, kind), index);
            var function = kind is NameKind.Register or NameKind.Local && line.Function is { } source ? Functions.GetValueOrDefault(source, -1) : -1;
            _names.Add(new NameDraft(kind, Expressions.Names.Text(context), at, line, function));
        }

        if (!_names[index].Names.Contains(name))
        {
            _names[index].Names.Add(name);
        }

        if (kind is NameKind.Register or NameKind.Local)
        {
            _inFunction.TryAdd((line.Function!, kind, name), index);
        }
        else if (kind != NameKind.RepeatVariable)
        {
            _everywhere.TryAdd((kind, name), index);
        }

        _uses.Add(new NameUse(at, index, name));
        return index;
    }

    /// <summary>A token that means a name of one of the kinds, the first that is known. False if it means none.</summary>
    public bool Use(PomIsaParser.NameContext context, TapeLine line, params ReadOnlySpan<NameKind> kinds)
    {
        if (Read(context, line) is not { } name)
        {
            return false;
        }

        foreach (var kind in kinds)
        {
            if (TryFind(kind, name, line, out var index))
            {
                _uses.Add(new NameUse(Place(line.Statement.File.Span(context)), index, name));
                return true;
            }
        }

        return false;
    }

    /// <summary>All types, constants, symbols and repeat variables below a node, but not the name that a directive declares.</summary>
    public void UseAll(IParseTree tree, TapeLine line)
    {
        switch (tree)
        {
            case PomIsaParser.TensorContext tensor:
                Use(tensor.name(), line, NameKind.ElementType);
                Children(tensor, line);
                break;
            case PomIsaParser.NameOrCallContext { ChildCount: 1 } value:
                UseValue(value.name(), line);
                break;
            case PomIsaParser.NameContext:
                break;
            default:
                Children(tree, line);
                break;
        }
    }

    private void Children(IParseTree tree, TapeLine line)
    {
        for (var i = 0; i < tree.ChildCount; i++)
        {
            UseAll(tree.GetChild(i), line);
        }
    }

    private void UseValue(PomIsaParser.NameContext context, TapeLine line)
    {
        if (Read(context, line) is { } name)
        {
            Value(name, Place(line.Statement.File.Span(context)), line.Scope);
        }
    }

    private void Value(string name, SourcePlace at, Scope? scope)
    {
        for (var one = scope; one is not null; one = one.Parent)
        {
            if (one.Name == name && one.At.File is not null && _byPlace.TryGetValue((Place(one.At), NameKind.RepeatVariable), out var variable))
            {
                _uses.Add(new NameUse(at, variable, name));
                return;
            }
        }

        foreach (var kind in Values)
        {
            if (_everywhere.TryGetValue((kind, name), out var index))
            {
                _uses.Add(new NameUse(at, index, name));
                return;
            }
        }
    }

    private bool TryFind(NameKind kind, string name, TapeLine line, out int index)
    {
        index = -1;
        return kind is NameKind.Register or NameKind.Local
            ? line.Function is not null && _inFunction.TryGetValue((line.Function, kind, name), out index)
            : _everywhere.TryGetValue((kind, name), out index);
    }

    // The whole name; what its braces hold is used on the way.
    private string? Read(PomIsaParser.NameContext node, TapeLine line)
    {
        var text = Expressions.Names.Text(node);
        if (!text.StartsWith('"') && text.Contains('{', StringComparison.Ordinal))
        {
            InBraces(text, Place(line.Statement.File.Span(node)), line.Scope);
        }

        return context.Evaluator.Name(line.Statement.File, node, line.Scope);
    }

    private void InBraces(string text, SourcePlace whole, Scope? scope)
    {
        for (var open = text.IndexOf('{', StringComparison.Ordinal); open >= 0; open = text.IndexOf('{', open + 1))
        {
            var close = text.IndexOf('}', open);
            var inner = text[(open + 1)..close];
            if (!_braces.TryGetValue(inner, out var tree))
            {
                _braces[inner] = tree = SourceParser.ParseInterpolation(inner);
            }

            if (tree is not null)
            {
                ValuesBelow(tree, whole with { Column = whole.Column + open + 1 }, scope);
            }
        }
    }

    private void ValuesBelow(IParseTree tree, SourcePlace origin, Scope? scope)
    {
        if (tree is PomIsaParser.NameOrCallContext { ChildCount: 1 } value)
        {
            var name = Expressions.Names.Text(value.name());
            Value(name, origin with { Column = origin.Column + value.Start.Column, Length = name.Length }, scope);
            return;
        }

        for (var i = 0; i < tree.ChildCount; i++)
        {
            ValuesBelow(tree.GetChild(i), origin, scope);
        }
    }

    private static SourcePlace Place(Span span) => new(span.File.Path, span.Line, span.Column, span.Length);
}
