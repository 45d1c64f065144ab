using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Convolutions and pools over one or two dimensions, and over three where they can be made of those.</summary>
internal static class WindowOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("Conv", Conv),
        ("ConvInteger", ConvInteger),
        ("QLinearConv", QLinearConv),
        ("ConvTranspose", ConvTranspose),
        ("MaxPool", MaxPool),
        ("AveragePool", AveragePool),
        ("LpPool", LpPool),
        ("GlobalAveragePool", static n => Global(n, "mean")),
        ("GlobalMaxPool", static n => Global(n, "reduce.max")),
        ("GlobalLpPool", GlobalLp),
        ("LRN", LocalResponse),
    ];

    /// <summary>Strides, dilations and pads of a window over some dimensions.</summary>
    private sealed record Window(int[] Kernel, int[] Strides, int[] Dilations, int[] Before, int[] After)
    {
        public int Reach(int axis) => ((Kernel[axis] - 1) * Dilations[axis]) + 1;

        public static Window Of(NodeContext n, int[] kernel, int[] sizes)
        {
            int dims = kernel.Length;
            int[] Numbers(string name, int otherwise) => n.Ints(name) is { } given ? [.. given.Select(static g => checked((int)g))] : [.. Enumerable.Repeat(otherwise, dims)];
            int[] strides = Numbers("strides", 1), dilations = Numbers("dilations", 1);
            int[] pads = n.Ints("pads") is { } p ? [.. p.Select(static g => checked((int)g))] : new int[2 * dims];
            if (strides.Length != dims || dilations.Length != dims || pads.Length != 2 * dims || strides.Any(static s => s < 1) || dilations.Any(static d => d < 1))
            {
                throw new OnnxException("strides, dilations or pads do not fit the kernel");
            }

            var window = new Window(kernel, strides, dilations, pads[..dims], pads[dims..]);
            string auto = n.Text("auto_pad", "NOTSET");
            for (int i = 0; i < dims && auto is ("SAME_UPPER" or "SAME_LOWER"); i++)
            {
                int wanted = (sizes[i] + strides[i] - 1) / strides[i], missing = Math.Max(((wanted - 1) * strides[i]) + window.Reach(i) - sizes[i], 0);
                window.Before[i] = auto == "SAME_UPPER" ? missing / 2 : missing - (missing / 2);
                window.After[i] = missing - window.Before[i];
            }

            return window;
        }
    }

    /// <summary>Images of one dimension get a second one of size 1, in front.</summary>
    private static (Reg X, Window W, bool Flat) TwoDimensional(Emitter e, Reg x, Window w)
    {
        int[] shape = x.Shape;
        return w.Kernel.Length switch
        {
            1 => (e.Reshape(x, shape[0], shape[1], 1, shape[2]), new Window([1, w.Kernel[0]], [1, w.Strides[0]], [1, w.Dilations[0]], [0, w.Before[0]], [0, w.After[0]]), true),
            2 => (x, w, false),
            _ => throw new OnnxException($"windows of {w.Kernel.Length} dimensions are not supported"),
        };
    }

    private static Operand[] Steps(Window w) =>
    [
        Operand.OfU32((uint)w.Strides[0]), Operand.OfU32((uint)w.Strides[1]), Operand.OfU32((uint)w.Before[0]), Operand.OfU32((uint)w.Before[1]),
        Operand.OfU32((uint)w.After[0]), Operand.OfU32((uint)w.After[1]), Operand.OfU32((uint)w.Dilations[0]), Operand.OfU32((uint)w.Dilations[1]),
    ];

    private static Reg Flat(Emitter e, Reg y, bool flat) => flat ? e.Reshape(y, y.Shape[0], y.Shape[1], y.Shape[3]) : y;

    private static void Conv(NodeContext n)
    {
        Val x = n.Input(0), w = n.Input(1);
        Reg y = Convolve(n, n.E.F32(x), n.E.F32(w));
        if (n.Optional(2) is { } bias)
        {
            y = n.E.Zip("vadd", y, n.E.Reshape(n.E.F32(bias), [bias.Reg.Length, .. Enumerable.Repeat(1, x.Rank - 2)]));
        }

        n.Output(0, n.E.As(y, x.Type));
    }

    /// <summary>The opcode where the weights are known; else patches of the image times them.</summary>
    private static Reg Convolve(NodeContext n, Reg x, Reg w)
    {
        Emitter e = n.E;
        int groups = (int)n.Int("group", 1);
        Window window = Window.Of(n, w.Shape[2..], x.Shape[2..]);
        if (groups < 1 || w.Shape[0] % groups != 0 || x.Shape[1] != w.Shape[1] * groups)
        {
            throw new OnnxException($"{groups} groups do not fit [{string.Join(",", x.Shape)}] and [{string.Join(",", w.Shape)}]");
        }

        if (w.Rank is 3 or 4 && w.IsConstant && w.Length > 0 && !x.IsConstant)
        {
            (Reg image, Window two, bool flat) = TwoDimensional(e, x, window);
            int[] shape = [w.Shape[0], w.Shape[1], two.Kernel[0], two.Kernel[1]];
            int weight = e.Weight(DType.F32, shape, WeightLayout.Rows, w.Bytes!);
            return Flat(e, e.EmitWith("conv", [image], [weight], Steps(two)), flat);
        }

        (Reg patches, int[] sizes) = Patches(e, x, window, Emitter.Scalar(DType.F32, 0));

        // patches: [B, C, K, places]; by group [B · G, C/G · K, places]
        int batch = x.Shape[0], depth = w.Length / Math.Max(w.Shape[0], 1), places = MoveOperators.Product(sizes);
        Reg columns = e.Reshape(patches, batch, groups, depth, places);
        Reg rows = e.Expand(e.Reshape(w, 1, groups, w.Shape[0] / groups, depth), [batch, groups, w.Shape[0] / groups, depth]);
        return e.Reshape(e.Emit("matmul.batch", [rows, columns]), [batch, w.Shape[0], .. sizes]);
    }

    /// <summary>For each place of a window the elements under it: [B, C, K, places], by one gather over the padded image.</summary>
    private static (Reg Patches, int[] Sizes) Patches(Emitter e, Reg x, Window w, Reg padding)
    {
        int dims = w.Kernel.Length;
        for (int i = 0; i < dims; i++)
        {
            x = MoveOperators.PadAxis(e, x, 2 + i, w.Before[i], w.After[i], "constant", padding);
        }

        int[] padded = x.Shape[2..], strides = IndexOperators.Strides(padded);
        int[] sizes = [.. Enumerable.Range(0, dims).Select(i => ((padded[i] - w.Reach(i)) / w.Strides[i]) + 1)];
        if (sizes.Any(static s => s < 1))
        {
            throw new OnnxException("the window is larger than the image");
        }

        int kernel = MoveOperators.Product(w.Kernel), places = MoveOperators.Product(sizes);
        var at = new long[kernel * places];
        int[] kernelStrides = IndexOperators.Strides(w.Kernel), placeStrides = IndexOperators.Strides(sizes);
        for (int k = 0; k < kernel; k++)
        {
            for (int p = 0; p < places; p++)
            {
                long index = 0;
                for (int i = 0; i < dims; i++)
                {
                    index += (long)((p / placeStrides[i] % sizes[i] * w.Strides[i]) + (k / kernelStrides[i] % w.Kernel[i] * w.Dilations[i])) * strides[i];
                }

                at[(k * places) + p] = index;
            }
        }

        Reg flat = e.Reshape(x, x.Shape[0], x.Shape[1], MoveOperators.Product(padded));
        return (e.Emit("gather", [flat, Emitter.Integers([kernel, places], at)], Operand.OfU32(2)), sizes);
    }

    /// <summary>Integer convolution, exact: patches times weights in 64 bits.</summary>
    private static Reg Sums(NodeContext n, Reg x, Reg w)
    {
        Emitter e = n.E;
        int groups = (int)n.Int("group", 1), batch = x.Shape[0];
        Window window = Window.Of(n, w.Shape[2..], x.Shape[2..]);
        (Reg patches, int[] sizes) = Patches(e, e.To(x, DType.I64), window, Emitter.Scalar(DType.I64, 0));
        int depth = w.Length / w.Shape[0], places = MoveOperators.Product(sizes), outputs = w.Shape[0] / groups;
        Reg columns = e.Transpose(e.Reshape(patches, batch, groups, 1, depth, places), 0, 1, 2, 4, 3);
        Reg rows = e.Reshape(e.To(w, DType.I64), 1, groups, outputs, 1, depth);
        int[] all = [batch, groups, outputs, places, depth];
        Reg sum = e.Emit("sum", [e.Emit("vmul", [e.Expand(columns, all), rows])]);
        return e.Reshape(e.To(sum, DType.I32), [batch, w.Shape[0], .. sizes]);
    }

    private static Reg Centred(Emitter e, Val x, Val? zero, bool perOutput)
    {
        if (zero is null)
        {
            return x.Reg;
        }

        Reg point = zero.Reg.Length == 1 ? e.Reshape(zero.Reg)
            : perOutput ? e.Reshape(zero.Reg, [zero.Reg.Length, .. Enumerable.Repeat(1, x.Rank - 1)])
            : throw new OnnxException("a zero point for each channel of the image is not supported");
        return e.Zip("vsub", x.Reg, point);
    }

    private static void ConvInteger(NodeContext n) => n.Output(0, new Val(OnnxType.Int32,
        Sums(n, Centred(n.E, n.Input(0), n.Optional(2), perOutput: false), Centred(n.E, n.Input(1), n.Optional(3), perOutput: true))));

    private static void QLinearConv(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0), w = n.Input(3), zero = n.Input(7);
        Reg sums = Sums(n, Centred(e, x, n.Input(2), perOutput: false), Centred(e, w, n.Input(5), perOutput: true));
        int[] channel = [w.Shape[0], .. Enumerable.Repeat(1, x.Rank - 2)];
        if (n.Optional(8) is { } bias)
        {
            sums = e.Zip("vadd", sums, e.Reshape(bias.Reg, channel));
        }

        Reg scale = e.F32(n.Input(4));
        scale = scale.Length == 1 ? e.Reshape(scale) : e.Reshape(scale, channel);
        Reg by = e.Zip("vdiv", e.Zip("vmul", scale, e.Reshape(e.F32(n.Input(1)))), e.Reshape(e.F32(n.Input(6))));
        Reg y = e.Zip("vadd", e.Emit("round", [e.Zip("vmul", e.To(sums, DType.F32), by)]), e.To(e.Reshape(zero.Reg), DType.F32));
        n.Output(0, QuantizeOperators.Clamped(e, y, zero.Type));
    }

    /// <summary>A convolution over an image with zeros put between its elements, the kernel turned about.</summary>
    private static void ConvTranspose(NodeContext n)
    {
        Emitter e = n.E;
        Val input = n.Input(0);
        Reg x = e.F32(input), w = e.F32(n.Input(1));
        int groups = (int)n.Int("group", 1), dims = x.Rank - 2;
        int[] kernel = w.Shape[2..];
        int[] Numbers(string name, int otherwise) => n.Ints(name) is { } given ? [.. given.Select(static g => checked((int)g))] : [.. Enumerable.Repeat(otherwise, dims)];
        int[] strides = Numbers("strides", 1), dilations = Numbers("dilations", 1), extra = Numbers("output_padding", 0);
        int[] pads = n.Ints("pads") is { } p ? [.. p.Select(static g => checked((int)g))] : new int[2 * dims];
        string auto = n.Text("auto_pad", "NOTSET");
        int[]? wanted = n.Ints("output_shape") is { } o ? [.. o.Skip(Math.Max(o.Length - dims, 0)).Select(static g => checked((int)g))]
            : auto is "SAME_UPPER" or "SAME_LOWER" ? [.. Enumerable.Range(0, dims).Select(i => x.Shape[2 + i] * strides[i])] : null;
        for (int i = 0; i < dims; i++)
        {
            int reach = ((kernel[i] - 1) * dilations[i]) + 1;
            if (wanted is not null)
            {
                int total = (strides[i] * (x.Shape[2 + i] - 1)) + extra[i] + reach - wanted[i];
                int small = total >> 1; // towards minus infinity: an image may have to grow
                (pads[i], pads[dims + i]) = auto == "SAME_UPPER" ? (small, total - small) : (total - small, small);
            }

            // Zeros between neighbours: a new axis of stride elements, of which the first is the element.
            int size = x.Shape[2 + i];
            Reg apart = e.Reshape(x, [.. x.Shape[..(3 + i)], 1, .. x.Shape[(3 + i)..]]);
            apart = MoveOperators.PadAxis(e, apart, 3 + i, 0, strides[i] - 1, "constant", Emitter.Scalar(DType.F32, 0));
            int[] joined = x.Shape;
            joined[2 + i] = size * strides[i];
            x = MoveOperators.SliceAxis(e, e.Reshape(apart, joined), 2 + i, 0, 1, ((size - 1) * strides[i]) + 1);
            x = MoveOperators.PadAxis(e, x, 2 + i, reach - 1 - pads[i], reach - 1 - pads[dims + i] + extra[i], "constant", Emitter.Scalar(DType.F32, 0));
            w = MoveOperators.SliceAxis(e, w, 2 + i, -1, -1, kernel[i]);
        }

        // [C, M/G, k…] to [M, C/G, k…], group by group.
        int channels = w.Shape[0], outputs = w.Shape[1];
        w = e.Reshape(w, [groups, channels / groups, outputs, .. kernel]);
        w = e.Reshape(e.Transpose(w, [0, 2, 1, .. Enumerable.Range(3, dims)]), [groups * outputs, channels / groups, .. kernel]);
        var window = new Window(kernel, [.. Enumerable.Repeat(1, dims)], dilations, new int[dims], new int[dims]);
        (Reg patches, int[] sizes) = Patches(e, x, window, Emitter.Scalar(DType.F32, 0));
        int batch = x.Shape[0], depth = channels / groups * MoveOperators.Product(kernel);
        Reg columns = e.Reshape(patches, batch, groups, depth, MoveOperators.Product(sizes));
        Reg rows = e.Expand(e.Reshape(w, 1, groups, outputs, depth), [batch, groups, outputs, depth]);
        Reg y = e.Reshape(e.Emit("matmul.batch", [rows, columns]), [batch, groups * outputs, .. sizes]);
        if (n.Optional(2) is { } bias)
        {
            y = e.Zip("vadd", y, e.Reshape(e.F32(bias), [bias.Reg.Length, .. Enumerable.Repeat(1, dims)]));
        }

        n.Output(0, e.As(y, input.Type));
    }

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

    private static int[] Kernel(NodeContext n) =>
        n.Ints("kernel_shape") is { } given ? [.. given.Select(static k => k is > 0 and < 1 << 16 ? (int)k : throw new OnnxException("a kernel's size makes no sense"))]
        : throw new OnnxException("kernel_shape is missing");

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
