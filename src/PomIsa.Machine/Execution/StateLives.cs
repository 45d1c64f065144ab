using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Machine.Execution;

/// <summary>When a step uses its states, for a program that calls it a single time: what it has read for the last time nobody will want again.</summary>
internal static class StateLives
{
    /// <summary>Has states that are not in use at the same time share memory: that of a decoder's layer is the next one's.</summary>
    /// <param name="step">The step; it begins with empty states.</param>
    /// <param name="states">Those of the module.</param>
    public static void Share(Function step, ImmutableArray<StateBuffer> states)
    {
        int[] last = LastUses(step, states.Length);
        var lent = new Scratch?[states.Length];
        var free = new List<Scratch>();
        for (int at = 0; at < step.Body.Length; at++)
        {
            Instruction instruction = step.Body[at];
            for (int i = 0; i < instruction.Operands.Length; i++)
            {
                if (IsState(instruction, i, out int state) && lent[state] is null)
                {
                    states[state].Share(lent[state] = TakeLast(free) ?? new Scratch(planned: 0));
                }
            }

            for (int i = 0; i < instruction.Operands.Length; i++)
            {
                if (IsState(instruction, i, out int state) && last[state] == at)
                {
                    free.Add(lent[state]!);
                    last[state] = -1; // an instruction may name it twice
                }
            }
        }
    }

    private static int[] LastUses(Function step, int states)
    {
        var last = new int[states];
        for (int at = 0; at < step.Body.Length; at++)
        {
            for (int i = 0; i < step.Body[at].Operands.Length; i++)
            {
                if (IsState(step.Body[at], i, out int state))
                {
                    last[state] = at;
                }
            }
        }

        return last;
    }

    private static bool IsState(Instruction instruction, int operand, out int state)
    {
        bool names = instruction.Row.KindAt(operand) == OperandKind.State;
        state = names ? instruction.Operands[operand].Index : -1;
        return names;
    }

    private static Scratch? TakeLast(List<Scratch> free)
    {
        Scratch? last = free.Count > 0 ? free[^1] : null;
        if (last is not null)
        {
            free.RemoveAt(free.Count - 1);
        }

        return last;
    }
}
