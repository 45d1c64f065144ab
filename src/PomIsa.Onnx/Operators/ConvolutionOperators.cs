using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;
using static PomIsa.Onnx.Operators.WindowPatches;

namespace PomIsa.Onnx.Operators;

/// <summary>Convolutions over one or two dimensions, and over three where they can be made of those.</summary>
internal static class ConvolutionOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("Conv", Conv),
        ("ConvInteger", ConvInteger),
        ("QLinearConv", QLinearConv),
        ("ConvTranspose", ConvTranspose),
    ];

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
}
