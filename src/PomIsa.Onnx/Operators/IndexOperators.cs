using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Operators that take or put elements by index.</summary>
internal static class IndexOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("Gather", Gather),
        ("GatherElements", GatherElements),
        ("GatherND", GatherNd),
        ("ScatterElements", ScatterElements),
        ("Scatter", ScatterElements),
        ("ScatterND", ScatterNd),
        ("OneHot", OneHot),
        ("Trilu", Trilu),
        ("EyeLike", EyeLike),
        ("NonZero", NonZero),
        ("Compress", Compress),
        ("TensorScatter", TensorScatter),
    ];

    /// <summary>Elements from which a known table is looked up where it lies, rather than loaded into a register at each call.</summary>
    private const int LargeTable = 1 << 14;

    private static void Gather(NodeContext n)
    {
        Val x = n.Input(0), ids = n.Input(1);
        if (x.Reg.IsConstant && x.Reg.Length >= LargeTable && OnnxTypes.IsFloat(x.Type) && NodeContext.Axis(n.Int("axis", 0), x.Rank) == 0
            && !ids.Reg.IsConstant && MatrixOperators.Lookup(n.E, x.Reg, Positive(n.E, n.E.To(ids.Reg, DType.I64), x.Shape[0])) is { } rows)
        {
            n.Output(0, n.E.As(rows, x.Type));
            return;
        }

        n.Output(0, x with { Reg = n.E.Emit("gather", [x.Reg, ids.Reg], Operand.OfU32((uint)NodeContext.Axis(n.Int("axis", 0), x.Rank))) });
    }

    /// <summary>Flat positions of elements that an index tensor names along one axis, the other axes being their own.</summary>
    private static Reg FlatAlong(Emitter e, int[] shape, Val ids, int axis)
    {
        Reg index = Positive(e, e.To(ids.Reg, DType.I64), shape[axis]);
        int[] strides = Strides(shape);
        Reg flat = e.Zip("vmul", index, Emitter.Scalar(DType.I64, strides[axis]));
        for (int a = 0; a < shape.Length; a++)
        {
            if (a == axis)
            {
                continue;
            }

            int[] one = [.. Enumerable.Range(0, shape.Length).Select(i => i == a ? ids.Shape[a] : 1)];
            long[] steps = [.. Enumerable.Range(0, ids.Shape[a]).Select(i => (long)i * strides[a])];
            flat = e.Zip("vadd", flat, Emitter.Integers(one, steps));
        }

        return flat;
    }

    /// <summary>Indices from the end made indices from the beginning.</summary>
    public static Reg Positive(Emitter e, Reg index, long dim)
    {
        Reg shifted = e.Zip("vadd", index, Emitter.Scalar(DType.I64, dim));
        return e.Emit("where", [e.Zip("vlt", index, Emitter.Scalar(DType.I64, 0)), shifted, index]);
    }

    public static int[] Strides(int[] shape)
    {
        var strides = new int[shape.Length];
        for (int i = shape.Length - 1, step = 1; i >= 0; step *= shape[i--])
        {
            strides[i] = step;
        }

        return strides;
    }

    private static void GatherElements(NodeContext n)
    {
        Val x = n.Input(0), ids = n.Input(1);
        int axis = NodeContext.Axis(n.Int("axis", 0), x.Rank);
        Reg flat = FlatAlong(n.E, x.Shape, ids, axis);
        n.Output(0, x with { Reg = n.E.Emit("gather", [n.E.Reshape(x.Reg, x.Reg.Length), flat], Operand.OfU32(0)) });
    }

    private static uint Mode(NodeContext n) => n.Text("reduction", "none") switch
    {
        "none" => 0,
        "add" => 1,
        "mul" => 2,
        "max" => 3,
        "min" => 4,
        string other => throw new OnnxException($"there is no reduction '{other}'"),
    };

    private static void ScatterElements(NodeContext n)
    {
        Val x = n.Input(0), ids = n.Input(1), u = n.Input(2);
        int axis = NodeContext.Axis(n.Int("axis", 0), x.Rank);
        Reg flat = n.E.Reshape(FlatAlong(n.E, x.Shape, ids, axis), ids.Reg.Length);
        Scatter(n, x, flat, u, [x.Reg.Length], [ids.Reg.Length]);
    }

    /// <summary>Puts elements into a tensor seen as <paramref name="seen"/>, along its first axis.</summary>
    private static void Scatter(NodeContext n, Val x, Reg flat, Val u, int[] seen, int[] updates)
    {
        uint mode = Mode(n);
        bool computes = mode != 0;
        Reg Of(Val value) => mode is 3 or 4 ? Unsigned.Ordered(n.E, value) : computes ? ArithmeticOperators.Computed(n.E, value) : value.Reg;
        Reg from = Of(x), put = Of(u);
        Reg y = n.E.Emit("scatter", [n.E.Reshape(from, seen), flat, n.E.Reshape(put, updates)], Operand.OfU32(0), Operand.OfU32(mode));
        Reg back = n.E.Reshape(mode is 3 or 4 ? Unsigned.Back(n.E, y, x.Type) : y, x.Shape);
        n.Output(0, computes ? n.E.As(back, x.Type) : x with { Reg = back });
    }

    /// <summary>Index tuples in the last axis to flat positions over the leading axes that they name.</summary>
    private static Reg FlatTuples(Emitter e, Reg ids, ReadOnlySpan<int> named)
    {
        int[] strides = Strides(named.ToArray()), shape = ids.Shape;
        Reg? flat = null;
        for (int k = 0; k < named.Length; k++)
        {
            Reg one = e.Reshape(MoveOperators.SliceAxis(e, ids, shape.Length - 1, k, 1, 1), shape.AsSpan(0, shape.Length - 1));
            Reg part = e.Zip("vmul", Positive(e, one, named[k]), Emitter.Scalar(DType.I64, strides[k]));
            flat = flat is null ? part : e.Emit("vadd", [flat, part]);
        }

        return flat ?? Emitter.Filled(DType.I64, shape.AsSpan(0, shape.Length - 1), 0);
    }

    private static void GatherNd(NodeContext n)
    {
        Val x = n.Input(0), ids = n.Input(1);
        int batch = (int)n.Int("batch_dims", 0), tuple = ids.Shape[^1];
        if (batch + tuple > x.Rank)
        {
            throw new OnnxException($"indices of {tuple} after {batch} batch dimensions are too long for rank {x.Rank}");
        }

        // Batch dimensions are indices too: their own positions come first.
        Reg index = n.E.To(ids.Reg, DType.I64);
        Reg flat = FlatTuples(n.E, index, x.Shape.AsSpan(batch, tuple));
        int inner = MoveOperators.Product(x.Shape.AsSpan(batch, tuple));
        for (int b = batch - 1, step = inner; b >= 0; step *= x.Shape[b--])
        {
            int[] one = [.. Enumerable.Range(0, flat.Rank).Select(i => i == b ? x.Shape[b] : 1)];
            flat = n.E.Zip("vadd", flat, Emitter.Integers(one, [.. Enumerable.Range(0, x.Shape[b]).Select(i => (long)i * step)]));
        }

        int[] seen = [MoveOperators.Product(x.Shape.AsSpan(0, batch + tuple)), .. x.Shape[(batch + tuple)..]];
        n.Output(0, x with { Reg = n.E.Emit("gather", [n.E.Reshape(x.Reg, seen), flat], Operand.OfU32(0)) });
    }

    private static void ScatterNd(NodeContext n)
    {
        Val x = n.Input(0), ids = n.Input(1), u = n.Input(2);
        int tuple = ids.Shape[^1];
        Reg flat = FlatTuples(n.E, n.E.To(ids.Reg, DType.I64), x.Shape.AsSpan(0, tuple));
        int[] rest = x.Shape[tuple..];
        Scatter(n, x, n.E.Reshape(flat, flat.Length), u, [MoveOperators.Product(x.Shape.AsSpan(0, tuple)), .. rest], [flat.Length, .. rest]);
    }

    private static void OneHot(NodeContext n)
    {
        Val ids = n.Input(0), values = n.Input(2);
        int depth = checked((int)(n.Input(1).Known is { } known && !OnnxTypes.IsFloat(known.Type) ? known.ToInt64()[0]
            : n.Input(1).Known is { } real ? (long)real.ToFloat()[0] : n.Constants(1)[0]));
        int rank = ids.Rank + 1, axis = NodeContext.Axis(n.Int("axis", -1), rank);
        Reg index = Positive(n.E, n.E.To(ids.Reg, DType.I64), depth);
        int[] shape = [.. ids.Shape[..axis], 1, .. ids.Shape[axis..]];
        int[] classes = [.. Enumerable.Range(0, rank).Select(i => i == axis ? depth : 1)];
        Reg hit = n.E.Zip("veq", n.E.Reshape(index, shape), Emitter.Integers(classes, [.. Enumerable.Range(0, depth).Select(static i => (long)i)]));
        Reg on = n.E.Reshape(MoveOperators.SliceAxis(n.E, values.Reg, 0, 1, 1, 1)), off = n.E.Reshape(MoveOperators.SliceAxis(n.E, values.Reg, 0, 0, 1, 1));
        n.Output(0, values with { Reg = n.E.Emit("where", [hit, n.E.Expand(on, hit.Shape), off]) });
    }

    private static void Trilu(NodeContext n)
    {
        Val x = n.Input(0);
        long k = n.OptionalConstants(1)?[0] ?? 0;
        bool upper = n.Int("upper", 1) != 0;
        int rows = x.Shape[^2], columns = x.Shape[^1];
        byte[] kept = new byte[rows * columns];
        for (int i = 0; i < kept.Length; i++)
        {
            long diagonal = (i % columns) - (i / columns);
            kept[i] = (upper ? diagonal >= k : diagonal <= k) ? (byte)1 : (byte)0;
        }

        Reg zero = n.E.To(Emitter.Scalar(DType.I32, 0), x.Reg.Element);
        n.Output(0, x with { Reg = n.E.Emit("where", [Reg.OfBytes(DType.Bool, [rows, columns], kept), x.Reg, zero]) });
    }

    private static void EyeLike(NodeContext n)
    {
        Val x = n.Input(0);
        var type = (OnnxType)n.Int("dtype", (long)x.Type);
        long k = n.Int("k", 0);
        int rows = x.Shape[0], columns = x.Shape[1];
        var ones = new byte[rows * columns];
        for (int i = 0; i < ones.Length; i++)
        {
            ones[i] = (i % columns) - (i / columns) == k ? (byte)1 : (byte)0;
        }

        n.Output(0, new Val(type, n.E.To(Reg.OfBytes(DType.Bool, [rows, columns], ones), OnnxTypes.CarrierOf(type))));
    }

    private static void NonZero(NodeContext n)
    {
        Val x = n.Input(0);
        Reg flags = n.E.To(x.Reg, DType.Bool);
        long[] set = NodeContext.ConstantsOf(new Val(OnnxType.Bool, flags), "input 0");
        int[] strides = Strides(x.Shape);
        long[] at = [.. Enumerable.Range(0, set.Length).Where(i => set[i] != 0).Select(static i => (long)i)];
        long[] indices = [.. Enumerable.Range(0, x.Rank).SelectMany(axis => at.Select(i => i / strides[axis] % x.Shape[axis]))];
        n.Output(0, Val.Of(HostTensor.OfInt64([x.Rank, at.Length], indices)));
    }

    private static void Compress(NodeContext n)
    {
        Val x = n.Input(0);
        long[] condition = n.Constants(1);
        long[] kept = [.. Enumerable.Range(0, condition.Length).Where(i => condition[i] != 0).Select(static i => (long)i)];
        Reg from = n.Has("axis") ? x.Reg : n.E.Reshape(x.Reg, x.Reg.Length);
        int axis = n.Has("axis") ? NodeContext.Axis(n.Int("axis", 0), x.Rank) : 0;
        n.Output(0, x with { Reg = n.E.Emit("gather", [from, Emitter.Integers([kept.Length], kept)], Operand.OfU32((uint)axis)) });
    }

    private static void TensorScatter(NodeContext n)
    {
        Val past = n.Input(0), update = n.Input(1);
        int axis = NodeContext.Axis(n.Int("axis", -2), past.Rank), length = update.Shape[axis], room = past.Shape[axis];
        bool circular = n.Text("mode", "linear") == "circular";
        Reg starts = n.Optional(2) is { } given ? n.E.To(given.Reg, DType.I64) : Emitter.Filled(DType.I64, [past.Shape[0]], 0);

        // Position of each row of the update: its batch's start, then on from there.
        int[] rows = [.. Enumerable.Range(0, past.Rank).Select(i => i == axis ? length : 1)];
        Reg at = n.E.Zip("vadd", n.E.Reshape(starts, [past.Shape[0], .. Enumerable.Repeat(1, past.Rank - 1)]),
            Emitter.Integers(rows, [.. Enumerable.Range(0, length).Select(static i => (long)i)]));
        at = circular ? n.E.Zip("vrem", at, Emitter.Scalar(DType.I64, room)) : at;
        Reg flat = FlatAlong(n.E, past.Shape, new Val(OnnxType.Int64, n.E.Expand(at, update.Shape)), axis);
        Reg y = n.E.Emit("scatter", [n.E.Reshape(past.Reg, past.Reg.Length), n.E.Reshape(flat, flat.Length), n.E.Reshape(update.Reg, update.Reg.Length)],
            Operand.OfU32(0), Operand.OfU32(0));
        n.Output(0, past with { Reg = n.E.Reshape(y, past.Shape) });
    }
}
