using System.Collections.Immutable;

namespace PomIsa.Isa.Verification;

/// <summary>Where each register of a function lies in the arena, for one set of symbol values.</summary>
/// <remarks>
/// In a step a register holds its place from its first write (a parameter from the start) to its last use (a result
/// to the end); two registers that share bytes are never both alive, and the inputs of an instruction still are while
/// its output is written. In a driver every register has its own place. A frame never takes more bytes when a symbol
/// is smaller, so the verifier's bound at the maxima holds for every run.
/// </remarks>
public sealed class ArenaPlan
{
    /// <summary>Every register starts at a multiple of this.</summary>
    public const int Alignment = 64;

    private ArenaPlan(ImmutableArray<long> offsets, ImmutableArray<long> lengths, long total)
    {
        Offsets = offsets;
        Lengths = lengths;
        TotalBytes = total;
    }

    /// <summary>Byte offset of each register in the frame.</summary>
    public ImmutableArray<long> Offsets { get; }

    /// <summary>Bytes of each register, without padding.</summary>
    public ImmutableArray<long> Lengths { get; }

    /// <summary>Bytes of the whole frame, a multiple of <see cref="Alignment"/>.</summary>
    public long TotalBytes { get; }

    /// <summary>Plans a frame.</summary>
    /// <param name="function">The function.</param>
    /// <param name="symbols">One value for each symbol of the module, from 0 to its maximum; those it doesn't use may be anything there.</param>
    /// <exception cref="ArgumentException">Not one value for each symbol, or one out of range.</exception>
    public static ArenaPlan For(VerifiedFunction function, ReadOnlySpan<long> symbols)
    {
        Check(function.Module, symbols);
        ImmutableArray<TensorType> registers = function.Function.Registers;
        ReadOnlySpan<int> slots = function.Slots;
        var lengths = new long[registers.Length];
        var starts = new long[registers.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = (long)registers[i].Bytes(symbols); // at most Limits.TensorBytes
            if (slots[i] >= 0)
            {
                starts[slots[i]] = Math.Max(starts[slots[i]], Align(lengths[i]));
            }
        }

        long total = 0;
        for (int slot = 0; slot < starts.Length; slot++)
        {
            (starts[slot], total) = (total, total + starts[slot]);
        }

        var offsets = ImmutableArray.CreateBuilder<long>(lengths.Length);
        foreach (int slot in slots)
        {
            offsets.Add(slot < 0 ? 0 : starts[slot]);
        }

        return new ArenaPlan(offsets.MoveToImmutable(), [.. lengths], total);
    }

    private static void Check(Module module, ReadOnlySpan<long> symbols)
    {
        if (symbols.Length != module.Symbols.Length)
        {
            throw new ArgumentException($"{symbols.Length} values for {module.Symbols.Length} symbols.", nameof(symbols));
        }

        for (int i = 0; i < symbols.Length; i++)
        {
            if (symbols[i] < 0 || symbols[i] > module.Symbols[i].Max)
            {
                throw new ArgumentException($"Symbol {module.SymbolName(i)} can't be {symbols[i]}.", nameof(symbols));
            }
        }
    }

    private static long Align(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
