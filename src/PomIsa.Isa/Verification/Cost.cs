using System.Runtime.CompilerServices;

namespace PomIsa.Isa.Verification;

/// <summary>Worst case of a piece of code. A sum that leaves 64 bits sticks as an overflow.</summary>
internal readonly record struct Cost(ulong Retires, ulong Work, ulong Evidence, bool Overflows)
{
    private static Cost Overflow => new(0, 0, 0, true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Cost operator +(Cost a, Cost b)
    {
        ulong retires = unchecked(a.Retires + b.Retires), work = unchecked(a.Work + b.Work), evidence = unchecked(a.Evidence + b.Evidence);
        return a.Overflows || b.Overflows || retires < a.Retires || work < a.Work || evidence < a.Evidence
            ? Overflow
            : new Cost(retires, work, evidence, false);
    }

    public static Cost operator *(Cost body, uint rounds)
    {
        ulong high = Math.BigMul(body.Retires, rounds, out ulong retires) | Math.BigMul(body.Work, rounds, out ulong work)
            | Math.BigMul(body.Evidence, rounds, out ulong evidence);
        return body.Overflows || high != 0 ? Overflow : new Cost(retires, work, evidence, false);
    }

    /// <summary>One retire more.</summary>
    /// <param name="work">Its multiply-adds.</param>
    /// <param name="evidence">Bytes of its record.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Cost Plus(UInt128 work, uint evidence) =>
        work > ulong.MaxValue ? Overflow : this + new Cost(1, (ulong)work, evidence, false);

    /// <summary>Each number at its greater value.</summary>
    public static Cost Max(Cost a, Cost b) => new(
        Math.Max(a.Retires, b.Retires), Math.Max(a.Work, b.Work), Math.Max(a.Evidence, b.Evidence),
        a.Overflows || b.Overflows);
}
