using System.Globalization;
using System.Text;

namespace PomIsa.Isa;

/// <summary>Faults as sentences for people; programs go by the codes.</summary>
public static class FaultText
{
    /// <summary>
    /// What is wrong, where, and what to do, such as
    /// <c>model.pisa:14:5: invalid ShapeMismatch: the shape does not fit: x is f32[T,96], in forward, instruction 12 (matmul). …</c>
    /// </summary>
    /// <param name="fault">The fault.</param>
    /// <param name="module">The module, for names and source positions, or null if there is none.</param>
    public static string Describe(Fault fault, Module? module)
    {
        FaultRow row = FaultTable.Of(fault.Code);
        var text = new StringBuilder();
        if (module?.Positions is { } map && map.TryFind(fault.Function, fault.At, out string file, out SourcePosition at))
        {
            text.Append(CultureInfo.InvariantCulture, $"{file}:{at.Line}:{at.Column}: ");
        }

        text.Append(NameOf(fault.Stage)).Append(' ').Append(fault.Code).Append(": ").Append(row.Text);
        if (fault.Stage == Stage.Malformed)
        {
            text.Append(CultureInfo.InvariantCulture, $", at byte {fault.At}");
        }
        else if (module is not null)
        {
            text.Append(Subject(fault, module)).Append(Place(fault, module));
        }

        return text.Append(". ").Append(row.Advice).ToString();
    }

    /// <summary>The stage in lower case.</summary>
    public static string NameOf(Stage stage) => stage switch
    {
        Stage.Malformed => "malformed",
        Stage.Invalid => "invalid",
        Stage.Trap => "trap",
        Stage.Exhausted => "exhausted",
        _ => "?",
    };

    private static string Place(Fault fault, Module module)
    {
        if (fault.Function < 0 || fault.Function >= module.Functions.Length)
        {
            return "";
        }

        string place = ", in " + module.FunctionName(fault.Function);
        return TryInstruction(fault, module, out Instruction instruction)
            ? string.Create(CultureInfo.InvariantCulture, $"{place}, instruction {fault.At} ({instruction.Row.Mnemonic})")
            : place;
    }

    private static string Subject(Fault fault, Module module)
    {
        if (fault.Subject < 0)
        {
            return "";
        }

        return TryInstruction(fault, module, out Instruction instruction)
            ? Operand(fault, module, instruction)
            : Declaration(fault, module);
    }

    private static string Operand(Fault fault, Module module, Instruction instruction)
    {
        if (fault.Code == FaultCode.PartialAppend && instruction.Row.Code == Opcode.Ret)
        {
            return $": {module.StateName(fault.Subject)} got nothing";
        }

        if (fault.Subject >= instruction.Operands.Length)
        {
            return "";
        }

        OpcodeRow row = instruction.Row;
        string name = fault.Subject < row.Operands.Length ? row.Operands[fault.Subject].Name
            : row.Variadic ? "register"
            : row.Immediates[fault.Subject - row.Operands.Length].Name;
        string what = What(row.KindAt(fault.Subject), instruction.Operands[fault.Subject], fault.Function, module);
        return what.Length > 0 ? $": {name} is {what}" : $": {name}";
    }

    private static string What(OperandKind kind, Operand operand, int function, Module module) => kind switch
    {
        OperandKind.Register when operand.Bits < (ulong)module.Functions[function].Registers.Length =>
            $"{module.RegisterName(function, operand.Index)} {module.Functions[function].Registers[operand.Index].Describe(module)}",
        OperandKind.Weight when operand.Bits < (ulong)module.Weights.Length => Weight(module.Weights[operand.Index]),
        OperandKind.State when operand.Bits < (ulong)module.States.Length => module.StateName(operand.Index),
        OperandKind.Input when operand.Bits < (ulong)module.Inputs.Length => module.InputName(operand.Index),
        OperandKind.Function when operand.Bits < (ulong)module.Functions.Length => module.FunctionName(operand.Index),
        OperandKind.Symbol when operand.Bits < (ulong)module.Symbols.Length => module.SymbolName(operand.Index),
        OperandKind.Local => module.LocalName(function, operand.Index),
        OperandKind.ImmF32 => operand.F32.ToString("R", CultureInfo.InvariantCulture),
        OperandKind.ImmI64 => operand.I64.ToString(CultureInfo.InvariantCulture),
        OperandKind.ImmU32 => operand.U32.ToString(CultureInfo.InvariantCulture),
        OperandKind.ImmAxes => operand.AxesText(),
        OperandKind.ImmType => DTypes.NameOf(operand.Type),
        _ => "",
    };

    private static string Weight(WeightEntry weight) =>
        $"{weight.Name} {DTypes.NameOf(weight.Element)}[{string.Join(',', weight.Shape)}]";

    private static string Declaration(Fault fault, Module module) => fault.Code switch
    {
        FaultCode.BadWeight or FaultCode.BadLayout or FaultCode.UnsupportedType or FaultCode.DuplicateName
            or FaultCode.BadData or FaultCode.UnboundWeight or FaultCode.ShardMismatch when fault.Subject < module.Weights.Length =>
            ": " + Weight(module.Weights[fault.Subject]),
        FaultCode.BadState or FaultCode.SymbolMaximum or FaultCode.StatesDisagree => ": " + module.StateName(fault.Subject),
        FaultCode.BadInput or FaultCode.EmptyInput or FaultCode.InputRows or FaultCode.InputTooLong =>
            ": " + module.InputName(fault.Subject),
        FaultCode.BadSymbol or FaultCode.SymbolBoundTwice => ": " + module.SymbolName(fault.Subject),
        FaultCode.BadRegister or FaultCode.UnboundSymbol => ": " + module.RegisterName(fault.Function, fault.Subject),
        _ => "",
    };

    private static bool TryInstruction(Fault fault, Module module, out Instruction instruction)
    {
        instruction = default;
        if (fault.Function < 0 || fault.Function >= module.Functions.Length || fault.At < 0
            || fault.At >= module.Functions[fault.Function].Body.Length)
        {
            return false;
        }

        instruction = module.Functions[fault.Function].Body[fault.At];
        return true;
    }
}
