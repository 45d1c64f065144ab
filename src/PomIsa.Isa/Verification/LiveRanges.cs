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
        var ranges = new List<LiveRange>(first.Length);
        for (int register = 0; register < first.Length; register++)
        {
            if (first[register] != int.MaxValue)
            {
                ranges.Add(new LiveRange(register, first[register], last[register]));
            }
        }

        ranges.Sort(static (a, b) => a.First != b.First ? a.First.CompareTo(b.First) : a.Register.CompareTo(b.Register));
        return [.. ranges];

        void Use(int register, int at)
        {
            first[register] = Math.Min(first[register], at);
            last[register] = at;
        }
    }
}
