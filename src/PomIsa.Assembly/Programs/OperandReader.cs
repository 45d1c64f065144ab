using System.Collections.Immutable;
using System.Diagnostics;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;

namespace PomIsa.Assembly.Programs;

/// <summary>The operands of one instruction.</summary>
/// <param name="HasNew">True if it writes a register that has no type yet.</param>
/// <param name="Doubtful">True if an operand's declaration is wrong: nothing can be concluded from its type.</param>
internal sealed record OperandList(ImmutableArray<Operand> Values, bool HasNew, bool Doubtful);

/// <summary>Operand texts to operands, kind by kind as the instruction's row says.</summary>
internal sealed class OperandReader(ProgramContext context, Registers registers)
{
    private const string CalleeHint = "call f, arguments -> results";

    private BodyLine _line;
    private bool _hasNew;
    private bool _doubtful;

    private SourceFile File => _line.Statement.File;

    /// <summary>All operands, or null if any is wrong; every wrong one is reported.</summary>
    public OperandList? Read(BodyLine line, PomIsaParser.InstructionContext instruction, OpcodeRow row)
    {
        (_line, _hasNew, _doubtful) = (line, false, false);
        var groups = instruction.operands();
        var before = instruction.ARROW() is null || groups.Length == 2 || groups is [var only] && only.Start.TokenIndex < instruction.ARROW().Symbol.TokenIndex
            ? groups.FirstOrDefault()?.operand() ?? [] : [];
        var after = instruction.ARROW() is null ? [] : groups.Length == 2 ? groups[1].operand() : before.Length == 0 ? groups[0].operand() : [];
        if (row.Variadic)
        {
            return Call(instruction, before, after);
        }

        if (instruction.ARROW() is { } arrow)
        {
            context.Diagnostics.Add(File.Span(arrow.Symbol, arrow.Symbol), DiagnosticCode.OperandKind, $"'->' is for call; {row.Mnemonic} names its result first");
            return null;
        }

        if (before.Length != row.OperandCount)
        {
            context.Diagnostics.Add(
                before.Length > row.OperandCount ? File.Span(before[row.OperandCount]) : File.Span(instruction),
                DiagnosticCode.OperandCount, $"{row.Mnemonic} takes {Count(row.OperandCount)}, not {before.Length}", Usage(row) == row.Synopsis ? Usage(row) : $"{Usage(row)}   {row.Synopsis}");
            return null;
        }

        var values = new Operand?[before.Length];
        for (var i = 0; i < values.Length; i++)
        {
            // What is read comes first, so that `silu g, g` does not read the g that it makes.
            values[i] = IsNewRegister(row, i) ? null : One(row.KindAt(i), NameAt(row, i), before[i], mayBeNew: false);
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] ??= IsNewRegister(row, i) ? One(OperandKind.Register, NameAt(row, i), before[i], mayBeNew: true) : null;
        }

        return Whole(values);
    }

    /// <summary>After a mistake: the line's first operand may be a register that later lines read.</summary>
    public void PoisonWritten(BodyLine line, PomIsaParser.InstructionContext instruction)
    {
        var arrow = instruction.ARROW()?.Symbol.TokenIndex;
        foreach (var group in instruction.operands())
        {
            var written = arrow is null ? group.operand().Take(1) : group.Start.TokenIndex > arrow ? group.operand() : [];
            foreach (var operand in written)
            {
                if (operand.expression() is { } expression && TypeReader.BareName(expression) is { } bare && context.Evaluator.Name(line.Statement.File, bare, line.Scope) is { } name
                    && !registers.TryFind(name, out _))
                {
                    context.Diagnostics.Poison(name);
                }
            }
        }
    }

    private static bool IsNewRegister(OpcodeRow row, int index) =>
        index < row.Operands.Length && row.Operands[index] is { Effect: Effect.Write, Kind: OperandKind.Register };

    private static string NameAt(OpcodeRow row, int index) =>
        index < row.Operands.Length ? row.Operands[index].Name : row.Immediates[index - row.Operands.Length].Name;

    private static string Usage(OpcodeRow row) =>
        row.Mnemonic + " " + string.Join(", ", Enumerable.Range(0, row.OperandCount).Select(i => NameAt(row, i)));

    private static string Count(int count) => count switch { 0 => "no operand", 1 => "one operand", _ => $"{count} operands" };

    private OperandList? Call(
        PomIsaParser.InstructionContext instruction, PomIsaParser.OperandContext[] before, PomIsaParser.OperandContext[] after)
    {
        if (before.Length == 0)
        {
            context.Diagnostics.Add(File.Span(instruction), DiagnosticCode.OperandCount, "call names a function first", CalleeHint);
            return null;
        }

        if (One(OperandKind.Function, "f", before[0], mayBeNew: false) is not { } callee)
        {
            return null;
        }

        var function = context.Skeleton.Functions[callee.Index];
        if (before.Length - 1 != function.ParameterCount || after.Length != function.ResultCount)
        {
            context.Diagnostics.Add(File.Span(instruction), DiagnosticCode.OperandCount,
                $"'{context.Program.Functions[callee.Index].Name}' takes {function.ParameterCount} and gives {function.ResultCount}, not {before.Length - 1} and {after.Length}",
                CalleeHint);
            return null;
        }

        List<Operand?> values = [callee];
        values.AddRange(before.Skip(1).Select(one => One(OperandKind.Register, "argument", one, mayBeNew: false)));
        values.AddRange(after.Select(one => One(OperandKind.Register, "result", one, mayBeNew: true)));
        return Whole(values);
    }

    private OperandList? Whole(IReadOnlyCollection<Operand?> values) => values.All(value => value is not null)
        ? new OperandList([.. values.Select(value => value!.Value)], _hasNew, _doubtful) : null;

    private Operand? One(OperandKind kind, string what, PomIsaParser.OperandContext operand, bool mayBeNew)
    {
        if (kind == OperandKind.ImmAxes)
        {
            return Axes(what, operand);
        }

        if (operand.expression() is not { } text)
        {
            context.Diagnostics.Add(File.Span(operand), DiagnosticCode.OperandKind, $"operand '{what}' is {Article(kind)}, not a list of axes");
            return null;
        }

        if (operand.tensor() is { } tensor)
        {
            return mayBeNew ? Typed(what, text, tensor) : Misplaced(what, tensor);
        }

        if (kind == OperandKind.ImmType)
        {
            return Type(what, text);
        }

        if (kind is OperandKind.ImmF32 or OperandKind.ImmI64 or OperandKind.ImmU32)
        {
            return Immediate(kind, what, text);
        }

        if (TypeReader.BareName(text) is not { } bare)
        {
            context.Diagnostics.Add(File.Span(text), DiagnosticCode.OperandKind, $"operand '{what}' is the name of a {Word(kind)}");
            return null;
        }

        if (context.Evaluator.Name(File, bare, _line.Scope) is not { } name)
        {
            return null;
        }

        _doubtful |= context.Diagnostics.IsPoisoned(name);
        var (found, index) = Find(kind, name, mayBeNew);
        if (found)
        {
            return Operand.Of(index);
        }

        var (code, known) = Known(kind);
        var declare = context.WhatIs(name, registers) is { } other ? $"{other}; operand '{what}' is a {Word(kind)}" : null;
        if (declare is not null)
        {
            context.Diagnostics.Add(File.Span(bare), code, $"unknown {Word(kind)} '{name}'", declare);
        }
        else
        {
            context.Diagnostics.Unknown(File.Span(bare), code, Word(kind), name, known, Declare(kind, name));
        }

        return null;
    }

    private Operand? Misplaced(string what, PomIsaParser.TensorContext tensor)
    {
        context.Diagnostics.Add(File.Span(tensor), DiagnosticCode.OperandKind, $"operand '{what}' is no result, so it has its type already");
        return null;
    }

    /// <summary>A result with its type: the register is made here.</summary>
    private Operand? Typed(string what, PomIsaParser.ExpressionContext text, PomIsaParser.TensorContext tensor)
    {
        if (TypeReader.BareName(text) is not { } bare)
        {
            context.Diagnostics.Add(File.Span(text), DiagnosticCode.OperandKind, $"operand '{what}' is the name of a register");
            return null;
        }

        if (context.Evaluator.Name(File, bare, _line.Scope) is not { } name)
        {
            return null;
        }

        var type = context.Types.Read(File, tensor, _line.Scope);
        if (type is null)
        {
            context.Diagnostics.Poison(name);
        }

        if (registers.TryAdd(name, type, out var index))
        {
            return type is null ? null : Operand.Of(index);
        }

        context.Diagnostics.Add(File.Span(tensor), DiagnosticCode.Duplicate, $"register '{name}' has its type already",
            "a type stands where the register is first written");
        return null;
    }

    private Operand? Axes(string what, PomIsaParser.OperandContext operand)
    {
        if (operand.axes() is not { } list)
        {
            context.Diagnostics.Add(File.Span(operand), DiagnosticCode.OperandKind, $"operand '{what}' is a list of axes", "such as [1, 0]");
            return null;
        }

        var expressions = list.expression();
        var axes = new int[expressions.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            if (!context.Evaluator.TryInteger(File, expressions[i], _line.Scope, "an axis", 0, Limits.Rank - 1, out var axis))
            {
                return null;
            }

            axes[i] = (int)axis;
        }

        if (axes.Length <= Limits.Rank)
        {
            return Operand.OfAxes(axes);
        }

        context.Diagnostics.Add(File.Span(list), DiagnosticCode.OutOfRange, $"there are at most {Limits.Rank} axes");
        return null;
    }

    private Operand? Type(string what, PomIsaParser.ExpressionContext text)
    {
        if (TypeReader.BareName(text) is not { } bare)
        {
            context.Diagnostics.Add(File.Span(text), DiagnosticCode.OperandKind, $"operand '{what}' is an element type", "such as i32");
            return null;
        }

        if (context.Types.Element(File, bare, _line.Scope) is not { } type)
        {
            return null;
        }

        if (DTypes.IsComputed(type))
        {
            return Operand.OfType(type);
        }

        context.Diagnostics.Add(File.Span(text), DiagnosticCode.OperandKind, $"registers have no elements of type {DTypes.NameOf(type)}");
        return null;
    }

    private Operand? Immediate(OperandKind kind, string what, PomIsaParser.ExpressionContext text)
    {
        if (TypeReader.BareName(text) is { } bare && context.Evaluator.Name(File, bare, _line.Scope) is { } name
            && !context.Evaluator.IsConstant(name) && !Scope.TryFind(_line.Scope, name, out _)
            && context.WhatIs(name, registers) is { } other)
        {
            context.Diagnostics.Add(File.Span(text), DiagnosticCode.UnknownConstant, $"unknown constant '{name}'", $"{other}; operand '{what}' is a number");
            return null;
        }

        var (least, most) = kind == OperandKind.ImmU32 ? (0L, uint.MaxValue) : (long.MinValue, long.MaxValue);
        if (kind != OperandKind.ImmF32)
        {
            return context.Evaluator.TryInteger(File, text, _line.Scope, $"operand '{what}'", least, most, out var integer)
                ? Operand.OfI64(integer) : null;
        }

        if (!context.Evaluator.TryEvaluate(File, text, _line.Scope, out var value))
        {
            return null;
        }

        if (value.TryAsFloat(out var bits))
        {
            return new Operand(bits);
        }

        context.Diagnostics.Add(File.Span(text), DiagnosticCode.OutOfRange, $"operand '{what}' is an f32, and no f32 is exactly {value}");
        return null;
    }

    private (bool Found, int Index) Find(OperandKind kind, string name, bool mayBeNew)
    {
        var index = 0;
        return kind switch
        {
            OperandKind.Register => (registers.TryFind(name, out index) || (mayBeNew && registers.TryAdd(name, null, out index)), Noted(index, mayBeNew)),
            OperandKind.Weight => (context.Weights.TryFind(name, out index), index),
            OperandKind.State => (context.States.TryFind(name, out index), index),
            OperandKind.Input => (context.Inputs.TryFind(name, out index), index),
            OperandKind.Function => (context.Functions.TryFind(name, out index), index),
            OperandKind.Symbol => (context.Types.TrySymbol(name, out index), index),
            OperandKind.Local => (registers.TryFindLocal(name, out index), index),
            _ => throw new UnreachableException($"{kind} is an immediate."),
        };
    }

    private int Noted(int index, bool mayBeNew)
    {
        if (index < registers.Count && registers[index] is null)
        {
            _hasNew |= mayBeNew;
            _doubtful |= !mayBeNew;
        }

        return index;
    }

    private (DiagnosticCode Code, IEnumerable<string> Known) Known(OperandKind kind) => kind switch
    {
        OperandKind.Register => (DiagnosticCode.UnknownRegister, registers.Names),
        OperandKind.Weight => (DiagnosticCode.UnknownWeight, context.Weights.Names),
        OperandKind.State => (DiagnosticCode.UnknownState, context.States.Names),
        OperandKind.Input => (DiagnosticCode.UnknownInput, context.Inputs.Names),
        OperandKind.Function => (DiagnosticCode.UnknownFunction, context.Functions.Names),
        OperandKind.Symbol => (DiagnosticCode.UnknownSymbol, context.Types.Symbols),
        OperandKind.Local => (DiagnosticCode.UnknownLocal, registers.Locals),
        _ => throw new UnreachableException($"{kind} is an immediate."),
    };

    private static string Article(OperandKind kind) => kind switch
    {
        OperandKind.ImmType => "an element type",
        >= OperandKind.ImmF32 => "a number",
        _ => $"the name of a {Word(kind)}",
    };

    private static string Word(OperandKind kind) => kind.ToString().ToLowerInvariant();

    private static string? Declare(OperandKind kind, string name) => kind switch
    {
        OperandKind.Register => "nothing above writes it",
        OperandKind.Local => $"declare it: .local {Names.Quote(name)}",
        _ => null,
    };
}
