namespace PomIsa.Isa.Format;

/// <summary>How many operands an instruction has: the row says, or for a call the callee.</summary>
internal static class OperandCounts
{
    /// <summary>Operands and immediates; -1 for a call whose callee is missing or does not exist.</summary>
    public static int Of(Instruction instruction, Module module)
    {
        OpcodeRow row = instruction.Row;
        if (!row.Variadic)
        {
            return row.OperandCount;
        }

        return instruction.Operands.Length > 0 && instruction.Operands[0].Bits < (ulong)module.Functions.Length
            ? OfCall(module.Functions[instruction.Operands[0].Index])
            : -1;
    }

    /// <summary>The callee, its arguments, its results.</summary>
    public static int OfCall(Function callee) => 1 + callee.ParameterCount + callee.ResultCount;
}
