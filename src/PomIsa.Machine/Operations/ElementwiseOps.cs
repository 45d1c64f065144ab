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
        ("vadd", static c => Zip(c, Elementwise.Add)),
        ("vmul", static c => Zip(c, Elementwise.Mul)),
        ("exp", static c => Map(c, Elementary.Exp)),
        ("sigmoid", static c => Map(c, Elementary.Sigmoid)),
        ("silu", static c => Map(c, Elementary.Silu)),
    ];

    private delegate void Unary(ReadOnlySpan<float> x, Span<float> y);

    private delegate void Binary(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y);

    private static FaultCode Map(OpContext c, Unary kernel)
    {
        Pieces pieces = Sharing.Cut(c, c.View(0).Length / FunctionRate, c.View(0).Length, Block);
        return c.Share(pieces.Count, new MapWork(kernel, pieces, c.View(1), c.View(0)));
    }

    private static FaultCode Zip(OpContext c, Binary kernel)
    {
        Pieces pieces = Sharing.Cut(c, c.View(0).Length / ArithmeticRate, c.View(0).Length, Block);
        return c.Share(pieces.Count, new ZipWork(kernel, pieces, c.View(1), c.View(2), c.View(0)));
    }

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
