using PomIsa.Isa;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>Which records' outputs a dispute about one record can come to need.</summary>
internal static class ValueNeeds
{
    /// <summary>The record and those that made what it read.</summary>
    /// <exception cref="NotBroughtException">The data flow is not known.</exception>
    public static HashSet<ulong> Of(Subject subject, Sources sources)
    {
        HashSet<ulong> needs = [subject.Index];
        for (int i = 0; i < subject.Row.Operands.Length; i++)
        {
            OperandRow operand = subject.Row.Operands[i];
            if (operand is { Kind: OperandKind.Register, Effect: Effect.Read })
            {
                needs.Add(sources.Register(subject.Place, subject.Index, subject.Register(i)).Index);
            }
            else if (operand is { Kind: OperandKind.State, Effect: Effect.Read } && !subject.IsScalar)
            {
                for (int row = subject.Shape(i)[0] - 1; row >= 0; row--)
                {
                    needs.Add(sources.StateRow(subject, subject.Instruction.Operands[i].Index, row).Source.Index);
                }
            }
        }

        return needs;
    }
}
