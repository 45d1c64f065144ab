using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Reductions over axes, and what is computed along one axis.</summary>
internal static class ReduceOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("ReduceSum", Reduce("sum", since: 13)),
        ("ReduceMean", Reduce("mean")),
        ("ReduceMax", Reduce("reduce.max")),
        ("ReduceMin", Reduce("reduce.min")),
        ("ReduceProd", Reduce("reduce.prod")),
        ("ReduceL1", Reduce("sum", before: static (e, x) => e.Emit("abs", [x]))),
        ("ReduceL2", Reduce("sum", before: Square, after: static (e, y) => e.To(e.Emit("sqrt", [e.To(y, DType.F32)]), y.Element))),
        ("ReduceSumSquare", Reduce("sum", before: Square)),
        ("ReduceLogSum", Reduce("sum", after: static (e, y) => e.To(e.Emit("log", [e.To(y, DType.F32)]), y.Element))),
        ("ReduceLogSumExp", LogSumExp),
        ("ArgMax", static n => Arg(n, most: true)),
        ("ArgMin", static n => Arg(n, most: false)),
        ("CumSum", CumSum),
        ("TopK", TopK),
    ];

    private static Reg Square(Emitter e, Reg x) => e.Emit("vmul", [x, x]);

    private static Lower Reduce(string mnemonic, int since = 18, Func<Emitter, Reg, Reg>? before = null, Func<Emitter, Reg, Reg>? after = null) => n =>
    {
        Val x = n.Input(0);
        if (!TryAxes(n, x, since, out int[] axes, out bool keep))
        {
            Reg alone = ArithmeticOperators.Computed(n.E, x);
            alone = before is null ? alone : before(n.E, alone);
            n.Output(0, n.E.As(after is null ? alone : after(n.E, alone), x.Type));
            return;
        }

        Reg from = mnemonic.StartsWith("reduce.m", StringComparison.Ordinal) ? Unsigned.Ordered(n.E, x) : ArithmeticOperators.Computed(n.E, x);
        if (from.Element == DType.Bool)
        {
            from = n.E.To(from, DType.I32);
        }

        from = before is null ? from : before(n.E, from);
        Reg y = Over(n.E, mnemonic, from, axes, keep);
        y = mnemonic.StartsWith("reduce.m", StringComparison.Ordinal) ? Unsigned.Back(n.E, y, x.Type) : y;
        n.Output(0, n.E.As(after is null ? y : after(n.E, y), x.Type));
    };

    /// <summary>The axes of a reduction; false where there is nothing to reduce over.</summary>
    public static bool TryAxes(NodeContext n, Val x, int since, out int[] axes, out bool keep)
    {
        keep = n.Int("keepdims", 1) != 0;
        long[]? given = n.Opset < since ? n.Ints("axes") : n.OptionalConstants(1);
        bool nothing = given is null or { Length: 0 };
        axes = nothing ? [.. Enumerable.Range(0, x.Rank)] : [.. given!.Select(a => NodeContext.Axis(a, x.Rank)).Distinct().Order()];
        return !nothing || n.Int("noop_with_empty_axes", 0) == 0;
    }

    /// <summary>A reduction over axes: they are moved to the end and become one.</summary>
    public static Reg Over(Emitter e, string mnemonic, Reg x, int[] axes, bool keep)
    {
        int[] shape = x.Shape, rest = [.. Enumerable.Range(0, shape.Length).Where(i => !axes.Contains(i))];
        Reg moved = e.Transpose(x, [.. rest, .. axes]);
        int[] kept = [.. rest.Select(i => shape[i])];
        int length = 1;
        foreach (int axis in axes)
        {
            length *= shape[axis];
        }

        Reg y = mnemonic == "mean" && x.Element != DType.F32
            ? e.Zip("vdiv", e.Emit("sum", [e.Reshape(moved, [.. kept, length])]), Emitter.Scalar(x.Element, length))
            : e.Emit(mnemonic, [e.Reshape(moved, [.. kept, length])]);
        return e.Reshape(y, keep ? [.. shape.Select((d, i) => axes.Contains(i) ? 1 : d)] : kept);
    }

    private static void LogSumExp(NodeContext n)
    {
        Val x = n.Input(0);
        Reg from = n.E.F32(x);
        if (!TryAxes(n, x, 18, out int[] axes, out bool keep))
        {
            n.Output(0, x);
            return;
        }

        Reg most = Over(n.E, "reduce.max", from, axes, keep: true);
        Reg finite = n.E.Emit("where", [n.E.Zip("vlt", n.E.Emit("abs", [most]), Emitter.Scalar(DType.F32, double.PositiveInfinity)), most, Emitter.Scalar(DType.F32, 0)]);
        Reg sum = Over(n.E, "sum", n.E.Emit("exp", [n.E.Emit("vsub", [from, finite])]), axes, keep: true);
        Reg y = n.E.Emit("vadd", [n.E.Emit("log", [sum]), finite]);
        n.Output(0, n.E.As(n.E.Reshape(y, keep ? y.Shape : [.. x.Shape.Where((_, i) => !axes.Contains(i))]), x.Type));
    }

    /// <summary>Moves an axis to the end; <see cref="Back"/> undoes it.</summary>
    public static Reg Last(Emitter e, Reg x, int axis) =>
        e.Transpose(x, [.. Enumerable.Range(0, x.Rank).Where(i => i != axis), axis]);

    /// <summary>Moves the last axis to where it was.</summary>
    public static Reg Back(Emitter e, Reg x, int axis) =>
        e.Transpose(x, [.. Enumerable.Range(0, axis), x.Rank - 1, .. Enumerable.Range(axis, x.Rank - 1 - axis)]);

    private static void Arg(NodeContext n, bool most)
    {
        Val x = n.Input(0);
        int axis = NodeContext.Axis(n.Int("axis", 0), x.Rank), dim = x.Shape[axis];
        Reg from = Last(n.E, Unsigned.Ordered(n.E, x), axis);
        bool last = n.Int("select_last_index", 0) != 0;
        from = last ? MoveOperators.SliceAxis(n.E, from, x.Rank - 1, -1, -1, dim) : from;

        // The least is the greatest of the opposites; for integers the complement, which has no overflow.
        from = most ? from : from.Element == DType.F32 ? n.E.Emit("neg", [from]) : n.E.Emit("vnot", [from]);
        Reg index = n.E.Emit("vargmax", [from]);
        index = last ? n.E.Emit("neg", [n.E.Zip("vsub", index, Emitter.Scalar(DType.I64, dim - 1))]) : index;
        index = Back(n.E, index, axis);
        n.Output(0, new Val(OnnxType.Int64, n.Int("keepdims", 1) != 0 ? index
            : n.E.Reshape(index, [.. x.Shape.Where((_, i) => i != axis)])));
    }

    private static void CumSum(NodeContext n)
    {
        Val x = n.Input(0);
        int axis = NodeContext.Axis(n.Constants(1)[0], x.Rank), dim = x.Shape[axis];
        bool reverse = n.Int("reverse", 0) != 0, exclusive = n.Int("exclusive", 0) != 0;
        Reg from = Last(n.E, ArithmeticOperators.Computed(n.E, x), axis);
        int end = x.Rank - 1;
        from = reverse ? MoveOperators.SliceAxis(n.E, from, end, -1, -1, dim) : from;
        if (exclusive && dim > 0)
        {
            from = MoveOperators.PadAxis(n.E, MoveOperators.SliceAxis(n.E, from, end, 0, 1, dim - 1), end, 1, 0, "constant", n.E.To(Emitter.Scalar(DType.I32, 0), from.Element));
        }

        Reg y = n.E.Emit("cumsum", [from]);
        y = reverse ? MoveOperators.SliceAxis(n.E, y, end, -1, -1, dim) : y;
        n.Output(0, n.E.As(Back(n.E, y, axis), x.Type));
    }

    private static void TopK(NodeContext n)
    {
        Val x = n.Input(0);
        int axis = NodeContext.Axis(n.Int("axis", -1), x.Rank);
        long k = n.Opset < 10 ? n.Int("k", 1) : n.Constants(1)[0];
        bool largest = n.Int("largest", 1) != 0;
        Reg from = Last(n.E, Unsigned.Ordered(n.E, x), axis);
        Reg seen = largest ? from : from.Element == DType.F32 ? n.E.Emit("neg", [from]) : n.E.Emit("vnot", [from]);
        Reg[] both = n.E.EmitAll("topk", [seen], [], null, [Operand.OfU32(checked((uint)k))]);
        Reg values = largest ? both[0] : both[0].Element == DType.F32 ? n.E.Emit("neg", [both[0]]) : n.E.Emit("vnot", [both[0]]);
        n.Output(0, n.E.As(Unsigned.Back(n.E, Back(n.E, values, axis), x.Type), x.Type));
        n.Output(1, new Val(OnnxType.Int64, Back(n.E, both[1], axis)));
    }
}
