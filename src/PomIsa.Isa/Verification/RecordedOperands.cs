using System.Collections.Immutable;

namespace PomIsa.Isa.Verification;

/// <summary>What the records of a function's instructions commit to: <c>output</c> to its tensor, a product by a weight to what it multiplies, but not where that is near. Spec: spec/runs.md, rule 7.</summary>
/// <remarks>
/// A register is near if such a product wrote it that commits, or if it was made element by element from near ones: what is in it follows from little that is recorded already.
/// Of weights that were loaded as many as there are may take part, such as a bias. The order of the text decides, one pass over it is enough.
/// </remarks>
public static class RecordedOperands
{
    private enum Holds : byte
    {
        Other,
        Near,
        Weight,
    }

    /// <summary>By instruction the operand that its record commits to; -1: none.</summary>
    /// <param name="function">Any function, also one that was not verified.</param>
    public static int[] Of(Function function)
    {
        ArgumentNullException.ThrowIfNull(function);
        ImmutableArray<Instruction> body = function.Body;
        var recorded = new int[body.Length];
        var registers = new Holds[function.Registers.Length];
        for (int at = 0; at < body.Length; at++)
        {
            OpcodeRow row = body[at].Row;
            int committed = row.CommittedOperand;
            int[] writes = row.Layout.Writes; // results of a call are left out: where it may stand, there are no products
            bool isNear = writes.Length > 0 && committed >= 0 && At(registers, body[at], committed) == Holds.Near;
            recorded[at] = isNear ? -1 : committed;
            Holds result = committed >= 0 && !isNear ? Holds.Near
                : row.Code == Opcode.Load ? Holds.Weight
                : row.Family == Family.ElementWise ? OfElements(registers, body[at])
                : Holds.Other;
            foreach (int operand in writes)
            {
                if ((uint)body[at].Operands[operand].Index < (uint)registers.Length)
                {
                    registers[body[at].Operands[operand].Index] = result;
                }
            }
        }

        return recorded;
    }

    private static Holds OfElements(Holds[] registers, Instruction instruction)
    {
        bool isNear = false;
        foreach (int operand in instruction.Row.Layout.Reads)
        {
            Holds held = At(registers, instruction, operand);
            if (held == Holds.Other)
            {
                return Holds.Other;
            }

            isNear |= held == Holds.Near;
        }

        return isNear ? Holds.Near : Holds.Other;
    }

    private static Holds At(Holds[] registers, Instruction instruction, int operand) =>
        (uint)instruction.Operands[operand].Index < (uint)registers.Length ? registers[instruction.Operands[operand].Index] : Holds.Other;
}
