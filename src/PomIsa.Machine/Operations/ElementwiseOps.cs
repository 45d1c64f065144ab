using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>One value in, one value out. Wide tensors are shared over the pool by pieces of whole blocks.</summary>
internal static class ElementwiseOps
{
    private const int Block = 1024;

    /// <summary>Elements in a nanosecond, about: of a function that is correctly rounded, and of one exact operation.</summary>
    private const int FunctionRate = 1, ArithmeticRate = 4;

    public static (string, Operation)[] All { get; } =
    [
        ("vadd", Zip(Elementwise.Add)),
        ("vmul", Zip(Elementwise.Mul)),
        ("exp", Map(Elementary.Exp)),
        ("sigmoid", Map(Elementary.Sigmoid)),
        ("silu", Map(Elementary.Silu)),
    ];

    private delegate void Unary(ReadOnlySpan<float> x, Span<float> y);

    private delegate void Binary(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y);

    // The delegates are made once, with the table: one made by each execution would be an allocation.
    private static Operation Map(Unary kernel) => c =>
    {
        Pieces pieces = Sharing.Cut(c, c.View(0).Length / FunctionRate, c.View(0).Length, Block);
        return c.Share(pieces.Count, new MapWork(kernel, pieces, c.View(1), c.View(0)));
    };

    private static Operation Zip(Binary kernel) => c =>
    {
        Pieces pieces = Sharing.Cut(c, c.View(0).Length / ArithmeticRate, c.View(0).Length, Block);
        return c.Share(pieces.Count, new ZipWork(kernel, pieces, c.View(1), c.View(2), c.View(0)));
    };

    private readonly struct MapWork(Unary kernel, Pieces pieces, TensorView x, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            Range range = pieces.From(item)..pieces.To(item);
            kernel(x.F32[range], y.F32[range]);
        }
    }

    private readonly struct ZipWork(Binary kernel, Pieces pieces, TensorView a, TensorView b, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            Range range = pieces.From(item)..pieces.To(item);
            kernel(a.F32[range], b.F32[range], y.F32[range]);
        }
    }
}
