using System.Collections.Immutable;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;

namespace PomIsa.Assembly.Programs;

/// <summary>The lines of one function to its registers and instructions.</summary>
internal sealed class BodyAssembler
{
    private readonly ProgramContext _context;
    private readonly FunctionSource _source;
    private readonly Registers _registers = new();
    private readonly OperandReader _operands;
    private readonly ResultTypes _results;
    private readonly ImmutableArray<Instruction>.Builder _code = ImmutableArray.CreateBuilder<Instruction>();
    private readonly ImmutableArray<SourcePosition>.Builder _positions = ImmutableArray.CreateBuilder<SourcePosition>();

    public BodyAssembler(ProgramContext context, int function)
    {
        _context = context;
        _source = context.Program.Functions[function];
        _operands = new OperandReader(context, _registers);
        _results = new ResultTypes(context, _registers);
        Signature(context.Skeleton.Functions[function]);
    }

    /// <summary>For each instruction the line that it came from.</summary>
    public List<Statement> Lines { get; } = [];

    /// <summary>Names and types as far as they are known.</summary>
    public Registers Registers => _registers;

    public FunctionNames Names { get; private set; } = new("", [], []);

    public ImmutableArray<SourcePosition> Positions => _positions.ToImmutable();

    public Function Assemble(Function signature)
    {
        foreach (var line in _source.Lines)
        {
            if (_context.Diagnostics.IsFull)
            {
                break;
            }

            Line(line);
        }

        Names = _registers.ForModule(_source.Name);
        return signature with { Registers = _registers.Types(), LocalCount = _registers.LocalCount, Body = _code.ToImmutable() };
    }

    private void Signature(Function signature)
    {
        var (parameters, results) = DeclarationAssembler.Groups(_source.Signature, _source.Signature?.parameters() ?? []);
        var poisoned = _context.Diagnostics.IsPoisoned(_source.Name);
        foreach (var (index, parameter) in parameters.Concat(results).Index())
        {
            var name = _context.Evaluator.Name(_source.Declaration.File, parameter.name(), _source.Declaration.Scope);
            if (name is not null && !_registers.TryAdd(name, poisoned ? null : signature.Registers[index], out _))
            {
                Duplicate(_source.Declaration.File.Span(parameter.name()), name);
            }
        }
    }

    private void Line(BodyLine line)
    {
        var file = line.Statement.File;
        switch (line.Statement.Tree!.directive())
        {
            case PomIsaParser.RegisterContext register:
                if (_context.Evaluator.Name(file, register.name(), line.Scope) is { } name
                    && !_registers.TryAdd(name, _context.Types.Read(file, register.tensor(), line.Scope), out _))
                {
                    Duplicate(file.Span(register.name()), name, "a .reg stands before the first line that writes the register");
                }

                break;
            case PomIsaParser.LocalContext local:
                foreach (var one in local.name())
                {
                    if (_context.Evaluator.Name(file, one, line.Scope) is { } known && !_registers.TryAddLocal(known))
                    {
                        Duplicate(file.Span(one), known);
                    }
                }

                break;
            default:
                Instruction(line, line.Statement.Tree.instruction());
                break;
        }
    }

    private void Instruction(BodyLine line, PomIsaParser.InstructionContext instruction)
    {
        var file = line.Statement.File;
        if (Row(line, instruction) is not { } row
            || _operands.Read(line, instruction, row) is not { } operands)
        {
            _operands.PoisonWritten(line, instruction);
            return;
        }

        var assembled = new Instruction(row, operands.Values);
        if (operands.HasNew)
        {
            _results.Infer(file, instruction, assembled, operands);
        }

        _code.Add(assembled);
        Lines.Add(line.Statement);
        _positions.Add(new SourcePosition(_context.FileIndex(file), line.Statement.First.Line, line.Statement.First.Column + 1));
    }

    private OpcodeRow? Row(BodyLine line, PomIsaParser.InstructionContext instruction)
    {
        if (_context.Evaluator.Name(line.Statement.File, instruction.name(), line.Scope) is not { } mnemonic)
        {
            return null;
        }

        if (InstructionTable.TryFind(mnemonic, out var row) || _context.Program.Aliases.TryGetValue(mnemonic, out row))
        {
            return row;
        }

        _context.Diagnostics.Unknown(
            line.Statement.File.Span(instruction.name()), DiagnosticCode.UnknownMnemonic, "instruction", mnemonic,
            InstructionTable.All.Select(one => one.Mnemonic).Concat(_context.Program.Aliases.Keys));
        return null;
    }

    private void Duplicate(Span at, string name, string? hint = null) =>
        _context.Diagnostics.Add(at, DiagnosticCode.Duplicate, $"'{name}' is declared twice in this function", hint);
}
