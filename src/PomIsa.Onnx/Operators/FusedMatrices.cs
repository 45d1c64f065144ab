using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Products with known matrices, and rows of known tables: both read the same panels, so that a model's two ends may share one weight.</summary>
internal static class FusedMatrices
{
    public static (string, Lower)[] All { get; } =
    [
        ($"{FusedOperators.Domain}.Linear", Linear),
        ($"{FusedOperators.Domain}.Embed", Embed),
    ];

    /// <summary>Inputs x [.., K], the matrix [K, N] or, with <c>transB</c>, [N, K], and a bias [N] or none.</summary>
    private static void Linear(NodeContext n)
    {
        Val x = n.Input(0), w = n.Input(1);
        bool turned = n.Int("transB", 0) != 0;
        Reg y = x.Reg.IsConstant ? MatrixOperators.Product(n.E, n.E.F32(x), turned ? MatrixOperators.Flip(n.E, n.E.F32(w)) : n.E.F32(w))
            : MatrixOperators.Panels(n.E, n.E.F32(x), w.Reg, w.Shape[turned ? 1 : 0], w.Shape[turned ? 0 : 1], turned);
        n.Output(0, n.E.As(n.Optional(2) is { } bias ? n.E.Zip("vadd", y, n.E.F32(bias)) : y, x.Type));
    }

    /// <summary>Inputs the table [V, D] and ids of any shape; an id below 0 counts from the table's end.</summary>
    private static void Embed(NodeContext n)
    {
        Val table = n.Input(0), ids = n.Input(1);
        int rows = table.Shape[0], width = table.Shape[1];
        Reg at = ids.Reg, zero = Emitter.Scalar(at.Element, 0), many = Emitter.Scalar(at.Element, rows);
        at = n.E.Emit("where", [n.E.Zip("vlt", at, zero), n.E.Zip("vadd", at, many), at]);
        if (rows % MatrixOperators.PanelColumns != 0 || at.Element == DType.I64)
        {
            // The panels have columns beyond the last id, and an i64 may be an id by its low bits: neither is one here.
            at = n.E.Emit("where", [n.E.Zip("vlt", at, many), at, n.E.Expand(Emitter.Scalar(at.Element, int.MaxValue), at.Shape)]);
        }

        Reg y = n.E.EmitWith("embed", [n.E.To(at, DType.I32)], [MatrixOperators.Stored(n.E, table.Reg, width, rows, turned: true)]);
        n.Output(0, n.E.As(y, table.Type));
    }
}
