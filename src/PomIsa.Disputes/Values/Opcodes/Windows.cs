using PomIsa.Disputes.Values.Cells;
using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Disputes.Values.Opcodes;

/// <summary>Convolution and pooling (spec/numerics.md, chapter 10).</summary>
internal static class Windows
{
    private const int Grain = 16;

    public static (string, Derive)[] All { get; } =
    [
        ("pool.max", static (s, _, e) => Pool(s, e, mean: false)),
        ("pool.mean", static (s, _, e) => Pool(s, e, mean: true)),
    ];

    public static Derivation Convolution(Subject s, int output, long e)
    {
        int[] x = s.Shape(1), w = s.Shape(2), y = s.Shape(0);
        Window window = Of(s, 0, x, w[2], w[3]);
        long q = e % y[3], p = e / y[3] % y[2], filter = e / y[3] / y[2] % y[1], batch = e / y[3] / y[2] / y[1];
        long depth = w[1], area = (long)w[2] * w[3], steps = depth * area, perGroup = w[0] / (x[1] / depth), first = filter / perGroup * depth;
        var derivation = new Derivation();
        derivation.Add(new DotFold(
            steps,
            Grain,
            (k, r) =>
            {
                long row = Row(window, p, k % area / w[3]), column = Column(window, q, k % w[3]);
                return row >= 0 && row < x[2] && column >= 0 && column < x[3]
                    ? Bits.F32(r.Own(s.Recorded, (((((batch * x[1]) + first + (k / area)) * x[2]) + row) * x[3]) + column))
                    : 0;
            },
            (k, r) => Bits.F32(r.Weight(2, 0, ((filter * steps) + k) * sizeof(float), sizeof(float)))));
        return derivation;
    }

    private static Derivation Pool(Subject s, long e, bool mean)
    {
        int[] x = s.Shape(1), y = s.Shape(0);
        Window window = Of(s, 2, x, (int)s.Immediate(0).U32, (int)s.Immediate(1).U32);
        long q = e % y[3], p = e / y[3] % y[2], plane = e / y[3] / y[2] * x[2] * x[3];
        (long firstRow, long rows) = Inside(Row(window, p, 0), window.DilationHeight, window.KernelHeight, x[2]);
        (long firstColumn, long columns) = Inside(Column(window, q, 0), window.DilationWidth, window.KernelWidth, x[3]);
        long inside = rows * columns;
        float At(long i, ElementReader r) => r.F32(
            1, plane + (Row(window, p, firstRow + (i / columns)) * x[3]) + Column(window, q, firstColumn + (i % columns)));
        var derivation = new Derivation();
        if (!mean)
        {
            derivation.Add(new Running(inside, Grain, static _ => Bits.Of(float.NegativeInfinity), (so, i, r) => RowFolds.Max(so, At(i, r))));
            return derivation;
        }

        float divisor = s.Immediate(10).U32 != 0 ? (float)((long)window.KernelHeight * window.KernelWidth) : inside;
        long sum = derivation.Add(new LaneFold(inside, At));
        derivation.Add(r => Bits.Of(Bits.F32(r.Cell(sum)) / divisor));
        return derivation;
    }

    /// <summary>Which positions of a window lie inside along one axis: the first, and how many.</summary>
    private static (long First, long Count) Inside(long start, long dilation, long kernel, long size)
    {
        long first = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
        long end = start >= size ? 0 : Math.Min(kernel, ((size - 1 - start) / dilation) + 1);
        return (first, Math.Max(0, end - first));
    }

    private static long Row(Window window, long p, long r) => (p * window.StrideHeight) - window.PadTop + (r * window.DilationHeight);

    private static long Column(Window window, long q, long s) => (q * window.StrideWidth) - window.PadLeft + (s * window.DilationWidth);

    private static Window Of(Subject s, int first, int[] x, int height, int width)
    {
        int At(int i) => (int)s.Immediate(first + i).U32;
        return new Window(x[2], x[3], height, width, At(0), At(1), At(2), At(3), At(4), At(5), At(6), At(7));
    }
}
