using System.Collections.Immutable;

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
            Instruction instruction = function.Body[at];
            for (int i = 0; i < instruction.Operands.Length; i++)
            {
                if (instruction.Row.KindAt(i) == OperandKind.Register)
                {
                    int register = instruction.Operands[i].Index;
                    first[register] = Math.Min(first[register], at);
                    last[register] = at;
                }
            }
        }

        Array.Fill(last, function.Body.Length, function.ParameterCount, function.ResultCount);
        return [.. Enumerable.Range(0, first.Length)
            .Where(r => first[r] != int.MaxValue)
            .Select(r => new LiveRange(r, first[r], last[r]))
            .OrderBy(r => r.First).ThenBy(r => r.Register)];
    }
}
