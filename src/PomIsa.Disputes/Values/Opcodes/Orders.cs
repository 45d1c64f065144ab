using PomIsa.Disputes.Values.Cells;
using PomIsa.Evidence.Records;
using PomIsa.Isa;

namespace PomIsa.Disputes.Values.Opcodes;

/// <summary>The greatest of a row, the greatest few, and the draw of a token (spec/numerics.md, rules 3.3 and 9.4, chapter 12).</summary>
internal static class Orders
{
    private const ulong None = ulong.MaxValue;

    public static (string, Derive)[] All { get; } =
    [
        ("argmax", static (s, _, _) => Greatest(s, 0, 0)),
        ("vargmax", static (s, _, e) => Greatest(s, 1, e * s.Shape(1)[^1])),
        ("topk", TopK),
        ("sample", static (s, _, _) => s.Sampling.Kind == SamplingKind.Greedy ? Greatest(s, 0, 0) : Draws.Of(s, Greatest(s, 0, 0))),
    ];

    private static Derivation Greatest(Subject s, int operand, long from)
    {
        DType type = s.Element(operand);
        var derivation = new Derivation();
        derivation.Add(new Running(s.Shape(operand)[^1], RowFolds.Grain, static _ => 0, (best, i, r) =>
            (long)best != i && IsBefore(type, r.Read(operand, from + i), i, r.Read(operand, from + (long)best), (long)best) ? (ulong)i : best));
        return derivation;
    }

    /// <summary>The best of those that come behind the one before it, as the claim has that.</summary>
    private static Derivation TopK(Subject s, int output, long e)
    {
        DType type = s.Element(2);
        long width = s.Shape(2)[^1], k = s.Shape(0)[^1], from = e / k * width;
        bool first = e % k == 0;
        var derivation = new Derivation();
        long chosen = derivation.Add(new Running(width, RowFolds.Grain, static _ => None, (best, i, r) =>
        {
            ulong x = r.Read(2, from + i);
            bool behind = first || IsBefore(type, r.Own(0, e - 1), (long)r.Own(1, e - 1), x, i);
            return behind && (best == None || IsBefore(type, x, i, r.Read(2, from + (long)best), (long)best)) ? (ulong)i : best;
        }));
        if (output == 0)
        {
            derivation.Add(r => r.Cell(chosen) is var best && best == None ? throw new TrapsException("nothing comes behind the element before")
                : type == DType.F32 ? Bits.Of(r.F32(2, from + (long)best)) : r.Read(2, from + (long)best));
        }

        return derivation;
    }

    private static bool IsBefore(DType type, ulong a, long i, ulong b, long j)
    {
        if (type == DType.F32)
        {
            float x = Bits.F32(a), y = Bits.F32(b);
            return float.IsNaN(x) || float.IsNaN(y) ? float.IsNaN(x) && (!float.IsNaN(y) || i < j) : x > y || (x == y && i < j);
        }

        long left = Bits.Whole(a, type), right = Bits.Whole(b, type);
        return left > right || (left == right && i < j);
    }
}
