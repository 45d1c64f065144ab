using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Matrix products. A known matrix lies in panels, as the machine's kernels read it.</summary>
internal static class MatrixOperators
{
    private const int PanelColumns = 16;

    public static (string, Lower)[] All { get; } =
    [
        ("MatMul", static n => n.Output(0, n.E.As(Product(n.E, n.Input(0), n.Input(1)), n.Input(0).Type))),
        ("Gemm", Gemm),
        ("com.microsoft.FusedMatMul", Fused),
    ];

    /// <summary>numpy's matmul: leading dimensions broadcast, vectors count as rows or columns.</summary>
    public static Reg Product(Emitter e, Val a, Val b) => OnnxTypes.IsFloat(a.Type)
        ? Product(e, e.F32(a), e.F32(b))
        : IntegerProduct(e, e.To(a.Reg, DType.I64), e.To(b.Reg, DType.I64));

    /// <summary>As above, of f32.</summary>
    public static Reg Product(Emitter e, Reg a, Reg b)
    {
        int[] left = a.Rank == 1 ? [1, .. a.Shape] : a.Shape, right = b.Rank == 1 ? [.. b.Shape, 1] : b.Shape;
        int depth = left[^1], columns = right[^1];
        if (depth != right[^2])
        {
            throw new OnnxException($"[{string.Join(",", a.Shape)}] times [{string.Join(",", b.Shape)}] has no meaning");
        }

        Reg y;
        if (right.Length == 2 && b.IsConstant && !a.IsConstant && depth > 0 && columns > 0)
        {
            y = Panels(e, e.Reshape(a, left), b, depth, columns);
        }
        else
        {
            int[] batch = Types.Broadcast(left.AsSpan(0, left.Length - 2), right.AsSpan(0, right.Length - 2));
            y = e.Emit("matmul.batch", [e.Expand(e.Reshape(a, left), [.. batch, .. left[^2..]]), e.Expand(e.Reshape(b, right), [.. batch, .. right[^2..]])]);
        }

        int[] shape = y.Shape;
        return e.Reshape(y, [.. shape[..^2], .. a.Rank == 1 ? Array.Empty<int>() : [shape[^2]], .. b.Rank == 1 ? Array.Empty<int>() : [shape[^1]]]);
    }

    /// <summary>A product with a known matrix, its columns filled up with zeros to whole panels.</summary>
    private static Reg Panels(Emitter e, Reg a, Reg b, int depth, int columns)
    {
        int wide = (columns + PanelColumns - 1) / PanelColumns * PanelColumns;
        ReadOnlySpan<float> from = MemoryMarshal.Cast<byte, float>(b.Bytes);
        var stored = new float[depth * wide];
        for (int k = 0; k < depth; k++)
        {
            for (int n = 0; n < columns; n++)
            {
                stored[(((n / PanelColumns * depth) + k) * PanelColumns) + (n % PanelColumns)] = from[(k * columns) + n];
            }
        }

        int weight = e.Weight(DType.F32, [depth, wide], WeightLayout.Panels16, MemoryMarshal.AsBytes(stored.AsSpan()).ToArray());
        Reg y = e.EmitWith("matmul", [a], [weight]);
        return MoveOperators.SliceAxis(e, y, y.Rank - 1, 0, 1, columns);
    }

    /// <summary>Exact products of integers: each pair multiplied, then summed.</summary>
    private static Reg IntegerProduct(Emitter e, Reg a, Reg b)
    {
        int[] left = a.Rank == 1 ? [1, .. a.Shape] : a.Shape, right = b.Rank == 1 ? [.. b.Shape, 1] : b.Shape;
        int[] batch = Types.Broadcast(left.AsSpan(0, left.Length - 2), right.AsSpan(0, right.Length - 2));
        int rows = left[^2], depth = left[^1], columns = right[^1];
        Reg x = e.Expand(e.Reshape(a, [.. left[..^1], 1, depth]), [.. batch, rows, columns, depth]);
        int[] order = [.. Enumerable.Range(0, right.Length - 2), right.Length - 1, right.Length - 2];
        Reg y = e.Reshape(e.Transpose(e.Reshape(b, right), order), [.. right[..^2], 1, columns, depth]);
        Reg sum = e.Emit("sum", [e.Emit("vmul", [x, y])]);
        return e.Reshape(sum, [.. batch, .. a.Rank == 1 ? Array.Empty<int>() : [rows], .. b.Rank == 1 ? Array.Empty<int>() : [columns]]);
    }

    /// <summary>The last two axes in the other order.</summary>
    public static Reg Flip(Emitter e, Reg x) =>
        x.Rank < 2 ? x : e.Transpose(x, [.. Enumerable.Range(0, x.Rank - 2), x.Rank - 1, x.Rank - 2]);

    private static void Gemm(NodeContext n)
    {
        Val a = n.Input(0), b = n.Input(1);
        Reg left = ArithmeticOperators.Computed(n.E, a), right = ArithmeticOperators.Computed(n.E, b);
        left = n.Int("transA", 0) != 0 ? Flip(n.E, left) : left;
        right = n.Int("transB", 0) != 0 ? Flip(n.E, right) : right;
        Reg y = left.Element == DType.F32 ? Product(n.E, left, right) : n.E.To(IntegerProduct(n.E, n.E.To(left, DType.I64), n.E.To(right, DType.I64)), left.Element);
        y = Scaled(n.E, y, n.Float("alpha", 1));
        if (n.Optional(2) is { } c)
        {
            y = n.E.Emit("vadd", [y, Scaled(n.E, ArithmeticOperators.Computed(n.E, c), n.Float("beta", 1))]);
        }

        n.Output(0, n.E.As(y, a.Type));
    }

    public static Reg Scaled(Emitter e, Reg x, float by) => by == 1 ? x
        : x.Element == DType.F32 ? e.Emit("vmul", [x, Emitter.Scalar(DType.F32, by)])
        : e.To(e.Emit("vmul", [e.To(x, DType.F32), Emitter.Scalar(DType.F32, by)]), x.Element);

    private static void Fused(NodeContext n)
    {
        Val a = n.Input(0), b = n.Input(1);
        if (n.Int("transBatchA", 0) != 0 || n.Int("transBatchB", 0) != 0)
        {
            throw new OnnxException("transBatchA and transBatchB are not supported");
        }

        Reg left = n.E.F32(a), right = n.E.F32(b);
        Reg y = Product(n.E, n.Int("transA", 0) != 0 ? Flip(n.E, left) : left, n.Int("transB", 0) != 0 ? Flip(n.E, right) : right);
        n.Output(0, n.E.As(Scaled(n.E, y, n.Float("alpha", 1)), a.Type));
    }
}
