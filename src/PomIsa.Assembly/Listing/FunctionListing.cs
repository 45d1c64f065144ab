using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Programs;
using PomIsa.Isa;

namespace PomIsa.Assembly.Listing;

/// <summary>One function: signature, locals, instructions, and a <c>.reg</c> only where a type does not follow from the code.</summary>
internal sealed class FunctionListing
{
    private readonly SourceWriter _text;
    private readonly Module _module;
    private readonly ModuleNaming _names;
    private readonly int _index;
    private readonly Function _function;
    private readonly ImmutableArray<string> _registers;
    private readonly ImmutableArray<string> _locals;

    // Registers below this one have been declared or written, as the assembler will count them.
    private int _known;

    public FunctionListing(SourceWriter text, Module module, ModuleNaming names, int index)
    {
        (_text, _module, _names, _index) = (text, module, names, index);
        _function = module.Functions[index];
        _registers = names.Registers(index);
        _locals = names.Locals(index);
        _known = _function.ParameterCount + _function.ResultCount;
    }

    public void Write()
    {
        _text.Doc(new DocTable(_module).Of(TextTarget.Function, _index));
        _text.Line((_function.Kind == FunctionKind.Step ? ".step " : ".driver ") + _names.Functions[_index] + Signature());
        _text.Depth = 1;
        Locals();
        var inside = 0; // loops and ifs
        foreach (var instruction in _function.Body)
        {
            var mnemonic = instruction.Row.Mnemonic;
            inside -= mnemonic == "end" && inside > 0 ? 1 : 0;
            _text.Depth = 1 + inside - (mnemonic == "else" && inside > 0 ? 1 : 0);
            inside += mnemonic is "loop" or "if" ? 1 : 0;
            var before = _known;
            var (typed, declared) = DeclareFor(instruction);
            var operands = Operands(instruction, typed);
            _text.Line(
                operands.Length == 0 ? mnemonic : $"{mnemonic} {operands}",
                typed || declared ? "" : Types(instruction, before));
        }

        _text.Depth = 1;
        Declare(_function.Registers.Length);
        _text.Depth = 0;
        _text.Line(".end");
    }

    private string Signature()
    {
        if (_function.ParameterCount + _function.ResultCount == 0)
        {
            return "";
        }

        var results = _function.ResultCount == 0 ? "" : $" -> ({Typed(_function.ParameterCount, _function.ResultCount)})";
        return $"({Typed(0, _function.ParameterCount)}){results}";
    }

    private string Typed(int first, int count) =>
        string.Join(", ", Enumerable.Range(first, count).Select(i => $"{_registers[i]}: {_names.Type(_function.Registers[i])}"));

    private void Locals()
    {
        const int PerLine = 8;
        foreach (var line in _locals.Chunk(PerLine))
        {
            _text.Line($".local {string.Join(", ", line)}");
        }
    }

    /// <summary>Declares the registers that the assembler, meeting this instruction, could not number or type by itself.</summary>
    /// <returns>Whether the instruction's results are to carry their types, and whether any was declared above the line.</returns>
    private (bool Typed, bool Declared) DeclareFor(Instruction instruction)
    {
        var written = ResultTypes.Written(instruction, _module).Select(one => one.Index).ToList();
        foreach (var read in Reads(instruction))
        {
            Declare(read + 1);
        }

        var fresh = written.Where(index => index >= _known).Distinct().ToList();
        if (fresh.Count == 0)
        {
            return (false, false);
        }

        var inOrder = fresh.Select((index, i) => index == _known + i).All(follows => follows);
        var request = new InferRequest(_module, instruction, index => index < _known ? _function.Registers[index] : null);
        if (inOrder && request.TryInfer(out var types)
            && fresh.All(index => types[written.IndexOf(index)].Equals(_function.Registers[index])))
        {
            _known += fresh.Count;
            return (false, false);
        }

        if (inOrder && fresh.Count == written.Count)
        {
            _known += fresh.Count;
            return (true, false);
        }

        Declare(fresh.Max() + 1);
        return (false, true);
    }

    /// <summary>For a reader: the types of the registers that begin to exist here, with their names where there are several.</summary>
    private string Types(Instruction instruction, int before)
    {
        var fresh = ResultTypes.Written(instruction, _module).Select(one => one.Index).Where(index => index >= before).Distinct().ToList();
        return string.Join(", ", fresh.Select(index =>
            (fresh.Count > 1 ? _registers[index] + " " : "") + _names.Type(_function.Registers[index])));
    }

    private void Declare(int limit)
    {
        for (; _known < limit; _known++)
        {
            _text.Line($".reg {_registers[_known]}: {_names.Type(_function.Registers[_known])}");
        }
    }

    private IEnumerable<int> Reads(Instruction instruction)
    {
        var row = instruction.Row;
        if (row.Variadic)
        {
            return instruction.Operands.Skip(1)
                .Take(_module.Functions[instruction.Operands[0].Index].ParameterCount).Select(one => one.Index);
        }

        return row.Operands.Index().Where(one => one.Item is { Effect: Effect.Read, Kind: OperandKind.Register })
            .Select(one => instruction.Operands[one.Index].Index);
    }

    internal string Operands(Instruction instruction, bool typed = false)
    {
        var texts = instruction.Operands.Select((operand, i) => Operand(instruction.Row.KindAt(i), operand)
            + (typed && instruction.RegisterEffect(i, _module) == Effect.Write ? $": {_names.Type(_function.Registers[operand.Index])}" : "")).ToArray();
        if (!instruction.Row.Variadic)
        {
            return string.Join(", ", texts);
        }

        var results = 1 + _module.Functions[instruction.Operands[0].Index].ParameterCount;
        var before = string.Join(", ", texts.Take(results));
        return texts.Length > results ? $"{before} -> {string.Join(", ", texts.Skip(results))}" : before;
    }

    internal string Operand(OperandKind kind, Operand operand) => kind switch
    {
        OperandKind.Register => _registers[operand.Index],
        OperandKind.Weight => _names.Weights[operand.Index],
        OperandKind.State => _names.States[operand.Index],
        OperandKind.Input => _names.Inputs[operand.Index],
        OperandKind.Function => _names.Functions[operand.Index],
        OperandKind.Symbol => _names.Symbols[operand.Index],
        OperandKind.Local => _locals[operand.Index],
        OperandKind.ImmF32 => Numbers.Text((uint)operand.Bits),
        OperandKind.ImmI64 => operand.I64.ToString(CultureInfo.InvariantCulture),
        OperandKind.ImmU32 => operand.U32.ToString(CultureInfo.InvariantCulture),
        OperandKind.ImmAxes => operand.AxesText(),
        OperandKind.ImmType => DTypes.NameOf(operand.Type),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
