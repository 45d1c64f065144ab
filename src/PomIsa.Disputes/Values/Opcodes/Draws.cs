using PomIsa.Disputes.Values.Cells;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Kernels.Reference;
using Elementary = PomIsa.Kernels.Elementary;

namespace PomIsa.Disputes.Values.Opcodes;

/// <summary>The draw of a token (spec/numerics.md, chapter 12): the tokens are merged into their order level by level, so that each cell needs few others.</summary>
/// <remarks>A token in its order is one cell: above, what sorts as its z does from the greatest down; below, its id.</remarks>
internal static class Draws
{
    private const ulong None = ulong.MaxValue;
    private const int Grain = 256;

    /// <summary>Continues the derivation of the greatest, which is the token where nothing can be drawn.</summary>
    public static Derivation Of(Subject s, Derivation derivation)
    {
        if (s.Place.Popped is not [.., long position])
        {
            throw new NotBroughtException("the position of a draw is not known");
        }

        SamplingParameters by = s.Sampling;
        float temperature = BitConverter.UInt32BitsToSingle(by.TemperatureBits), topP = BitConverter.UInt32BitsToSingle(by.TopPBits);
        long width = s.Shape(0)[^1], greatest = derivation.Count - 1, order = derivation.Count;
        long kept = by.TopK > 0 && by.TopK < width ? by.TopK : width;
        derivation.Add(new Each(width, (id, r) => Key(r.F32(0, id) / temperature, id)));
        for (long run = 2; run < 2 * width; run *= 2)
        {
            long below = order, size = run;
            order = derivation.Count;
            derivation.Add(new Each(width, (place, r) => Merged(below, width, size, place, r)));
        }

        ulong At(long j, ElementReader r) => r.Cell(order + j);
        long powers = derivation.Count;
        derivation.Add(new Each(kept, (j, r) => Bits.Of(Elementary.Exp(Z(At(j, r)) - Z(At(0, r))))));
        long sum = derivation.Add(new LaneFold(kept, (j, r) => Bits.F32(r.Cell(powers + j))));
        long sums = derivation.Count;
        derivation.Add(new Running(kept, 1, static _ => 0, (so, j, r) =>
        {
            float p = Bits.F32(r.Cell(powers + j)) / Bits.F32(r.Cell(sum));
            return Bits.Of(j == 0 ? p : Bits.F32(so) + p);
        }));
        long last = derivation.Add(new Running(kept, Grain, static _ => None, (so, j, r) => so == None && Bits.F32(r.Cell(sums + j)) >= topP ? (ulong)j : so));
        long Last(ElementReader r) => r.Cell(last) is var found && found == None ? kept - 1 : (long)found;
        uint word = Sampling.Philox([(uint)position, (uint)(position >> 32), 0, 0], [(uint)by.Seed, (uint)(by.Seed >> 32)])[0];
        long drawn = derivation.Add(new Running(kept, Grain, static _ => None, (so, j, r) =>
            so == None && j <= Last(r) && Bits.F32(r.Cell(sums + j)) > (word >> 8) * MathF.ScaleB(1, -24) * Bits.F32(r.Cell(sums + Last(r))) ? (ulong)j : so));
        derivation.Add(r => temperature == 0 || float.IsNaN(r.F32(0, (long)r.Cell(greatest))) ? r.Cell(greatest)
            : (uint)At(float.IsInfinity(Z(At(0, r))) ? 0 : r.Cell(drawn) is var j && j == None ? Last(r) : (long)j, r));
        return derivation;
    }

    private static ulong Key(float z, long id)
    {
        uint bits = BitConverter.SingleToUInt32Bits(z == 0 ? 0 : Lanes.Canonical(z));
        return ((ulong)~((int)bits < 0 ? ~bits : bits | 0x80000000) << 32) | (uint)id;
    }

    private static float Z(ulong key)
    {
        uint rising = ~(uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((int)rising < 0 ? rising & 0x7fffffff : ~rising);
    }

    /// <summary>What comes to a place where two neighbouring runs are merged: found by halving, from few cells of either.</summary>
    private static ulong Merged(long below, long width, long run, long place, ElementReader r)
    {
        long start = place / run * run, k = place - start, a = below + start;
        long first = Math.Min(run / 2, width - start), second = Math.Min(run, width - start) - first, b = a + first;
        (long low, long high) = (Math.Max(0, k - second), Math.Min(k, first));
        while (low < high)
        {
            long middle = (low + high) / 2;
            (low, high) = r.Cell(a + middle) < r.Cell(b + k - middle - 1) ? (middle + 1, high) : (low, middle);
        }

        return low < first && (k - low >= second || r.Cell(a + low) < r.Cell(b + k - low)) ? r.Cell(a + low) : r.Cell(b + k - low);
    }
}
