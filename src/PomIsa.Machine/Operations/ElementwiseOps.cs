using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>One value in, one value out. Wide tensors are shared over the pool by pieces of whole blocks.</summary>
internal static class ElementwiseOps
{
    private const int Piece = 1 << 14;

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
        TensorView y = c.View(0), x = c.View(1);
        if (y.Length <= Piece)
        {
            kernel(x.F32, y.F32);
            return FaultCode.None;
        }

        c.Pool.Run(Pieces(y.Length), piece =>
        {
            Range range = RangeOf(piece, y.Length);
            kernel(x.F32[range], y.F32[range]);
        });
        return FaultCode.None;
    }

    private static FaultCode Zip(OpContext c, Binary kernel)
    {
        kernel(c.View(1).F32, c.View(2).F32, c.View(0).F32);
        return FaultCode.None;
    }

    private static int Pieces(int length) => (length + Piece - 1) / Piece;

    private static Range RangeOf(int piece, int length) => (piece * Piece)..Math.Min(length, (piece + 1) * Piece);
}
