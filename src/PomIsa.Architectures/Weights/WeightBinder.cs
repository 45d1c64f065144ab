using PomIsa.Isa;

namespace PomIsa.Architectures.Weights;

/// <summary>Binds a program to the weights that a sink has taken.</summary>
internal static class WeightBinder
{
    /// <summary>The module with the sink's weights in place of its own.</summary>
    /// <param name="module">As assembled.</param>
    /// <param name="weights">The sink's weights.</param>
    /// <param name="index">For each weight of the module its index there.</param>
    public static Module Bind(Module module, IEnumerable<WeightEntry> weights, int[] index) => module with
    {
        Weights = [.. weights],
        Functions = [.. module.Functions.Select(function => function with { Body = [.. function.Body.Select(one => Bind(one, index))] })],
        Text = module.Text is { } text
            ? text with { Entries = [.. text.Entries.Select(e => Bind(e, index)).OrderBy(static e => e.Target).ThenBy(static e => e.Index).DistinctBy(static e => (e.Target, e.Index))] }
            : null,
    };

    private static Instruction Bind(Instruction instruction, int[] index)
    {
        for (int i = 0; i < instruction.Row.Operands.Length; i++)
        {
            if (instruction.Row.Operands[i].Kind == OperandKind.Weight)
            {
                instruction = instruction with { Operands = instruction.Operands.SetItem(i, Operand.Of(index[instruction.Operands[i].Index])) };
            }
        }

        return instruction;
    }

    private static TextEntry Bind(TextEntry entry, int[] index) => entry.Target == TextTarget.Weight ? entry with { Index = index[entry.Index] } : entry;
}
