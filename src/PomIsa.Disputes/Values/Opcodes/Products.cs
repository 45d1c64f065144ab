using PomIsa.Disputes.Values.Cells;
using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Disputes.Values.Opcodes;

/// <summary>Products of f32 (spec/numerics.md, chapter 2), and rows of an embedding.</summary>
/// <remarks>A product by a weight multiplies what the claim's leaf commits to.</remarks>
internal static class Products
{
    /// <summary>Steps of a dot product in one cell: sixteen k of an f32 panel are one block.</summary>
    public const int Grain = 16;

    public static (string, Derive)[] All { get; } =
    [
        ("matmul", MatMul),
        ("matmul.batch", static (s, _, e) => Batch(s, e, transposed: false)),
        ("matmul.batch.t", static (s, _, e) => Batch(s, e, transposed: true)),
        ("conv", Windows.Convolution),
        ("embed", Embed),
    ];

    private static Derivation MatMul(Subject s, int output, long e)
    {
        long columns = s.Shape(0)[^1], depth = s.Shape(1)[^1], row = e / columns, n = e % columns;
        DType element = s.Element(2);
        var derivation = new Derivation();
        derivation.Add(new DotFold(depth, Grain, (k, r) => Bits.F32(r.Own(s.Recorded, (row * depth) + k)), (k, r) => Panel(element, r, k, n, depth)));
        return derivation;
    }

    /// <summary>Element (k, n) of a matrix of f32, f16 or bf16 in panels.</summary>
    private static float Panel(DType element, ElementReader r, long k, long n, long depth)
    {
        int size = DTypes.SizeOf(element);
        return Float(element, r.Weight(2, 0, ((((n / 16) * depth) + k) * 16 + (n % 16)) * size, size));
    }

    private static float Float(DType element, ulong bits) => element switch
    {
        DType.F16 => Kernels.Reference.HalfPrecision.FromF16((ushort)bits),
        DType.BF16 => Kernels.Reference.HalfPrecision.FromBF16((ushort)bits),
        _ => Lanes.Canonical(Bits.F32(bits)),
    };

    private static Derivation Batch(Subject s, long e, bool transposed)
    {
        int[] y = s.Shape(0);
        long columns = y[^1], rows = y[^2], depth = s.Shape(1)[^1], n = e % columns, row = e / columns, batch = row / rows;
        var derivation = new Derivation();
        derivation.Add(new DotFold(
            depth,
            Grain,
            (k, r) => r.F32(1, (row * depth) + k),
            (k, r) => r.F32(2, transposed ? (((batch * columns) + n) * depth) + k : (((batch * depth) + k) * columns) + n)));
        return derivation;
    }

    private static Derivation Embed(Subject s, int output, long e)
    {
        int[] table = s.Shape(2);
        long width = table[0], d = e % width;
        DType element = s.Element(2);
        return Derivation.Of(r =>
        {
            long token = r.Whole(1, e / width);
            if (token < 0 || token >= table[1])
            {
                throw new TrapsException("a token is not in the table");
            }

            return element switch
            {
                DType.W8 or DType.W4 => Bits.Of(Quantizing.Weight(s, 2, r, d, token, width) * Quantizing.Scale(s, 2, r, token)),
                _ => Bits.Of(Panel(element, r, d, token, width)),
            };
        });
    }
}
