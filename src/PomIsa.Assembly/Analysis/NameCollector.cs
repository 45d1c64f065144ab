using Antlr4.Runtime.Tree;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Programs;
using PomIsa.Assembly.Syntax;

namespace PomIsa.Assembly.Analysis;

/// <summary>Declared names and their uses, from the lines on a tape: first what all lines may use, then line by line.</summary>
internal sealed class NameCollector
{
    private readonly AnalysisTape _tape;
    private readonly ProgramContext _context;
    private readonly NameBook _book;
    private readonly InstructionUses _instructions;
    private readonly ILookup<Statement, FunctionSource> _functions;

    // A line without braces means the same in every round of a .repeat.
    private readonly Dictionary<Statement, bool> _done = new(ReferenceEqualityComparer.Instance);

    public NameCollector(AnalysisTape tape, ProgramContext context)
    {
        (_tape, _context) = (tape, context);
        _book = new NameBook(context);
        _instructions = new InstructionUses(context, _book);
        _functions = context.Program.Functions.ToLookup(one => one.Declaration.Statement, ByReference.Instance);
    }

    /// <summary>The names, with descriptions, and their uses.</summary>
    public NameBook Collect()
    {
        foreach (var line in Readable())
        {
            Declare(line);
        }

        _done.Clear();
        foreach (var line in Readable())
        {
            Use(line);
        }

        NameDescriptions.Write(_book, _tape, _context);
        return _book;
    }

    private IEnumerable<TapeLine> Readable()
    {
        foreach (var line in _tape.Lines)
        {
            if (line.Statement.Tree is null)
            {
                continue;
            }

            if (!_done.TryGetValue(line.Statement, out var braces))
            {
                braces = line.Statement.File.Line(line.Statement.First.Line).Contains('{', StringComparison.Ordinal);
                _done.Add(line.Statement, braces);
                yield return line;
            }
            else if (braces)
            {
                yield return line;
            }
        }
    }

    private void Declare(TapeLine line)
    {
        switch (line.Statement.Tree!.directive())
        {
            case PomIsaParser.ModuleContext one when one.name() is { } name:
                _book.Declare(NameKind.Module, name, line);
                break;
            case PomIsaParser.ConstantContext one:
                _book.Declare(NameKind.Constant, one.name(), line);
                break;
            case PomIsaParser.ElementTypeContext one:
                _book.Declare(NameKind.ElementType, one.name(0), line);
                break;
            case PomIsaParser.MnemonicAliasContext one:
                _book.Declare(NameKind.Alias, one.name(0), line);
                break;
            case PomIsaParser.SymbolContext one:
                _book.Declare(NameKind.Symbol, one.name(), line);
                break;
            case PomIsaParser.InputContext one:
                _book.Declare(NameKind.Input, one.name(), line);
                break;
            case PomIsaParser.WeightContext one:
                _book.Declare(NameKind.Weight, one.name(), line);
                break;
            case PomIsaParser.StateContext one:
                _book.Declare(NameKind.State, one.name(), line);
                break;
            case PomIsaParser.RepeatContext one:
                _book.Declare(NameKind.RepeatVariable, one.name(), line);
                break;
            case PomIsaParser.StepContext one:
                Function(one.name(), line);
                break;
            case PomIsaParser.DriverContext one:
                Function(one.name(), line);
                break;
        }
    }

    private void Function(PomIsaParser.NameContext name, TapeLine line)
    {
        var index = _book.Declare(NameKind.Function, name, line);
        if (index >= 0 && Source(line) is { } source)
        {
            _book.Functions[source] = index;
        }
    }

    private void Use(TapeLine line)
    {
        var (statement, _, function) = line;
        switch (statement.Tree!.directive())
        {
            case null when statement.Tree.instruction() is { } instruction && function is not null:
                _instructions.Collect(instruction, line);
                break;
            case null or PomIsaParser.IncludeContext or PomIsaParser.EndContext or PomIsaParser.UnknownContext:
                break;
            case PomIsaParser.EntryContext entry:
                _book.Use(entry.name(), line, NameKind.Function);
                break;
            case PomIsaParser.ElementTypeContext type:
                _book.Use(type.name(1), line, NameKind.ElementType);
                break;
            case PomIsaParser.MnemonicAliasContext alias:
                _book.Use(alias.name(1), line, NameKind.Alias);
                break;
            case PomIsaParser.RegisterContext register:
                _book.Declare(NameKind.Register, register.name(), line);
                _book.UseAll(register.tensor(), line);
                break;
            case PomIsaParser.LocalContext locals:
                foreach (var name in locals.name())
                {
                    _book.Declare(NameKind.Local, name, line);
                }

                break;
            case PomIsaParser.StepContext or PomIsaParser.DriverContext:
                Signature(line);
                break;
            case { } directive:
                _book.UseAll(directive, line);
                break;
        }
    }

    private void Signature(TapeLine line)
    {
        if (Source(line) is not { } source)
        {
            return;
        }

        var inside = line with { Function = source };
        foreach (var parameter in source.Signature?.parameters().SelectMany(group => group.parameter()) ?? [])
        {
            _book.Declare(NameKind.Register, parameter.name(), inside);
            _book.UseAll(parameter.tensor(), inside);
        }
    }

    private FunctionSource? Source(TapeLine line) =>
        _functions[line.Statement].FirstOrDefault(one => ReferenceEquals(one.Declaration.Scope, line.Scope));

    private sealed class ByReference : IEqualityComparer<Statement>
    {
        public static ByReference Instance { get; } = new();

        public bool Equals(Statement? x, Statement? y) => ReferenceEquals(x, y);

        public int GetHashCode(Statement obj) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj);
    }
}
