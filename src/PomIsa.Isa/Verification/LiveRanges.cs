using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace PomIsa.Isa.Verification;

/// <summary>From the first write to the last use of a register, both inclusive, in instruction indices.</summary>
internal readonly record struct LiveRange(int Register, int First, int Last);

/// <summary>Live ranges of straight-line code.</summary>
internal static class LiveRanges
{
    /// <summary>Ranges in ascending first instruction, then register; registers that are never used have none.</summary>
    public static ImmutableArray<LiveRange> Of(VerifiedFunction verified)
    {
        Function function = verified.Function;
        var first = new int[function.Registers.Length];
        var last = new int[function.Registers.Length];
        Array.Fill(first, int.MaxValue);
        Array.Fill(last, -1);
        Array.Fill(first, -1, 0, function.ParameterCount);
        for (int at = 0; at < function.Body.Length; at++)
        {
            // In a step no row is variadic: the layout has all registers.
            ReadOnlySpan<Operand> operands = function.Body[at].Operands.AsSpan();
            RowLayout layout = function.Body[at].Row.Layout;
            foreach (int i in layout.Reads)
            {
                Use(operands[i].Index, at);
            }

            foreach (int i in layout.Writes)
            {
                Use(operands[i].Index, at);
            }
        }

        Array.Fill(last, function.Body.Length, function.ParameterCount, function.ResultCount);
        long[] order = Order(first, int.MaxValue);
        var ranges = new LiveRange[order.Length];
        for (int i = 0; i < ranges.Length; i++)
        {
            int register = (int)order[i];
            ranges[i] = new LiveRange(register, first[register], last[register]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(ranges);

        void Use(int register, int at)
        {
            first[register] = Math.Min(first[register], at);
            last[register] = at;
        }
    }

    /// <summary>Registers by an instruction of each, then by number, in the low 32 bits of what is returned.</summary>
    /// <param name="instructions">For each register an instruction, -1 or greater.</param>
    /// <param name="none">What stands in place of one for registers that are left out.</param>
    public static long[] Order(ReadOnlySpan<int> instructions, int none)
    {
        var order = new long[instructions.Length];
        int count = 0;
        for (int register = 0; register < instructions.Length; register++)
        {
            if (instructions[register] != none)
            {
                order[count++] = ((instructions[register] + 1L) << 32) | (uint)register;
            }
        }

        Array.Resize(ref order, count);
        Array.Sort(order); // numbers: the runtime has code for that, and none for a comparison of ours
        return order;
    }
}
