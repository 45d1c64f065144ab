using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;
using static PomIsa.Onnx.Operators.WindowPatches;

namespace PomIsa.Onnx.Operators;

/// <summary>Pools over one or two dimensions, and over three where they can be made of those; over all of an image; and over neighbouring channels.</summary>
internal static class PoolOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("MaxPool", MaxPool),
        ("AveragePool", AveragePool),
        ("LpPool", LpPool),
        ("GlobalAveragePool", static n => Global(n, "mean")),
        ("GlobalMaxPool", static n => Global(n, "reduce.max")),
        ("GlobalLpPool", GlobalLp),
        ("LRN", LocalResponse),
    ];

    private static int[] Kernel(NodeContext n) =>
        n.Ints("kernel_shape") is { } given ? [.. given.Select(static k => k is > 0 and < 1 << 16 ? (int)k : throw new OnnxException("a kernel's size makes no sense"))]
        : throw new OnnxException("kernel_shape is missing");

    /// <summary>With ceil_mode a last window may begin inside the image and end beyond: the image is padded until it fits.</summary>
    private static Window Rounded(NodeContext n, Window w, int[] sizes)
    {
        if (n.Int("ceil_mode", 0) == 0)
        {
            return w;
        }

        int[] after = [.. w.After];
        for (int i = 0; i < sizes.Length; i++)
        {
            int padded = sizes[i] + w.Before[i] + w.After[i];
            int count = ((padded - w.Reach(i) + w.Strides[i] - 1) / w.Strides[i]) + 1;
            if ((count - 1) * w.Strides[i] >= sizes[i] + w.Before[i])
            {
                count--; // a window that begins in the padding behind is left out
            }

            after[i] = Math.Max(((count - 1) * w.Strides[i]) + w.Reach(i) - sizes[i] - w.Before[i], after[i]);
        }

        return w with { After = after };
    }

    private static void MaxPool(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        Reg from = ArithmeticOperators.Computed(e, x);
        Window w = Rounded(n, Window.Of(n, Kernel(n), x.Shape[2..]), x.Shape[2..]);
        double lowest = from.Element == DType.F32 ? double.NegativeInfinity : int.MinValue;
        if (!n.Wants(1) && from.Element == DType.F32 && w.Kernel.Length <= 2)
        {
            (Reg image, Window two, bool flat) = TwoDimensional(e, from, w);
            Reg pooled = e.Emit("pool.max", [image], [Operand.OfU32((uint)two.Kernel[0]), Operand.OfU32((uint)two.Kernel[1]), .. Steps(two)]);
            n.Output(0, e.As(Flat(e, pooled, flat), x.Type));
            return;
        }

        (Reg patches, int[] sizes) = Patches(e, from, w, Emitter.Scalar(from.Element, lowest));
        Reg last = e.Transpose(patches, 0, 1, 3, 2);
        int[] shape = [x.Shape[0], x.Shape[1], .. sizes];
        n.Output(0, e.As(e.Reshape(e.Emit("reduce.max", [last]), shape), x.Type));
        if (n.Wants(1))
        {
            n.Output(1, new Val(OnnxType.Int64, Places(n, x, w, last, sizes, shape)));
        }
    }

    /// <summary>Where in the whole tensor each greatest element stands; the image's axes count in the other order where storage_order says so.</summary>
    private static Reg Places(NodeContext n, Val x, Window w, Reg last, int[] sizes, int[] shape)
    {
        Emitter e = n.E;
        int[] image = x.Shape[2..];
        int count = MoveOperators.Product(image);
        bool columnsFirst = n.Int("storage_order", 0) != 0;
        long[] own = new long[count];
        int[] strides = IndexOperators.Strides(image);
        for (int i = 0; i < count; i++)
        {
            long index = 0, step = 1;
            for (int axis = 0; axis < image.Length; axis++)
            {
                index += i / strides[axis] % image[axis] * (columnsFirst ? step : strides[axis]);
                step *= image[axis];
            }

            own[i] = index;
        }

        (Reg numbers, _) = Patches(e, Emitter.Integers([1, 1, .. image], own), w, Emitter.Scalar(DType.I64, 0));
        Reg chosen = e.Emit("vargmax", [last]);
        int kernel = last.Shape[3], places = MoveOperators.Product(sizes);
        Reg flat = e.Zip("vadd", e.Reshape(chosen, x.Shape[0], x.Shape[1], places),
            Emitter.Integers([places], [.. Enumerable.Range(0, places).Select(p => (long)p * kernel)]));
        Reg table = e.Reshape(e.Transpose(numbers, 0, 1, 3, 2), places * kernel);
        Reg found = e.Emit("gather", [table, flat], Operand.OfU32(0));
        Reg channel = Emitter.Integers([x.Shape[0], x.Shape[1], 1], [.. Enumerable.Range(0, x.Shape[0] * x.Shape[1]).Select(c => (long)c * count)]);
        return e.Reshape(e.Zip("vadd", found, channel), shape);
    }

    /// <summary>Windows as rows, with how many of their places lie in the image, or in it and its declared padding.</summary>
    private static (Reg Sum, Reg Count, int[] Shape) Sums(NodeContext n, Reg from, bool countPads, Func<Reg, Reg> before)
    {
        Emitter e = n.E;
        int[] image = from.Shape[2..];
        Window declared = Window.Of(n, Kernel(n), image), w = Rounded(n, declared, image);
        (Reg patches, int[] sizes) = Patches(e, before(from), w, Emitter.Scalar(DType.F32, 0));
        Reg ones = Emitter.Filled(DType.F32, [1, 1, .. image], 1);
        for (int i = 0; countPads && i < image.Length; i++)
        {
            ones = MoveOperators.PadAxis(e, ones, 2 + i, declared.Before[i], declared.After[i], "constant", Emitter.Scalar(DType.F32, 1));
        }

        Window rest = countPads ? w with { Before = new int[image.Length], After = [.. w.After.Select((a, i) => a - declared.After[i])] } : w;
        (Reg inside, _) = Patches(e, ones, rest, Emitter.Scalar(DType.F32, 0));
        int[] shape = [from.Shape[0], from.Shape[1], .. sizes];
        Reg sum = e.Reshape(e.Emit("sum", [e.Transpose(patches, 0, 1, 3, 2)]), shape);
        return (sum, e.Reshape(e.Emit("sum", [e.Transpose(inside, 0, 1, 3, 2)]), [1, 1, .. sizes]), shape);
    }

    private static void AveragePool(NodeContext n)
    {
        Val x = n.Input(0);
        (Reg sum, Reg count, _) = Sums(n, n.E.F32(x), n.Int("count_include_pad", 0) != 0, static r => r);
        n.Output(0, n.E.As(n.E.Zip("vdiv", sum, count), x.Type));
    }

    private static void LpPool(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        long p = n.Int("p", 2);
        (Reg sum, _, _) = Sums(n, e.F32(x), countPads: false, r => Power(e, e.Emit("abs", [r]), p));
        n.Output(0, e.As(Root(e, sum, p), x.Type));
    }

    private static Reg Power(Emitter e, Reg x, float p) => p == 1 ? x : p == 2 ? e.Emit("vmul", [x, x]) : e.Zip("vpow", x, Emitter.Scalar(DType.F32, p));

    private static Reg Root(Emitter e, Reg x, float p) => p == 1 ? x : p == 2 ? e.Emit("sqrt", [x]) : e.Zip("vpow", x, Emitter.Scalar(DType.F32, 1 / p));

    private static void Global(NodeContext n, string mnemonic)
    {
        Val x = n.Input(0);
        int[] axes = [.. Enumerable.Range(2, x.Rank - 2)];
        n.Output(0, n.E.As(ReduceOperators.Over(n.E, mnemonic, n.E.F32(x), axes, keep: true), x.Type));
    }

    private static void GlobalLp(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        float p = n.Opset < 2 ? n.Float("p", 2) : n.Int("p", 2);
        Reg sum = ReduceOperators.Over(e, "sum", Power(e, e.Emit("abs", [e.F32(x)]), p), [.. Enumerable.Range(2, x.Rank - 2)], keep: true);
        n.Output(0, e.As(Root(e, sum, p), x.Type));
    }

    private static void LocalResponse(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        int size = (int)n.Int("size", 1), channels = x.Shape[1];
        Reg from = e.F32(x), square = e.Emit("vmul", [from, from]);
        Reg padded = MoveOperators.PadAxis(e, square, 1, (size - 1) / 2, size - 1 - ((size - 1) / 2), "constant", Emitter.Scalar(DType.F32, 0));
        Reg? sum = null;
        for (int i = 0; i < size; i++)
        {
            Reg part = MoveOperators.SliceAxis(e, padded, 1, i, 1, channels);
            sum = sum is null ? part : e.Emit("vadd", [sum, part]);
        }

        Reg scale = e.Zip("vadd", e.Zip("vmul", sum!, Emitter.Scalar(DType.F32, n.Float("alpha", 1e-4f) / size)), Emitter.Scalar(DType.F32, n.Float("bias", 1)));
        n.Output(0, e.As(e.Emit("vdiv", [from, e.Zip("vpow", scale, Emitter.Scalar(DType.F32, n.Float("beta", 0.75f)))]), x.Type));
    }
}
