namespace PomIsa.Isa.Verification;

/// <summary>What one run takes at most: a host compares it with what it has. No run of a verified module goes beyond.</summary>
/// <param name="Retires">Instructions executed.</param>
/// <param name="MultiplyAdds">Sum of the rows' work formulas.</param>
/// <param name="ArenaBytes">Registers of all functions active at once.</param>
/// <param name="StateBytes">States when full.</param>
/// <param name="EvidenceBytes">Records of all retires of a public run, by <see cref="EvidenceSize"/>, as if each product committed to what it multiplies.</param>
public readonly record struct Bounds(
    ulong Retires, ulong MultiplyAdds, ulong ArenaBytes, ulong StateBytes, ulong EvidenceBytes);

/// <summary>Bytes of records. The one place that knows; the machine's tests compare it with what is written.</summary>
public static class EvidenceSize
{
    /// <summary>Bytes of any record of a retire.</summary>
    public const int PerRetire = 61;

    /// <summary>Bytes for the commitment of an opcode that records one.</summary>
    public const int PerTensor = 32;

    /// <summary>Bytes for each scalar pushed or emitted.</summary>
    public const int PerScalar = 8;

    /// <summary>Bytes for each symbol whose value changed.</summary>
    public const int PerSymbol = 5;

    /// <summary>Symbols in the record of an <c>input</c>: the one of its first dimension.</summary>
    public const int SymbolsPerInput = 1;

    /// <summary>Bytes of one record.</summary>
    public static int Retire(int outputs, int scalars, int symbolChanges) =>
        PerRetire + (PerTensor * outputs) + (PerScalar * scalars) + (PerSymbol * symbolChanges);
}
