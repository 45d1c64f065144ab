using PomIsa.Disputes.Values.Cells;
using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Disputes.Values.Opcodes;

/// <summary>Softmax, norms, rotations and reductions along the last axis (spec/numerics.md, chapters 3, 5 and 9).</summary>
internal static class RowFolds
{
    /// <summary>Elements of one cell of a greatest, a smallest or a whole sum.</summary>
    public const int Grain = 256;

    public static (string, Derive)[] All { get; } =
    [
        ("softmax", Softmax),
        ("rmsnorm", RmsNorm),
        ("layernorm", LayerNorm),
        ("rope", Rope),
        ("sum", static (s, _, e) => Whole(s) is { } type ? WholeFold(s, e, type, 0, static (a, b) => a + b) : Lanes16(s, e, multiplies: false)),
        ("reduce.prod", static (s, _, e) => Whole(s) is { } type ? WholeFold(s, e, type, 1, static (a, b) => a * b) : Lanes16(s, e, multiplies: true)),
        ("reduce.max", static (s, _, e) => Whole(s) is { } type ? WholeFold(s, e, type, Least(type), Math.Max) : Extreme(s, e, 1)),
        ("reduce.min", static (s, _, e) => Whole(s) is { } type ? WholeFold(s, e, type, Greatest(type), Math.Min) : Extreme(s, e, -1)),
        ("mean", Mean),
        ("cumsum", CumulativeSum),
    ];

    /// <summary>The greatest of values (rule 1.7), −inf to begin with.</summary>
    public static ulong Max(ulong so, float value) => Extreme(so, value, 1);

    /// <summary>The greatest or, with −1, the smallest so far.</summary>
    public static ulong Extreme(ulong so, float value, int sign)
    {
        float best = sign * Bits.F32(so), turned = sign * value; // exact; of zeros too
        return float.IsNaN(best) || float.IsNaN(turned) ? Bits.Of(float.NaN)
            : turned > best || (turned == best && !float.IsNegative(turned)) ? Bits.Of(value) : so;
    }

    private static Derivation Softmax(Subject s, int output, long e)
    {
        long width = s.Shape(1)[^1], from = e / width * width;
        var derivation = new Derivation();
        long max = derivation.Add(new Running(width, Grain, static _ => Bits.Of(float.NegativeInfinity), (so, i, r) => Max(so, r.F32(1, from + i))));
        float Power(long at, ElementReader r) => Elementary.Exp(r.F32(1, at) - Bits.F32(r.Cell(max)));
        long sum = derivation.Add(new LaneFold(width, (i, r) => Power(from + i, r)));
        derivation.Add(r => Bits.Of(Power(e, r) / Bits.F32(r.Cell(sum))));
        return derivation;
    }

    private static Derivation RmsNorm(Subject s, int output, long e)
    {
        long width = s.Shape(1)[^1], from = e / width * width;
        var derivation = new Derivation();
        long sum = derivation.Add(new LaneFold(width, (i, r) => r.F32(1, from + i) * r.F32(1, from + i)));
        derivation.Add(r =>
        {
            float root = Root(Bits.F32(r.Cell(sum)), width, s.Immediate(0).F32);
            return Bits.Of((r.F32(1, e) * root) * Row(r, 2, e - from));
        });
        return derivation;
    }

    private static Derivation LayerNorm(Subject s, int output, long e)
    {
        long width = s.Shape(1)[^1], from = e / width * width;
        var derivation = new Derivation();
        long sum = derivation.Add(new LaneFold(width, (i, r) => r.F32(1, from + i)));
        float Centred(long at, ElementReader r) => r.F32(1, at) - (Bits.F32(r.Cell(sum)) / width);
        long squares = derivation.Add(new LaneFold(width, (i, r) => Centred(from + i, r) * Centred(from + i, r)));
        derivation.Add(r =>
        {
            float root = Root(Bits.F32(r.Cell(squares)), width, s.Immediate(0).F32);
            return Bits.Of(((Centred(e, r) * root) * Row(r, 2, e - from)) + Row(r, 3, e - from));
        });
        return derivation;
    }

    private static float Root(float sum, long width, float eps) => 1 / MathF.Sqrt((sum / width) + eps);

    private static float Row(ElementReader r, int weight, long at) => Bits.F32(r.Weight(weight, 0, at * sizeof(float), sizeof(float)));

    private static Derivation Rope(Subject s, int output, long e)
    {
        long width = s.Shape(1)[^1], half = s.Shape(2)[1], t = e / width, within = e % width % (2 * half), i = within % half;
        long position = s.Symbol(4) + t;
        if (position >= s.Shape(2)[0])
        {
            throw new TrapsException("a position is beyond the table");
        }

        return Derivation.Of(r =>
        {
            float c = Row(r, 2, (position * half) + i), sine = Row(r, 3, (position * half) + i);
            float a = r.F32(1, e - within + i), b = r.F32(1, e - within + i + half);
            return Bits.Of(within < half ? (a * c) - (b * sine) : (a * sine) + (b * c));
        });
    }

    private static Derivation Lanes16(Subject s, long e, bool multiplies)
    {
        long width = s.Shape(1)[^1];
        var derivation = new Derivation();
        derivation.Add(new LaneFold(width, (i, r) => r.F32(1, (e * width) + i), multiplies));
        return derivation;
    }

    private static Derivation Mean(Subject s, int output, long e)
    {
        Derivation derivation = Lanes16(s, e, multiplies: false);
        long sum = derivation.Count - 1, width = s.Shape(1)[^1];
        derivation.Add(r => Bits.Of(Bits.F32(r.Cell(sum)) / width));
        return derivation;
    }

    private static Derivation Extreme(Subject s, long e, int sign)
    {
        long width = s.Shape(1)[^1];
        var derivation = new Derivation();
        derivation.Add(new Running(width, Grain, _ => Bits.Of(sign * float.NegativeInfinity), (so, i, r) => Extreme(so, r.F32(1, (e * width) + i), sign)));
        return derivation;
    }

    private static Derivation WholeFold(Subject s, long e, DType type, long first, Func<long, long, long> fold)
    {
        long width = s.Shape(1)[^1];
        int size = DTypes.SizeOf(type);
        var derivation = new Derivation();
        derivation.Add(new Running(width, Grain, _ => Bits.Cut((ulong)first, size), (so, i, r) =>
            Bits.Cut((ulong)fold(Bits.Whole(so, type), r.Whole(1, (e * width) + i)), size)));
        return derivation;
    }

    /// <summary>Each sum goes on from the one before it, as the claim has that.</summary>
    private static Derivation CumulativeSum(Subject s, int output, long e)
    {
        DType type = s.Element(1);
        bool first = e % s.Shape(1)[^1] == 0;
        return Derivation.Of(r =>
        {
            ulong before = first ? 0 : r.Own(0, e - 1), x = r.Read(1, e);
            return type == DType.F32
                ? Bits.Of(first ? Bits.F32(x) : Bits.F32(before) + Bits.F32(x))
                : Bits.Cut((ulong)(Bits.Whole(before, type) + Bits.Whole(x, type)), DTypes.SizeOf(type));
        });
    }

    private static DType? Whole(Subject s) => s.Element(1) == DType.F32 ? null : s.Element(1);

    private static long Least(DType type) => type == DType.I32 ? int.MinValue : long.MinValue;

    private static long Greatest(DType type) => type == DType.I32 ? int.MaxValue : long.MaxValue;
}
