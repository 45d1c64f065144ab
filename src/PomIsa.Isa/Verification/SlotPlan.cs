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
            return [.. Enumerable.Range(0, slots.Length)];
        }

        long[] maxima = [.. function.Module.Symbols.Select(s => (long)s.Max)];
        var free = new List<int>();
        var longest = new List<long>();
        var ends = new PriorityQueue<int, (int Last, int Register)>();
        Array.Fill(slots, -1);
        foreach (LiveRange range in LiveRanges.Of(function))
        {
            while (ends.TryPeek(out int dead, out (int Last, int) end) && end.Last < range.First)
            {
                ends.Dequeue();
                free.Add(slots[dead]);
            }

            long bytes = (long)function.Function.Registers[range.Register].Bytes(maxima);
            slots[range.Register] = Choose(free, longest, bytes);
            ends.Enqueue(range.Register, (range.Last, range.Register));
        }

        return slots;
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
