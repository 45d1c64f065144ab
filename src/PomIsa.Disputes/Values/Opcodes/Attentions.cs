using PomIsa.Disputes.Values.Cells;
using PomIsa.Kernels;

namespace PomIsa.Disputes.Values.Opcodes;

/// <summary>Attention (spec/numerics.md, rules 5.5, 11.1 to 11.3): scores, their greatest, their sum, and the product with the values.</summary>
internal static class Attentions
{
    private const int Block = 256;

    /// <summary>Positions of one cell of the second product: each of them may come from a record of its own.</summary>
    private const int Grain = 4;

    /// <summary>Marks a position that is not seen, and a greatest of none.</summary>
    private const ulong Hidden = 1UL << 32;

    public static (string, Derive)[] All { get; } =
    [
        ("attention", static (s, _, e) => Causal(s, e, int.MaxValue, 0)),
        ("attention.window", static (s, _, e) => Causal(s, e, s.Immediate(2).U32, 0)),
        ("attention.softcap", static (s, _, e) => Causal(s, e, s.Immediate(2).U32 == 0 ? int.MaxValue : s.Immediate(2).U32, s.Immediate(3).F32)),
        ("attention.cross", static (s, _, e) => Cross(s, e, biased: false)),
        ("attention.bias", static (s, _, e) => Cross(s, e, biased: true)),
    ];

    private static Derivation Causal(Subject s, long e, long window, float cap)
    {
        long width = s.Shape(1)[^1], positions = s.Shape(2)[0], row = e / width, seen = positions - s.Shape(1)[0] + row + 1;
        long cache = Subject.Product(s.Shape(2).AsSpan()[1..]), first = Math.Max(0, seen - window);
        return Derive(s, e, width, cache, seen - first, first * cache, -1, cap);
    }

    private static Derivation Cross(Subject s, long e, bool biased)
    {
        int[] q = s.Shape(1), k = s.Shape(2);
        long width = q[^1], rows = q[^2], cache = k[^1], positions = k[^2], row = e / width, batch = row / rows;
        long heads = width / s.Immediate(0).U32, head = e % width / s.Immediate(0).U32;
        long bias = biased ? ((((batch * heads) + head) * rows) + (row % rows)) * positions : -1;
        return Derive(s, e, width, cache, positions, batch * positions * cache, bias, 0);
    }

    /// <param name="e">The element.</param>
    /// <param name="width">Elements of a row of q.</param>
    /// <param name="cache">Elements of a row of k and v.</param>
    /// <param name="positions">Positions that may be seen.</param>
    /// <param name="from">Element of k and v that the first of them begins at.</param>
    /// <param name="bias">Element of the bias that belongs to the first of them, or −1.</param>
    private static Derivation Derive(Subject s, long e, long width, long cache, long positions, long from, long bias, float cap)
    {
        long depth = s.Immediate(0).U32, head = e % width / depth, group = head / (width / cache), d = e % width % depth;
        long query = e - d, key = from + (group * depth), blocks = (depth + Block - 1) / Block;
        float scale = s.Immediate(1).F32;
        var derivation = new Derivation();
        long chains = derivation.Count;
        derivation.Add(new Each(positions * blocks, (cell, r) =>
        {
            long position = cell / blocks, end = Math.Min(depth, ((cell % blocks) + 1) * Block);
            float p = 0;
            for (long i = cell % blocks * Block; i < end; i++)
            {
                p = Lanes.Canonical(Lanes.Fma(r.F32(1, query + i), r.F32(2, key + (position * cache) + i), p));
            }

            return Bits.Of(p);
        }));
        long scores = derivation.Count;
        derivation.Add(new Each(positions, (position, r) =>
        {
            float sum = Bits.F32(r.Cell(chains + (position * blocks)));
            for (long block = 1; block < blocks; block++)
            {
                sum = Lanes.Canonical(sum + Bits.F32(r.Cell(chains + (position * blocks) + block)));
            }

            float score = Lanes.Canonical(sum) * scale;
            score = cap == 0 ? score : cap * Elementary.Tanh(score / cap);
            if (bias < 0)
            {
                return Bits.Of(score);
            }

            float added = r.F32(4, bias + position);
            return float.IsNegativeInfinity(added) ? Hidden : Bits.Of(score + added);
        }));
        long max = derivation.Add(new Running(positions, Block, static _ => Hidden, (so, position, r) => r.Cell(scores + position) is var score && score == Hidden ? so
            : so == Hidden ? RowFolds.Max(Bits.Of(float.NegativeInfinity), Bits.F32(score)) : RowFolds.Max(so, Bits.F32(score))));
        bool Sees(long position, ElementReader r) => r.Cell(scores + position) != Hidden;
        float Power(long position, ElementReader r) => Elementary.Exp(Bits.F32(r.Cell(scores + position)) - Bits.F32(r.Cell(max)));
        long total = derivation.Add(new LaneFold(positions, (position, r) => Sees(position, r) ? Power(position, r) : 0));
        derivation.Add(new DotFold(
            positions,
            Grain,
            (position, r) => Lanes.Canonical(Power(position, r) / Bits.F32(r.Cell(total))),
            (position, r) => r.F32(3, key + d + (position * cache)),
            Sees));
        return derivation;
    }
}
