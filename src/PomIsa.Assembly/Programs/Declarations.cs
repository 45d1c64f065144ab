using System.Globalization;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;

namespace PomIsa.Assembly.Programs;

/// <summary>Names given so far, by kind: each at most once.</summary>
internal sealed class Declarations(DiagnosticBag diagnostics)
{
    private readonly Dictionary<(string Kind, string Name), Span> _given = [];

    /// <summary>A new name of a kind; null if it has been given before, or can't be read.</summary>
    public Declaration? Declare(
        string kind, Statement statement, PomIsaParser.NameContext context, Scope? scope, Evaluator evaluator)
    {
        var at = statement.File.Span(context);
        if (evaluator.Name(statement.File, context, scope) is not { } name)
        {
            diagnostics.PoisonAll();
            return null;
        }

        if (_given.TryAdd((kind, name), at))
        {
            return new Declaration(name, at, statement, scope);
        }

        diagnostics.Add(at, DiagnosticCode.Duplicate, $"'{name}' is declared twice", First(_given[(kind, name)], at));
        return null;
    }

    /// <summary>A directive that stands at most once in a program.</summary>
    public Declaration? Only(
        string kind, Statement statement, PomIsaParser.NameContext? context, Scope? scope, Evaluator evaluator)
    {
        var at = context is null ? statement.FirstSpan : statement.File.Span(context);
        if ((context is null ? "" : evaluator.Name(statement.File, context, scope)) is not { } name)
        {
            return null;
        }

        if (_given.TryAdd((kind, ""), at))
        {
            return new Declaration(name, at, statement, scope);
        }

        diagnostics.Add(at, DiagnosticCode.Duplicate, $"a program has one .{kind}", First(_given[(kind, "")], at));
        return null;
    }

    private static string First(Span first, Span again) => first == again
        ? "a .repeat writes this line more than once: put its variable in braces into the name"
        : string.Create(CultureInfo.InvariantCulture, $"first in {first.File.Path}, line {first.Line}");
}

/// <summary>The directives' words, for suggestions.</summary>
internal static class Directives
{
    public static IReadOnlyList<string> All { get; } =
        [.. Enumerable.Range(PomIsaParser.MODULE, PomIsaParser.END - PomIsaParser.MODULE + 1)
            .Select(type => PomIsaParser.DefaultVocabulary.GetLiteralName(type).Trim('\''))];
}
