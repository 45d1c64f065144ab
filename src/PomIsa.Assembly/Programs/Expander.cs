using PomIsa.Assembly.Analysis;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;

namespace PomIsa.Assembly.Programs;

/// <summary>Reads includes, writes repeats out, evaluates constants in order, and sorts all else into a <see cref="SourceProgram"/>.</summary>
internal sealed class Expander(
    DiagnosticBag diagnostics, Evaluator evaluator, IncludeResolver includes, AssemblerOptions options, AnalysisTape? tape = null)
{
    private readonly SourceProgram _program = new();
    private readonly Declarations _declarations = new(diagnostics);
    private readonly Dictionary<string, ParsedFile> _parsed = new(StringComparer.Ordinal);
    private readonly Stack<string> _open = new();
    private readonly HashSet<string> _defined = new(StringComparer.Ordinal);
    private FunctionSource? _function;
    private int _length;
    private int _lines;
    private int _includes;
    private int _depth;
    private bool _stopped;

    // The function's .end is missing, which has been reported: a directive that belongs outside ends it.
    private bool _unclosed;

    public SourceProgram Expand(SourceFile file)
    {
        if (file.Text.Length > AssemblerLimits.SourceLength)
        {
            diagnostics.Add(new Span(file, 1, 1, 1), DiagnosticCode.SourceTooLong,
                $"the source has more than {AssemblerLimits.SourceLength} characters");
            return _program;
        }

        _length = file.Text.Length;
        Whole(SourceParser.Parse(file, diagnostics));
        foreach (var name in options.Defines.Keys.Where(name => !_defined.Contains(name)))
        {
            diagnostics.Unknown(new Span(file, 1, 1, 1), DiagnosticCode.UnknownDefine, "constant to define", name, _defined,
                "a define takes the place of a .const of the same name");
        }

        return _program;
    }

    private void Whole(ParsedFile file)
    {
        tape?.Files.Add(file);
        _open.Push(file.File.Path);
        Walk(file, 0, file.Statements.Length, null);
        _open.Pop();
    }

    private void Walk(ParsedFile file, int from, int to, Scope? scope)
    {
        for (var i = from; i < to && !_stopped;)
        {
            var statement = file.Statements[i];
            if (!CountLine(statement.FirstSpan))
            {
                return;
            }

            tape?.Lines.Add(new TapeLine(statement, scope, _function));
            if (!statement.Opens)
            {
                Line(statement, scope);
                i++;
                continue;
            }

            var end = file.Ends[i];
            if (_depth < AssemblerLimits.BlockDepth)
            {
                _depth++;
                Block(file, i, end, scope);
                _depth--;
            }

            // A block that the next function cut short has no .end of its own to step over.
            i = end < file.Statements.Length && file.Statements[end].Closes ? end + 1 : end;
        }
    }

    private void Block(ParsedFile file, int begin, int end, Scope? scope)
    {
        var statement = file.Statements[begin];
        if (statement.Tree is null)
        {
            diagnostics.PoisonAll();
        }
        else if (statement.First.Type == PomIsaParser.REPEAT)
        {
            Repeat(file, begin, end, scope);
        }
        else
        {
            Function(file, begin, end, scope);
        }
    }

    private void Repeat(ParsedFile file, int begin, int end, Scope? scope)
    {
        var statement = file.Statements[begin];
        var repeat = (PomIsaParser.RepeatContext)statement.Tree!.directive();
        var bounds = repeat.expression();
        var name = evaluator.Name(statement.File, repeat.name(), scope);
        if (name is null
            || !evaluator.TryInteger(statement.File, bounds[0], scope, "the first value", int.MinValue, int.MaxValue, out var first)
            || !evaluator.TryInteger(statement.File, bounds[1], scope, "the end", int.MinValue, int.MaxValue, out var limit))
        {
            diagnostics.PoisonAll();
            return;
        }

        if (evaluator.IsConstant(name) || Scope.TryFind(scope, name, out _))
        {
            diagnostics.Add(statement.File.Span(repeat.name()), DiagnosticCode.Duplicate, $"'{name}' already has a value here");
        }

        for (var i = first; i < limit && !_stopped; i++)
        {
            Walk(file, begin + 1, end, new Scope(name, Value.Of(i), scope, statement.File.Span(repeat.name())));
            if (end == begin + 1 && !CountLine(statement.FirstSpan))
            {
                return;
            }
        }
    }

    private void Function(ParsedFile file, int begin, int end, Scope? scope)
    {
        var statement = file.Statements[begin];
        var step = statement.First.Type == PomIsaParser.STEP;
        var context = step
            ? ((PomIsaParser.StepContext)statement.Tree!.directive()).name()
            : ((PomIsaParser.DriverContext)statement.Tree!.directive()).name();
        if (_declarations.Declare("function", statement, context, scope, evaluator) is not { } declaration)
        {
            diagnostics.PoisonAll();
            return;
        }

        _function = new FunctionSource(declaration, step ? FunctionKind.Step : FunctionKind.Driver);
        _program.Functions.Add(_function);
        _unclosed = end >= file.Statements.Length || !file.Statements[end].Closes;
        Walk(file, begin + 1, end, scope);
        _function = null;
        _unclosed = false;
    }

    private void Line(Statement statement, Scope? scope)
    {
        if (statement.Tree is null)
        {
            diagnostics.Poison(statement.Second.Text);
            if (statement.Second.Text.Contains('{', StringComparison.Ordinal) || statement.First.Type == PomIsaParser.INCLUDE)
            {
                diagnostics.PoisonAll();
            }

            return;
        }

        var inside = statement.IsInstruction || statement.First.Type is PomIsaParser.REG or PomIsaParser.LOCAL;
        if (statement.Tree.directive() is PomIsaParser.UnknownContext)
        {
            diagnostics.Unknown(statement.FirstSpan, DiagnosticCode.UnknownDirective, "directive", statement.First.Text, Directives.All);
            diagnostics.Poison(statement.Second.Text);
        }
        else if (statement.Closes)
        {
            return; // matched or reported with the blocks
        }
        else if (!inside && _unclosed)
        {
            Declare(statement, scope);
        }
        else if (inside != (_function is not null))
        {
            diagnostics.Add(statement.FirstSpan, DiagnosticCode.Misplaced, inside
                ? $"'{statement.First.Text}' stands outside .step and .driver"
                : $"'{statement.First.Text}' belongs outside functions", !inside ? "is an '.end' missing above?"
                : _program.Functions.Count > 0 ? "'.end' closes the whole function; a loop or an if ends with 'end'"
                : "begin with a line such as .driver main");
        }
        else if (_function is not null)
        {
            _function.Lines.Add(new BodyLine(statement, scope));
        }
        else
        {
            Declare(statement, scope);
        }
    }

    private void Declare(Statement statement, Scope? scope)
    {
        switch (statement.Tree!.directive())
        {
            case PomIsaParser.ModuleContext module:
                _program.Module = _declarations.Only("module", statement, module.name(), scope, evaluator) ?? _program.Module;
                break;
            case PomIsaParser.EntryContext entry:
                _program.Entry = _declarations.Only("entry", statement, entry.name(), scope, evaluator) ?? _program.Entry;
                break;
            case PomIsaParser.IncludeContext include:
                Include(statement, include);
                break;
            case PomIsaParser.ConstantContext constant:
                Constant(statement, constant, scope);
                break;
            case PomIsaParser.ElementTypeContext type:
                ElementType(statement, type, scope);
                break;
            case PomIsaParser.MnemonicAliasContext alias:
                Alias(statement, alias, scope);
                break;
            case PomIsaParser.SymbolContext symbol:
                Add(_program.Symbols, "constant or symbol", statement, symbol.name(), scope);
                break;
            case PomIsaParser.WeightContext weight:
                Add(_program.Weights, "weight", statement, weight.name(), scope);
                break;
            case PomIsaParser.StateContext state:
                Add(_program.States, "state", statement, state.name(), scope);
                break;
            case PomIsaParser.InputContext input:
                Add(_program.Inputs, "input", statement, input.name(), scope);
                break;
        }
    }

    private void Add(List<Declaration> list, string kind, Statement statement, PomIsaParser.NameContext name, Scope? scope)
    {
        if (_declarations.Declare(kind, statement, name, scope, evaluator) is { } declaration)
        {
            list.Add(declaration);
        }
    }

    private void Constant(Statement statement, PomIsaParser.ConstantContext constant, Scope? scope)
    {
        if (_declarations.Declare("constant or symbol", statement, constant.name(), scope, evaluator) is not { } declaration)
        {
            return;
        }

        if (!evaluator.TryEvaluate(statement.File, constant.expression(), scope, out var value))
        {
            diagnostics.Poison(declaration.Name);
        }
        else
        {
            _defined.Add(declaration.Name);
            evaluator.TryDefine(declaration.Name, options.Defines.TryGetValue(declaration.Name, out var given) ? Value.Of(given) : value);
        }
    }

    private void ElementType(Statement statement, PomIsaParser.ElementTypeContext type, Scope? scope)
    {
        var names = type.name();
        if (_declarations.Declare("type", statement, names[0], scope, evaluator) is not { } declaration
            || evaluator.Name(statement.File, names[1], scope) is not { } element)
        {
            return;
        }

        if (DTypes.TryParse(element, out var known) || _program.Types.TryGetValue(element, out known))
        {
            _program.Types[declaration.Name] = known;
        }
        else
        {
            diagnostics.Poison(declaration.Name);
            diagnostics.Unknown(statement.File.Span(names[1]), DiagnosticCode.UnknownType, "type", element, TypeReader.Known(_program));
        }
    }

    private void Alias(Statement statement, PomIsaParser.MnemonicAliasContext alias, Scope? scope)
    {
        var names = alias.name();
        if (_declarations.Declare("mnemonic", statement, names[0], scope, evaluator) is not { } declaration
            || evaluator.Name(statement.File, names[1], scope) is not { } mnemonic)
        {
            return;
        }

        if (InstructionTable.TryFind(declaration.Name, out _))
        {
            diagnostics.Add(declaration.At, DiagnosticCode.Duplicate, $"'{declaration.Name}' is an instruction already");
        }
        else if (InstructionTable.TryFind(mnemonic, out var row))
        {
            _program.Aliases[declaration.Name] = row;
        }
        else
        {
            diagnostics.Poison(declaration.Name);
            diagnostics.Unknown(statement.File.Span(names[1]), DiagnosticCode.UnknownMnemonic, "instruction", mnemonic,
                InstructionTable.All.Select(one => one.Mnemonic));
        }
    }

    private void Include(Statement statement, PomIsaParser.IncludeContext include)
    {
        var token = include.STRING().Symbol;
        var at = statement.File.Span(token, token);
        if (!Names.TryUnquote(token.Text, out var requested) || includes(statement.File.Path, requested) is not { } source)
        {
            diagnostics.Add(at, DiagnosticCode.IncludeNotFound, $"there is no file {token.Text} to include",
                "paths are relative to the file with the .include");
            diagnostics.PoisonAll();
            return;
        }

        if (_open.Contains(source.Path))
        {
            diagnostics.Add(at, DiagnosticCode.IncludeCycle,
                "these files include one another: " + string.Join(" → ", _open.Reverse().SkipWhile(path => path != source.Path).Append(source.Path)));
            return;
        }

        if (_open.Count > AssemblerLimits.IncludeDepth || ++_includes > AssemblerLimits.Includes)
        {
            Stop(at, DiagnosticCode.TooDeep,
                $"includes go deeper than {AssemblerLimits.IncludeDepth} files or are more than {AssemblerLimits.Includes}");
            return;
        }

        if (!_parsed.TryGetValue(source.Path, out var parsed))
        {
            _length += source.Text.Length;
            if (_length > AssemblerLimits.SourceLength)
            {
                Stop(at, DiagnosticCode.SourceTooLong, $"the source has more than {AssemblerLimits.SourceLength} characters with this file");
                return;
            }

            _parsed[source.Path] = parsed = SourceParser.Parse(new SourceFile(source.Path, source.Text), diagnostics);
        }

        Whole(parsed);
    }

    private bool CountLine(Span at)
    {
        if (++_lines > AssemblerLimits.ExpandedLines)
        {
            Stop(at, DiagnosticCode.TooManyLines, $"more than {AssemblerLimits.ExpandedLines} lines once repeats are written out");
        }

        return !_stopped;
    }

    private void Stop(Span at, DiagnosticCode code, string message)
    {
        diagnostics.Add(at, code, message);
        diagnostics.PoisonAll();
        _stopped = true;
    }
}
