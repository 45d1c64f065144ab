using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace PomIsa.Isa.Verification;

/// <summary>From the first write to the last use of a register, both inclusive, in instruction indices.</summary>
internal readonly record struct LiveRange(int Register, int First, int Last);

/// <summary>Live ranges of straight-line code.</summary>
internal static class LiveRanges
{
    /// <summary>Stands for the instruction of a register that has none.</summary>
    public const int None = int.MaxValue;

    /// <summary>Ranges in ascending first instruction, then register; registers that are never used have none.</summary>
    public static ImmutableArray<LiveRange> Of(VerifiedFunction verified)
    {
        Function function = verified.Function;
        var first = new int[function.Registers.Length];
        var last = new int[function.Registers.Length];
        Array.Fill(first, None);
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
        int[] order = Order(first, function.Body.Length);
        var ranges = new LiveRange[order.Length];
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new LiveRange(order[i], first[order[i]], last[order[i]]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(ranges);

        void Use(int register, int at)
        {
            first[register] = Math.Min(first[register], at);
            last[register] = at;
        }
    }

    /// <summary>Registers by an instruction of each, then by number.</summary>
    /// <param name="instructions">For each register an instruction, or <see cref="None"/>: it is left out.</param>
    /// <param name="end">The greatest instruction.</param>
    public static int[] Order(ReadOnlySpan<int> instructions, int end)
    {
        // Where each instruction's registers begin, -1 the first; counted, as for a comparison of ours the runtime has no code that is ready.
        var starts = new int[end + 3];
        foreach (int instruction in instructions)
        {
            starts[instruction == None ? 0 : instruction + 2]++;
        }

        int count = instructions.Length - starts[0];
        starts[0] = 0;
        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        var order = new int[count];
        for (int register = 0; register < instructions.Length; register++)
        {
            if (instructions[register] != None)
            {
                order[starts[instructions[register] + 1]++] = register;
            }
        }

        return order;
    }
}
