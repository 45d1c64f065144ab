using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;

namespace PomIsa.Assembly.Programs;

/// <summary>A declaration whose name is known and whose meaning is not yet looked at.</summary>
/// <param name="At">Its name.</param>
internal sealed record Declaration(string Name, Span At, Statement Statement, Scope? Scope)
{
    public SourceFile File => Statement.File;

    public T Directive<T>()
        where T : PomIsaParser.DirectiveContext => (T)Statement.Tree!.directive();
}

/// <summary>A line of a function, with the values of the <c>.repeat</c> variables around it.</summary>
internal readonly record struct BodyLine(Statement Statement, Scope? Scope);

/// <summary>A function before its lines are assembled.</summary>
internal sealed record FunctionSource(Declaration Declaration, FunctionKind Kind)
{
    public List<BodyLine> Lines { get; } = [];

    public string Name => Declaration.Name;

    public PomIsaParser.SignatureContext? Signature => Kind == FunctionKind.Step
        ? Declaration.Directive<PomIsaParser.StepContext>().signature()
        : Declaration.Directive<PomIsaParser.DriverContext>().signature();
}

/// <summary>A program with its includes read and its repeats written out.</summary>
internal sealed class SourceProgram
{
    public Declaration? Module { get; set; }

    public Declaration? Entry { get; set; }

    public List<Declaration> Symbols { get; } = [];

    public List<Declaration> Weights { get; } = [];

    public List<Declaration> States { get; } = [];

    public List<Declaration> Inputs { get; } = [];

    public List<FunctionSource> Functions { get; } = [];

    /// <summary>Names that <c>.type</c> gave to element types.</summary>
    public Dictionary<string, DType> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>Mnemonics that <c>.alias</c> added.</summary>
    public Dictionary<string, OpcodeRow> Aliases { get; } = new(StringComparer.Ordinal);
}
