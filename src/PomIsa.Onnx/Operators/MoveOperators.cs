using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Operators that move elements about and compute nothing.</summary>
internal static class MoveOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("Reshape", Reshape),
        ("Flatten", Flatten),
        ("Squeeze", Squeeze),
        ("Unsqueeze", Unsqueeze),
        ("Transpose", Transpose),
        ("Concat", Concat),
        ("Slice", Slice),
        ("Split", Split),
        ("Expand", Expand),
        ("Tile", Tile),
        ("Pad", Pad),
        ("Where", Where),
        ("DepthToSpace", DepthToSpace),
        ("SpaceToDepth", SpaceToDepth),
        ("ReverseSequence", ReverseSequence),
    ];

    /// <summary>The elements of a slice along one axis.</summary>
    public static Reg SliceAxis(Emitter e, Reg x, int axis, long start, long step, int count) =>
        start == 0 && step == 1 && count == x.Shape[axis] ? x
        : e.Emit("slice", [x], Operand.OfU32((uint)axis), Operand.OfI64(start), Operand.OfI64(step), Operand.OfU32((uint)count));

    /// <summary>Several along one axis, in order.</summary>
    public static Reg ConcatAll(Emitter e, IReadOnlyList<Reg> parts, int axis)
    {
        // In pairs, so that each element is copied a logarithmic number of times.
        List<Reg> left = [.. parts];
        while (left.Count > 1)
        {
            var next = new List<Reg>();
            for (int i = 0; i < left.Count; i += 2)
            {
                next.Add(i + 1 < left.Count ? e.Emit("concat", [left[i], left[i + 1]], Operand.OfU32((uint)axis)) : left[i]);
            }

            left = next;
        }

        return left[0];
    }

    private static void Reshape(NodeContext n)
    {
        Val x = n.Input(0);
        long[] wanted = n.Opset < 5 ? n.Ints("shape") ?? throw new OnnxException("attribute shape is missing") : n.Constants(1);
        bool zeroIsZero = n.Int("allowzero", 0) != 0;
        var shape = new int[wanted.Length];
        int open = -1;
        long known = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            if (wanted[i] == -1 && open < 0)
            {
                open = i;
                continue;
            }

            shape[i] = wanted[i] == 0 && !zeroIsZero && i < x.Rank ? x.Shape[i]
                : wanted[i] is >= 0 and <= Limits.Dimension ? (int)wanted[i]
                : throw new OnnxException($"shape [{string.Join(",", wanted)}] has a dimension that makes no sense");
            known *= shape[i];
        }

        if (open >= 0)
        {
            shape[open] = known == 0 ? 0 : (int)(x.Reg.Length / known);
        }

        n.Output(0, x with { Reg = n.E.Reshape(x.Reg, shape) });
    }

    private static void Flatten(NodeContext n)
    {
        Val x = n.Input(0);
        long given = n.Int("axis", 1);
        int axis = given == x.Rank ? x.Rank : NodeContext.Axis(given, x.Rank);
        n.Output(0, x with { Reg = n.E.Reshape(x.Reg, Product(x.Shape.AsSpan(0, axis)), Product(x.Shape.AsSpan(axis))) });
    }

    public static int Product(ReadOnlySpan<int> dims)
    {
        int product = 1;
        foreach (int dim in dims)
        {
            product *= dim;
        }

        return product;
    }

    private static long[]? AxesOf(NodeContext n, int since) => n.Opset < since ? n.Ints("axes") : n.OptionalConstants(1);

    private static void Squeeze(NodeContext n)
    {
        Val x = n.Input(0);
        int[] axes = AxesOf(n, 13) is { } given ? [.. given.Select(a => NodeContext.Axis(a, x.Rank))]
            : [.. Enumerable.Range(0, x.Rank).Where(i => x.Shape[i] == 1)];
        if (axes.Any(a => x.Shape[a] != 1))
        {
            throw new OnnxException($"[{string.Join(",", x.Shape)}] is not 1 along each of axes {string.Join(",", axes)}");
        }

        n.Output(0, x with { Reg = n.E.Reshape(x.Reg, [.. x.Shape.Where((_, i) => !axes.Contains(i))]) });
    }

    private static void Unsqueeze(NodeContext n)
    {
        Val x = n.Input(0);
        long[] given = AxesOf(n, 13) ?? throw new OnnxException("axes are missing");
        int rank = x.Rank + given.Length;
        int[] axes = [.. given.Select(a => NodeContext.Axis(a, rank))];
        var shape = new int[rank];
        for (int i = 0, from = 0; i < rank; i++)
        {
            shape[i] = axes.Contains(i) ? 1 : x.Shape[from++];
        }

        n.Output(0, x with { Reg = n.E.Reshape(x.Reg, shape) });
    }

    private static void Transpose(NodeContext n)
    {
        Val x = n.Input(0);
        int[] perm = n.Ints("perm") is { } given ? [.. given.Select(p => NodeContext.Axis(p, x.Rank))] : [.. Enumerable.Range(0, x.Rank).Reverse()];
        n.Output(0, x with { Reg = n.E.Transpose(x.Reg, perm) });
    }

    private static void Concat(NodeContext n)
    {
        Val first = n.Input(0);
        int axis = NodeContext.Axis(n.Int("axis", 1), first.Rank);
        n.Output(0, first with { Reg = ConcatAll(n.E, [.. Enumerable.Range(0, n.Inputs).Select(i => n.Input(i).Reg)], axis) });
    }

    private static void Slice(NodeContext n)
    {
        Val x = n.Input(0);
        long[] starts = n.Opset < 10 ? n.Ints("starts") ?? [] : n.Constants(1);
        long[] ends = n.Opset < 10 ? n.Ints("ends") ?? [] : n.Constants(2);
        long[]? axes = n.Opset < 10 ? n.Ints("axes") : n.OptionalConstants(3);
        long[]? steps = n.Opset < 10 ? null : n.OptionalConstants(4);
        Reg y = x.Reg;
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = axes is null ? i : NodeContext.Axis(axes[i], x.Rank), dim = x.Shape[axis];
            long step = steps?[i] ?? 1;
            if (step == 0)
            {
                throw new OnnxException("a step of a slice is 0");
            }

            long start = Clamp(starts[i], step > 0 ? 0 : -1, step > 0 ? dim : dim - 1, dim);
            long end = Clamp(ends[i], step > 0 ? 0 : -1, step > 0 ? dim : dim - 1, dim);
            long count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
            y = SliceAxis(n.E, y, axis, count <= 0 ? 0 : start, step, (int)Math.Max(count, 0));
        }

        n.Output(0, x with { Reg = y });
    }

    private static long Clamp(long index, long least, long most, long dim) =>
        Math.Clamp(index < 0 && index >= long.MinValue + dim ? index + dim : index, least, Math.Max(least, most));

    private static void Split(NodeContext n)
    {
        Val x = n.Input(0);
        int axis = NodeContext.Axis(n.Int("axis", 0), x.Rank), dim = x.Shape[axis];
        long[]? sizes = n.Opset < 13 ? n.Ints("split") : n.OptionalConstants(1);
        if (sizes is null)
        {
            int parts = (int)n.Int("num_outputs", n.Outputs), each = (dim + parts - 1) / parts;
            sizes = [.. Enumerable.Range(0, parts).Select(i => (long)Math.Clamp(dim - (i * each), 0, each))];
        }

        if (sizes.Sum() != dim || sizes.Any(static s => s < 0))
        {
            throw new OnnxException($"parts of {string.Join(",", sizes)} do not make up {dim}");
        }

        long at = 0;
        for (int i = 0; i < Math.Min(n.Outputs, sizes.Length); i++)
        {
            n.Output(i, x with { Reg = SliceAxis(n.E, x.Reg, axis, sizes[i] == 0 ? 0 : at, 1, (int)sizes[i]) });
            at += sizes[i];
        }
    }

    private static void Expand(NodeContext n)
    {
        Val x = n.Input(0);
        int[] shape = Types.Broadcast(x.Shape, [.. n.Constants(1).Select(static d => checked((int)d))]);
        n.Output(0, x with { Reg = n.E.Expand(x.Reg, shape) });
    }

    private static void Tile(NodeContext n)
    {
        Val x = n.Input(0);
        long[] repeats = n.Opset < 6 ? [.. Enumerable.Range(0, x.Rank).Select(i => i == n.Constants(2)[0] ? n.Constants(1)[0] : 1)] : n.Constants(1);
        if (repeats.Length != x.Rank || repeats.Any(static r => r is < 0 or > Limits.Dimension))
        {
            throw new OnnxException($"repeats of {string.Join(",", repeats)} do not fit [{string.Join(",", x.Shape)}]");
        }

        // Axis by axis a new axis of repeats is broadcast before it and merged with it.
        Reg y = x.Reg;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (repeats[axis] == 1)
            {
                continue;
            }

            int[] shape = y.Shape;
            int before = Product(shape.AsSpan(0, axis)), after = Product(shape.AsSpan(axis));
            y = n.E.Expand(n.E.Reshape(y, before, 1, after), [before, (int)repeats[axis], after]);
            shape[axis] = (int)(shape[axis] * repeats[axis]);
            y = n.E.Reshape(y, shape);
        }

        n.Output(0, x with { Reg = y });
    }

    private static void Pad(NodeContext n)
    {
        Val x = n.Input(0);
        long[] pads = n.Opset < 11 ? n.Ints("pads") ?? n.Ints("paddings") ?? [] : n.Constants(1);
        int[] axes = (n.Opset >= 18 ? n.OptionalConstants(3) : null) is { } given
            ? [.. given.Select(a => NodeContext.Axis(a, x.Rank))] : [.. Enumerable.Range(0, x.Rank)];
        if (pads.Length != 2 * axes.Length)
        {
            throw new OnnxException($"{pads.Length} pads for {axes.Length} axes");
        }

        string mode = n.Text("mode", "constant");
        Reg value = n.Opset < 11 ? n.E.To(Emitter.Scalar(DType.F32, n.Float("value", 0)), x.Reg.Element)
            : n.Optional(2) is { } v ? n.E.Reshape(v.Reg)
            : n.E.To(Emitter.Scalar(DType.I32, 0), x.Reg.Element);
        Reg y = x.Reg;
        for (int i = 0; i < axes.Length; i++)
        {
            y = PadAxis(n.E, y, axes[i], pads[i], pads[axes.Length + i], mode, value);
        }

        n.Output(0, x with { Reg = y });
    }

    /// <summary>Elements before and after an axis; negative numbers take elements away.</summary>
    public static Reg PadAxis(Emitter e, Reg x, int axis, long before, long after, string mode, Reg value)
    {
        int dim = x.Shape[axis];
        if (mode == "constant")
        {
            long first = Math.Max(-before, 0), left = dim - first - Math.Max(-after, 0);
            Reg kept = SliceAxis(e, x, axis, left <= 0 ? 0 : first, 1, (int)Math.Max(left, 0));
            return before <= 0 && after <= 0 ? kept
                : e.Emit("pad", [kept, value], Operand.OfU32((uint)axis), Operand.OfU32((uint)Math.Max(before, 0)), Operand.OfU32((uint)Math.Max(after, 0)));
        }

        if (before < 0 || after < 0)
        {
            // What is taken away is gone before anything is put there.
            long first = Math.Max(-before, 0), left = dim - first - Math.Max(-after, 0);
            x = left >= 0 ? SliceAxis(e, x, axis, left == 0 ? 0 : first, 1, (int)left) : throw new OnnxException($"an axis of {dim} can't lose {-Math.Min(before, 0)} and {-Math.Min(after, 0)}");
            (dim, before, after) = ((int)left, Math.Max(before, 0), Math.Max(after, 0));
        }

        long length = dim + before + after;
        if (before == 0 && after == 0)
        {
            return x;
        }

        if (dim == 0 || length < 0)
        {
            throw new OnnxException($"an axis of {dim} can't be padded by {before} and {after} in mode {mode}");
        }

        var from = new long[length];
        for (long i = 0; i < length; i++)
        {
            from[i] = Source(i - before, dim, mode);
        }

        return e.Emit("gather", [x, Emitter.Integers([from.Length], from)], Operand.OfU32((uint)axis));
    }

    private static long Source(long index, int dim, string mode)
    {
        switch (mode)
        {
            case "edge":
                return Math.Clamp(index, 0, dim - 1);
            case "wrap":
                return ((index % dim) + dim) % dim;
            case "reflect":
                long period = Math.Max(2L * (dim - 1), 1), at = ((index % period) + period) % period;
                return at < dim ? at : period - at;
            default:
                throw new OnnxException($"there is no padding mode '{mode}'");
        }
    }

    private static void Where(NodeContext n)
    {
        Val c = n.Input(0), a = n.Input(1), b = n.Input(2);
        int[] shape = Types.Broadcast(Types.Broadcast(c.Shape, a.Shape), b.Shape);
        n.Output(0, a with { Reg = n.E.Emit("where", [c.Reg, n.E.Expand(a.Reg, shape), b.Reg]) });
    }

    private static void DepthToSpace(NodeContext n)
    {
        Val x = n.Input(0);
        int block = (int)n.Int("blocksize", 1), b = x.Shape[0], c = x.Shape[1], h = x.Shape[2], w = x.Shape[3], depth = c / (block * block);
        bool columnsFirst = n.Text("mode", "DCR") == "CRD";
        Reg y = columnsFirst ? n.E.Transpose(n.E.Reshape(x.Reg, b, depth, block, block, h, w), 0, 1, 4, 2, 5, 3)
            : n.E.Transpose(n.E.Reshape(x.Reg, b, block, block, depth, h, w), 0, 3, 4, 1, 5, 2);
        n.Output(0, x with { Reg = n.E.Reshape(y, b, depth, h * block, w * block) });
    }

    private static void SpaceToDepth(NodeContext n)
    {
        Val x = n.Input(0);
        int block = (int)n.Int("blocksize", 1), b = x.Shape[0], c = x.Shape[1], h = x.Shape[2] / block, w = x.Shape[3] / block;
        Reg y = n.E.Transpose(n.E.Reshape(x.Reg, b, c, h, block, w, block), 0, 3, 5, 1, 2, 4);
        n.Output(0, x with { Reg = n.E.Reshape(y, b, c * block * block, h, w) });
    }

    private static void ReverseSequence(NodeContext n)
    {
        Val x = n.Input(0);
        long[] lengths = n.Constants(1);
        int batch = (int)n.Int("batch_axis", 1), time = (int)n.Int("time_axis", 0);
        var parts = new List<Reg>();
        for (int b = 0; b < lengths.Length; b++)
        {
            Reg row = SliceAxis(n.E, x.Reg, batch, b, 1, 1);
            long[] order = [.. Enumerable.Range(0, x.Shape[time]).Select(t => t < lengths[b] ? lengths[b] - 1 - t : (long)t)];
            parts.Add(n.E.Emit("gather", [row, Emitter.Integers([order.Length], order)], Operand.OfU32((uint)time)));
        }

        n.Output(0, x with { Reg = ConcatAll(n.E, parts, batch) });
    }
}
