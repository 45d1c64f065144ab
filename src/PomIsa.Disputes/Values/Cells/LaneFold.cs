using PomIsa.Kernels;

namespace PomIsa.Disputes.Values.Cells;

/// <summary>A sum or product of f32 in sixteen lanes (spec/numerics.md, rules 3.1 and 9.1): the lanes after each 256 items, at last their fold.</summary>
internal sealed class LaneFold(long items, Func<long, ElementReader, float> item, bool multiplies = false) : ICells
{
    private const int Lane = 16, Block = 256;

    public long Count => (Lane * Blocks) + 1;

    private long Blocks => (items + Block - 1) / Block;

    public ulong Evaluate(long start, long cell, ElementReader r)
    {
        if (cell == Count - 1)
        {
            return Fold(start, r);
        }

        long block = cell / Lane, lane = cell % Lane, end = Math.Min(items, (block + 1) * Block);
        float value = block == 0 ? Start : Bits.F32(r.Cell(start + cell - Lane));
        for (long i = (block * Block) + lane; i < end; i += Lane)
        {
            value = Lanes.Canonical(multiplies ? value * item(i, r) : value + item(i, r));
        }

        return Bits.Of(value);
    }

    private float Start => multiplies ? 1 : 0;

    private ulong Fold(long start, ElementReader r)
    {
        Span<float> lanes = stackalloc float[Lane];
        for (int j = 0; j < Lane; j++)
        {
            lanes[j] = Blocks == 0 ? Start : Bits.F32(r.Cell(start + (Lane * (Blocks - 1)) + j));
        }

        for (int s = Lane / 2; s >= 1; s /= 2)
        {
            for (int j = 0; j < s; j++)
            {
                lanes[j] = Lanes.Canonical(multiplies ? lanes[j] * lanes[j + s] : lanes[j] + lanes[j + s]);
            }
        }

        return Bits.Of(lanes[0]);
    }
}
