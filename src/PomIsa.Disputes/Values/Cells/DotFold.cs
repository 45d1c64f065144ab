using PomIsa.Kernels;

namespace PomIsa.Disputes.Values.Cells;

/// <summary>A dot product of f32 (spec/numerics.md, rule 2): the running value after each few steps, then the running sum after each block of 256.</summary>
/// <param name="steps">Its length.</param>
/// <param name="grain">Steps of one cell; divides 256.</param>
/// <param name="a">First factor.</param>
/// <param name="b">Second factor.</param>
/// <param name="takes">Which steps are taken; null: all.</param>
internal sealed class DotFold(long steps, int grain, Func<long, ElementReader, float> a, Func<long, ElementReader, float> b, Func<long, ElementReader, bool>? takes = null) : ICells
{
    private const int Block = 256;

    public long Count => steps == 0 ? 1 : Chains + Blocks;

    private long Chains => (steps + grain - 1) / grain;

    private long Blocks => (steps + Block - 1) / Block;

    public ulong Evaluate(long start, long cell, ElementReader r)
    {
        if (steps == 0)
        {
            return 0;
        }

        if (cell >= Chains)
        {
            long block = cell - Chains, last = Math.Min(Chains, (block + 1) * (Block / grain)) - 1;
            float value = Bits.F32(r.Cell(start + last));
            return Bits.Of(block == 0 ? value : Bits.F32(r.Cell(start + cell - 1)) + value);
        }

        long first = cell * grain, end = Math.Min(steps, first + grain);
        float p = first % Block == 0 ? 0 : Bits.F32(r.Cell(start + cell - 1));
        for (long k = first; k < end; k++)
        {
            p = takes is null || takes(k, r) ? Lanes.Canonical(Lanes.Fma(a(k, r), b(k, r), p)) : p;
        }

        return Bits.Of(p);
    }
}
