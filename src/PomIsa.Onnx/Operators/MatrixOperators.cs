using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Onnx.Operators;

/// <summary>Matrix products. A known matrix lies in panels, as the machine's kernels read it.</summary>
internal static class MatrixOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("MatMul", static n => n.Output(0, n.E.As(Product(n.E, n.Input(0), n.Input(1)), n.Input(0).Type))),
        ("Gemm", Gemm),
        ("com.microsoft.FusedMatMul", Fused),
    ];

    /// <summary>numpy's matmul: leading dimensions broadcast, vectors count as rows or columns.</summary>
    public static Reg Product(Emitter e, Val a, Val b) => OnnxTypes.IsFloat(a.Type)
        ? Product(e, e.F32(a), b.Reg)
        : IntegerProduct(e, e.To(a.Reg, DType.I64), e.To(b.Reg, DType.I64));

    /// <summary>As above, of f32; a known right one may have any floating-point type.</summary>
    public static Reg Product(Emitter e, Reg a, Reg b)
    {
        int[] left = a.Rank == 1 ? [1, .. a.Shape] : a.Shape, right = b.Rank == 1 ? [.. b.Shape, 1] : b.Shape;
        int depth = left[^1], columns = right[^1];
        if (depth != right[^2])
        {
            throw new OnnxException($"[{string.Join(",", a.Shape)}] times [{string.Join(",", b.Shape)}] has no meaning");
        }

        Reg? y = right.Length == 2 ? Known(e, e.Reshape(a, left), e.Reshape(b, right), turned: false) : null;
        if (y is null)
        {
            b = e.To(b, DType.F32);
            int[] batch = Types.Broadcast(left.AsSpan(0, left.Length - 2), right.AsSpan(0, right.Length - 2));
            y = e.Emit("matmul.batch", [e.Expand(e.Reshape(a, left), [.. batch, .. left[^2..]]), e.Expand(e.Reshape(b, right), [.. batch, .. right[^2..]])]);
        }

        int[] shape = y.Shape;
        return e.Reshape(y, [.. shape[..^2], .. a.Rank == 1 ? Array.Empty<int>() : [shape[^2]], .. b.Rank == 1 ? Array.Empty<int>() : [shape[^1]]]);
    }

    /// <summary>The product of f32 rows with a known matrix of any floating-point type, its columns filled up with zeros to whole panels; null where it is not known.</summary>
    /// <param name="turned">The matrix lies as [N,K].</param>
    public static Reg? Known(Emitter e, Reg a, Reg b, bool turned)
    {
        if (!b.IsConstant || a.IsConstant || b.Rank != 2 || b.Length == 0 || a.Element != DType.F32 || b.Element is not (DType.F32 or DType.F16 or DType.BF16))
        {
            return null;
        }

        (int depth, int columns) = turned ? (b.Shape[1], b.Shape[0]) : (b.Shape[0], b.Shape[1]);
        if (a.Rank == 0 || a.Shape[^1] != depth)
        {
            return null;
        }

        ReadOnlyMemory<byte> bytes = b.Bytes;
        StoredMatrix w = e.Matrix(depth, columns, turned ? PanelSources.OfColumns(bytes, b.Element, depth, columns) : PanelSources.OfRows(bytes, b.Element, depth, columns), b.Name);
        Reg y = e.EmitWith(WeightKinds.OpcodeOf(w.Kind), [a], [w.Weight]);
        return MoveOperators.SliceAxis(e, y, y.Rank - 1, 0, 1, columns);
    }

    /// <summary>Rows of a known floating-point table [V,D] in f32, by numbers none of which is below 0; null where the table is not known.</summary>
    /// <remarks>The table lies as the matrix of a product does, so that logits from the same table share its weight.</remarks>
    public static Reg? Lookup(Emitter e, Reg table, Reg ids)
    {
        if (!table.IsConstant || ids.IsConstant || table.Rank != 2 || table.Length == 0 || table.Element is not (DType.F32 or DType.F16 or DType.BF16))
        {
            return null;
        }

        (int rows, int width) = (table.Shape[0], table.Shape[1]);
        StoredMatrix w = e.Matrix(width, rows, PanelSources.OfColumns(table.Bytes, table.Element, width, rows), table.Name);
        return e.EmitWith("embed", [e.To(ids, DType.I32)], [w.Weight]);
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
        bool turned = n.Int("transB", 0) != 0;
        Reg left = ArithmeticOperators.Computed(n.E, a);
        left = n.Int("transA", 0) != 0 ? Flip(n.E, left) : left;
        Reg? y = left.Rank == 2 ? Known(n.E, left, b.Reg, turned) : null;
        if (y is null)
        {
            Reg right = ArithmeticOperators.Computed(n.E, b);
            right = turned ? Flip(n.E, right) : right;
            y = left.Element == DType.F32 ? Product(n.E, left, right) : n.E.To(IntegerProduct(n.E, n.E.To(left, DType.I64), n.E.To(right, DType.I64)), left.Element);
        }

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

    /// <summary>Matrices whose rows stand before the batch: the first axis goes to before the last.</summary>
    private static Reg RowsFirst(Emitter e, Reg x) =>
        x.Rank < 3 ? x : e.Transpose(x, [.. Enumerable.Range(1, x.Rank - 2), 0, x.Rank - 1]);

    private static void Fused(NodeContext n)
    {
        Val a = n.Input(0), b = n.Input(1);
        Reg left = n.Int("transBatchA", 0) != 0 ? RowsFirst(n.E, n.E.F32(a)) : n.E.F32(a);
        left = n.Int("transA", 0) != 0 ? Flip(n.E, left) : left;
        bool turned = n.Int("transB", 0) != 0;
        b = n.Int("transBatchB", 0) != 0 ? b with { Reg = RowsFirst(n.E, b.Reg) } : b;
        Reg y = turned ? Known(n.E, left, b.Reg, turned) ?? Product(n.E, left, Flip(n.E, n.E.F32(b))) : Product(n.E, left, b.Reg);
        n.Output(0, n.E.As(Scaled(n.E, y, n.Float("alpha", 1)), a.Type));
    }
}
