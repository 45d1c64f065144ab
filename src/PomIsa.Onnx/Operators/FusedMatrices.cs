using PomIsa.Onnx.Lowering;

namespace PomIsa.Onnx.Operators;

/// <summary>Products with known matrices.</summary>
internal static class FusedMatrices
{
    public static (string, Lower)[] All { get; } = [($"{FusedOperators.Domain}.Linear", Linear)];

    /// <summary>Inputs x [.., K], the matrix [K, N] or, with <c>transB</c>, [N, K], and a bias [N] or none.</summary>
    private static void Linear(NodeContext n)
    {
        Val x = n.Input(0), w = n.Input(1);
        bool turned = n.Int("transB", 0) != 0;
        Reg rows = n.E.F32(x);
        Reg y = MatrixOperators.Known(n.E, rows, w.Reg, turned)
            ?? MatrixOperators.Product(n.E, rows, turned ? MatrixOperators.Flip(n.E, n.E.F32(w)) : n.E.F32(w));
        n.Output(0, n.E.As(n.Optional(2) is { } bias ? n.E.Zip("vadd", y, n.E.F32(bias)) : y, x.Type));
    }
}
