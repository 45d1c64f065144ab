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
                && OnlyChosen(module, step, 1 + register, sampling))
            {
                chosen[last] = true;
            }
        }

        return chosen;
    }

    private static int LastUse(Function step, int register)
    {
        int last = step.Body.Length - 1;
        while (last >= 0 && FirstUse(step.Body[last], register) < 0)
        {
            last--;
        }

        return last;
    }

    private static bool IsOneRow(TensorType type, RowClass known) => known == RowClass.Last && type.Rank == 2;

    // What its record commits to is what it multiplies: the values are in no record.
    private static bool IsProduct(Instruction instruction, int register) =>
        instruction.Row is { RecordsProduct: true, CommitsToQuantizedRows: true } && FirstUse(instruction, register) == 0 && FirstUse(instruction, register, from: 1) < 0;

    /// <summary>Whether all drivers only choose from a result of the step.</summary>
    private static bool OnlyChosen(Module module, int step, int operand, SamplingParameters sampling)
    {
        foreach (Function function in module.Functions)
        {
            if (function.Kind == FunctionKind.Driver && !OnlyChooses(function, step, operand, sampling))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a driver reads the registers that get a result of the step by choosing alone, and gets nothing else in them.</summary>
    private static bool OnlyChooses(Function driver, int step, int operand, SamplingParameters sampling)
    {
        foreach (Instruction call in driver.Body)
        {
            if (Calls(call, step) && !OnlyChooses(driver, step, operand, call.Operands[operand].Index, sampling))
            {
                return false;
            }
        }

        return true;
    }

    private static bool OnlyChooses(Function driver, int step, int operand, int register, SamplingParameters sampling)
    {
        bool only = register >= driver.ParameterCount + driver.ResultCount;
        foreach (Instruction instruction in driver.Body)
        {
            for (int at = FirstUse(instruction, register); at >= 0; at = FirstUse(instruction, register, at + 1))
            {
                only &= Calls(instruction, step) ? at == operand : Chooses(instruction, sampling);
            }
        }

        return only;
    }

    private static bool Chooses(Instruction instruction, SamplingParameters sampling) =>
        instruction.Row.Mnemonic == "argmax" || (instruction.Row.Mnemonic == "sample" && sampling.Kind == SamplingKind.Greedy);

    private static bool Calls(Instruction instruction, int step) => instruction.Row.Code == Opcode.Call && instruction.Operands[0].Index == step;

    /// <summary>The first operand of an instruction, from one on, that is this register; -1: none.</summary>
    private static int FirstUse(Instruction instruction, int register, int from = 0)
    {
        int at = from;
        while (at < instruction.Operands.Length && (instruction.Row.KindAt(at) != OperandKind.Register || instruction.Operands[at].Index != register))
        {
            at++;
        }

        return at < instruction.Operands.Length ? at : -1;
    }
}
