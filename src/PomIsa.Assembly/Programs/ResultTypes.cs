using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;

namespace PomIsa.Assembly.Programs;

/// <summary>Types of the registers that an instruction is the first to write.</summary>
internal sealed class ResultTypes(ProgramContext context, Registers registers)
{
    public void Infer(SourceFile file, PomIsaParser.InstructionContext at, Instruction instruction, OperandList operands)
    {
        if (operands.Doubtful)
        {
            return;
        }

        var request = new InferRequest(context.Skeleton, instruction, index => registers[index]);
        if (!request.TryInfer(out var written))
        {
            Report(file, at, instruction, request);
            return;
        }

        var next = 0;
        foreach (var operand in Written(instruction, context.Skeleton))
        {
            var type = written[next++];
            registers[operand.Index] ??= type;
        }
    }

    /// <summary>The register operands that an instruction writes, in the order of its row.</summary>
    public static IEnumerable<Operand> Written(Instruction instruction, Module module)
    {
        if (instruction.Row.Variadic)
        {
            return instruction.Operands.Skip(1 + module.Functions[instruction.Operands[0].Index].ParameterCount);
        }

        return instruction.Row.Operands.Index()
            .Where(one => one.Item is { Effect: Effect.Write, Kind: OperandKind.Register })
            .Select(one => instruction.Operands[one.Index]);
    }

    private void Report(SourceFile file, PomIsaParser.InstructionContext at, Instruction instruction, InferRequest request)
    {
        var row = instruction.Row;
        var texts = at.operands().SelectMany(group => group.operand()).ToArray();
        var index = Math.Clamp(request.FaultOperand, 0, texts.Length - 1);
        var place = file.Span((Antlr4.Runtime.ParserRuleContext?)texts[index].expression() ?? texts[index]);
        var text = place.File.Line(place.Line).Substring(place.Column - 1, place.Length);
        var isRegister = row.KindAt(index) == OperandKind.Register;
        var type = isRegister ? registers[instruction.Operands[index].Index] : null;
        if (isRegister && type is null)
        {
            context.Diagnostics.Add(place, DiagnosticCode.Inference, $"the type of '{text}' does not follow from this line",
                $"declare it above: .reg {text}: f32[…]");
            return;
        }

        var shape = index < row.Operands.Length ? row.Operands[index].Shape : "";
        var has = type is not null ? $" is {Describe(type)}" : "";
        context.Diagnostics.Add(place, DiagnosticCode.Shape, $"'{text}'{has}: {FaultTable.Of(request.Fault).Text}",
            shape.Length > 1 ? $"{row.Operands[index].Name}:[{shape}] in {row.Synopsis}" : row.Synopsis);
    }

    private string Describe(TensorType type) => DTypes.NameOf(type.Element) + "[" + string.Join(", ", type.Shape.Select(
        dim => dim.IsSymbol ? context.Program.Symbols[dim.Symbol].Name : dim.ToString())) + "]";
}
