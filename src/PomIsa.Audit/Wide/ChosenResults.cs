using PomIsa.Evidence.Records;
using PomIsa.Isa;

namespace PomIsa.Audit.Wide;

/// <summary>Finds the products of a step of whose values nobody wants more than where the greatest of each row is: a decoder's logits, from which its driver chooses a token.</summary>
internal static class ChosenResults
{
    /// <summary>By instruction of the step, whether it is such a product.</summary>
    /// <param name="module">A verified module.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="classes">Of its registers.</param>
    /// <param name="sampling">How <c>sample</c> chooses.</param>
    public static bool[] Of(Module module, int step, RowClass[] classes, SamplingParameters sampling)
    {
        Function function = module.Functions[step];
        var chosen = new bool[function.Body.Length];
        for (int result = 0; result < function.ResultCount; result++)
        {
            int register = function.ParameterCount + result, last = LastUse(function, register);
            if (last >= 0 && IsOneRow(function.Registers[register], classes[register]) && IsProduct(function.Body[last], register)
                && module.Functions.All(f => f.Kind != FunctionKind.Driver || OnlyChooses(f, step, 1 + register, sampling)))
            {
                chosen[last] = true;
            }
        }

        return chosen;
    }

    private static int LastUse(Function step, int register)
    {
        int last = step.Body.Length - 1;
        while (last >= 0 && !Uses(step.Body[last], register).Any())
        {
            last--;
        }

        return last;
    }

    private static bool IsOneRow(TensorType type, RowClass known) => known == RowClass.Last && type.Rank == 2;

    // What its record commits to is what it multiplies: the values are in no record.
    private static bool IsProduct(Instruction instruction, int register) =>
        instruction.Row is { RecordsProduct: true, CommitsToQuantizedRows: true } && Uses(instruction, register).SequenceEqual([0]);

    /// <summary>Whether a driver reads the registers that get a result of the step by choosing alone, and gets nothing else in them.</summary>
    private static bool OnlyChooses(Function driver, int step, int operand, SamplingParameters sampling)
    {
        foreach (int register in driver.Body.Where(i => Calls(i, step)).Select(i => i.Operands[operand].Index).Distinct())
        {
            if (register < driver.ParameterCount + driver.ResultCount
                || !driver.Body.All(i => Uses(i, register).All(at => Calls(i, step) ? at == operand : Chooses(i, sampling))))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Chooses(Instruction instruction, SamplingParameters sampling) =>
        instruction.Row.Mnemonic == "argmax" || (instruction.Row.Mnemonic == "sample" && sampling.Kind == SamplingKind.Greedy);

    private static bool Calls(Instruction instruction, int step) => instruction.Row.Code == Opcode.Call && instruction.Operands[0].Index == step;

    /// <summary>Operands of an instruction that are this register.</summary>
    private static IEnumerable<int> Uses(Instruction instruction, int register) =>
        Enumerable.Range(0, instruction.Operands.Length).Where(i => instruction.Row.KindAt(i) == OperandKind.Register && instruction.Operands[i].Index == register);
}
