using System.Collections.Immutable;

namespace PomIsa.Isa.Verification;

/// <summary>Which registers of a function share a place. It does not depend on the symbols' values.</summary>
/// <remarks>
/// That is why a frame with smaller values never takes more bytes: each place is as long as its longest register.
/// Placing registers by first fit has no such guarantee.
/// </remarks>
internal static class SlotPlan
{
    /// <summary>For each register its place, numbered from 0; -1 for a register that is never used.</summary>
    public static int[] Of(VerifiedFunction function)
    {
        int[] slots = new int[function.Function.Registers.Length];
        if (function.Function.Kind == FunctionKind.Driver)
        {
            for (int register = 0; register < slots.Length; register++)
            {
                slots[register] = register;
            }

            return slots;
        }

        long[] maxima = FunctionSymbols.Maxima(function.Module);
        var free = new List<int>();
        var longest = new List<long>();
        Array.Fill(slots, -1);
        ReadOnlySpan<LiveRange> ranges = LiveRanges.Of(function).AsSpan();
        int[] last = Last(ranges, slots.Length), ends = LiveRanges.Order(last, function.Function.Body.Length);
        int dead = 0;
        foreach (LiveRange range in ranges)
        {
            // Who ends before this one begins has begun before, and so has a place.
            for (; dead < ends.Length && last[ends[dead]] < range.First; dead++)
            {
                free.Add(slots[ends[dead]]);
            }

            long bytes = (long)function.Function.Registers[range.Register].Bytes(maxima);
            slots[range.Register] = Choose(free, longest, bytes);
        }

        return slots;
    }

    private static int[] Last(ReadOnlySpan<LiveRange> ranges, int registers)
    {
        int[] last = new int[registers];
        Array.Fill(last, LiveRanges.None);
        foreach (LiveRange range in ranges)
        {
            last[range.Register] = range.Last;
        }

        return last;
    }

    /// <summary>The shortest free place that is long enough, else the longest one, which grows, else a new one.</summary>
    private static int Choose(List<int> free, List<long> longest, long bytes)
    {
        int best = -1;
        for (int i = 0; i < free.Count; i++)
        {
            if (best < 0 || IsBetter(longest[free[i]], longest[free[best]], bytes))
            {
                best = i;
            }
        }

        if (best < 0)
        {
            longest.Add(bytes);
            return longest.Count - 1;
        }

        int slot = free[best];
        free.RemoveAt(best);
        longest[slot] = Math.Max(longest[slot], bytes);
        return slot;
    }

    private static bool IsBetter(long one, long other, long bytes) =>
        (one >= bytes, other >= bytes) switch
        {
            (true, true) => one < other,
            (false, false) => one > other,
            (bool fits, _) => fits,
        };
}
