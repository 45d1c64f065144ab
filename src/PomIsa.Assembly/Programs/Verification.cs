using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Assembly.Programs;

/// <summary>The verifier's faults at their source lines, with a caret under the operand where it is about one.</summary>
internal static class Verification
{
    public static void Report(Module module, ProgramContext context, SourceFile file)
    {
        if (Verifier.TryVerify(module, out _, out var faults))
        {
            return;
        }

        foreach (var fault in faults)
        {
            // Without positions: the diagnostic has its own.
            var advice = FaultTable.Of(fault.Code).Advice;
            var text = FaultText.Describe(fault, module with { Positions = null }).Replace(". " + advice, "", StringComparison.Ordinal);
            context.Diagnostics.Add(Place(fault, context, file), DiagnosticCode.Refused, text, advice);
        }
    }

    private static Span Place(Fault fault, ProgramContext context, SourceFile file)
    {
        if (fault.Function < 0 || fault.Function >= context.Lines.Count)
        {
            return Declaration(fault, context.Program)?.At ?? new Span(file, 1, 1, 1);
        }

        var lines = context.Lines[fault.Function];
        return fault.At >= 0 && fault.At < lines.Count
            ? Instruction(lines[fault.At], fault.Subject)
            : context.Program.Functions[fault.Function].Declaration.At;
    }

    private static Span Instruction(Statement line, int operand)
    {
        var instruction = line.Tree!.instruction();
        var operands = instruction.operands().SelectMany(group => group.operand()).ToArray();
        return line.File.Span(operand >= 0 && operand < operands.Length ? operands[operand] : instruction);
    }

    private static Declaration? Declaration(Fault fault, SourceProgram program) => fault.Code switch
    {
        FaultCode.BadWeight or FaultCode.BadLayout or FaultCode.UnsupportedType or FaultCode.DuplicateName or FaultCode.BadData => At(program.Weights, fault.Subject),
        FaultCode.BadState or FaultCode.SymbolMaximum => At(program.States, fault.Subject),
        FaultCode.BadInput => At(program.Inputs, fault.Subject),
        FaultCode.BadSymbol => At(program.Symbols, fault.Subject),
        FaultCode.BadEntry => program.Entry,
        _ => null,
    };

    private static Declaration? At(List<Declaration> list, int index) => index >= 0 && index < list.Count ? list[index] : null;
}
