namespace PomIsa.Isa.Verification;

/// <summary>Worst case of a piece of code. A sum that leaves 64 bits sticks as an overflow.</summary>
internal readonly record struct Cost(ulong Retires, ulong Work, ulong Evidence, bool Overflows)
{
    /// <summary>One retire.</summary>
    public static Cost Of(OpcodeRow row, int symbolChanges, UInt128 work) => From(
        1, work, (UInt128)EvidenceSize.Retire(row.RecordedTensors, row.RecordedScalars, symbolChanges), false);

    public static Cost operator +(Cost a, Cost b) => From(
        (UInt128)a.Retires + b.Retires, (UInt128)a.Work + b.Work, (UInt128)a.Evidence + b.Evidence,
        a.Overflows || b.Overflows);

    public static Cost operator *(Cost body, uint rounds) => From(
        (UInt128)body.Retires * rounds, (UInt128)body.Work * rounds, (UInt128)body.Evidence * rounds, body.Overflows);

    /// <summary>Each number at its greater value.</summary>
    public static Cost Max(Cost a, Cost b) => new(
        Math.Max(a.Retires, b.Retires), Math.Max(a.Work, b.Work), Math.Max(a.Evidence, b.Evidence),
        a.Overflows || b.Overflows);

    private static Cost From(UInt128 retires, UInt128 work, UInt128 evidence, bool overflows) =>
        overflows || retires > ulong.MaxValue || work > ulong.MaxValue || evidence > ulong.MaxValue
            ? new Cost(0, 0, 0, true)
            : new Cost((ulong)retires, (ulong)work, (ulong)evidence, false);
}
