using PomIsa.Disputes.Values.Cells;
using PomIsa.Isa;
using PomIsa.Kernels.Reference;

namespace PomIsa.Disputes.Values.Opcodes;

/// <summary>Quantized products and their stages (spec/numerics.md, chapter 6).</summary>
/// <remarks>A row's scale is derived by itself; what is quantized by it takes the scale of the claim, and a product the rows that the claim's leaf commits to.</remarks>
internal static class Quantizing
{
    /// <summary>Elements of a row in one cell of its greatest magnitude.</summary>
    private const int ScaleGrain = 256;

    /// <summary>Steps of a sum in one cell: 64 k of a w8 panel are one block.</summary>
    private const int SumGrain = 64;

    public static (string, Derive)[] All { get; } =
    [
        ("linear.w8", Linear),
        ("linear.w4", Linear),
        ("quantize", Quantize),
        ("matmul.i8", MatMul),
        ("dequantize", Dequantize),
    ];

    /// <summary>Element (k, n) of a w8 matrix, or the effective one of a w4 matrix.</summary>
    public static int Weight(Subject s, int operand, ElementReader r, long k, long n, long depth)
    {
        if (s.Element(operand) == DType.W8)
        {
            return (sbyte)r.Weight(operand, 0, ((((n / 16) * (depth / 4)) + (k / 4)) * 64) + ((n % 16) * 4) + (k % 4), 1);
        }

        int both = (int)r.Weight(operand, 0, ((((n / 16) * (depth / 8)) + (k / 8)) * 64) + ((n % 16) * 4) + (k % 4), 1);
        int sub = (int)r.Weight(operand, 1, ((((n / 16) * (depth / 32)) + (k / 32)) * 16) + (n % 16), 1);
        return ((k % 8 >= 4 ? both >> 4 : both & 0xf) - 8) * sub;
    }

    /// <summary>Scale of a column.</summary>
    public static float Scale(Subject s, int operand, ElementReader r, long n) =>
        Bits.F32(r.Weight(operand, WeightStorage.Of(s.Weight(operand)).Length - 1, n * sizeof(float), sizeof(float)));

    private static Derivation Linear(Subject s, int output, long e)
    {
        long columns = s.Shape(0)[^1], depth = s.Shape(1)[^1], row = e / (columns + 1), n = (e % (columns + 1)) - 1;
        return n < 0
            ? Derivation.Of(r => r.Own(s.Recorded, row * (depth + 1)))
            : Sum(depth, (k, r) => (sbyte)r.Own(s.Recorded, (row * (depth + 1)) + 1 + k), (k, r) => Weight(s, 2, r, k, n, depth));
    }

    /// <summary>Element of the rows that a product multiplies: of each row its scale, then its integers.</summary>
    public static Derivation Rows(Subject s, long e)
    {
        long depth = s.Shape(1)[^1], row = e / (depth + 1), k = (e % (depth + 1)) - 1;
        return k < 0
            ? RowScale(1, row * depth, depth)
            : Derivation.Of(r => Bits.Cut((ulong)Quantized.Value(r.F32(1, (row * depth) + k) / Bits.F32(r.Own(s.Recorded, row * (depth + 1)))), 1));
    }

    private static Derivation Quantize(Subject s, int output, long e)
    {
        long depth = s.Shape(2)[^1];
        return output == 1
            ? RowScale(2, e * depth, depth)
            : Derivation.Of(r => Bits.Cut((ulong)Quantized.Value(r.F32(2, e) / Bits.F32(r.Own(1, e / depth))), 1));
    }

    private static Derivation MatMul(Subject s, int output, long e)
    {
        long columns = s.Shape(0)[^1], depth = s.Shape(1)[^1], row = e / columns, n = e % columns;
        return Sum(depth, (k, r) => (sbyte)r.Own(s.Recorded, (row * depth) + k), (k, r) => Weight(s, 2, r, k, n, depth));
    }

    private static Derivation Dequantize(Subject s, int output, long e)
    {
        long columns = s.Shape(0)[^1];
        return Derivation.Of(r => Bits.Of(Quantized.Dequantize((int)r.Whole(1, e), r.F32(2, e / columns), Scale(s, 3, r, e % columns))));
    }

    private static Derivation RowScale(int operand, long from, long depth)
    {
        var derivation = new Derivation();
        long greatest = derivation.Add(new Running(depth, ScaleGrain, static _ => 0, (max, i, r) =>
        {
            float value = r.F32(operand, from + i), so = Bits.F32(max);
            return float.IsNaN(value) || float.IsNaN(so) ? Bits.Of(float.NaN) : Math.Abs(value) > so ? Bits.Of(Math.Abs(value)) : max;
        }));
        derivation.Add(r => Bits.Of(Bits.F32(r.Cell(greatest)) / 127));
        return derivation;
    }

    private static Derivation Sum(long depth, Func<long, ElementReader, long> row, Func<long, ElementReader, int> weight)
    {
        var derivation = new Derivation();
        derivation.Add(new Running(depth, SumGrain, static _ => 0, (sum, k, r) => (uint)((int)sum + (int)(row(k, r) * weight(k, r)))));
        return derivation;
    }
}
