using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Convolutions and pools.</summary>
internal static class WindowRules
{
    public static (string, Rule)[] All { get; } =
    [
        ("Conv", static n => Convolution(n, n.Type(0), 1)),
        ("ConvInteger", static n => Convolution(n, OnnxType.Int32, 1)),
        ("QLinearConv", static n => Convolution(n, n.Type(7), 3)),
        ("ConvTranspose", Transposed),
        ("MaxPool", Pool),
        ("AveragePool", Pool),
        ("LpPool", Pool),
        ("GlobalAveragePool", Global),
        ("GlobalMaxPool", Global),
        ("GlobalLpPool", Global),
    ];

    private static long[] Numbers(Facts n, string name, int dims, long otherwise) => n.Node.Ints(name) ?? [.. Enumerable.Repeat(otherwise, dims)];

    /// <summary>The places of a window along each spatial axis; default where they can't be told.</summary>
    private static ImmutableArray<Size> Places(Facts n, ImmutableArray<Size> image, ImmutableArray<Size> kernel)
    {
        int dims = kernel.Length;
        long[] strides = Numbers(n, "strides", dims, 1), dilations = Numbers(n, "dilations", dims, 1), pads = Numbers(n, "pads", 2 * dims, 0);
        if (image.Length != dims || strides.Length != dims || dilations.Length != dims || pads.Length != 2 * dims || strides.Any(static s => s < 1))
        {
            return default;
        }

        bool same = n.Node.Text("auto_pad", "NOTSET") is "SAME_UPPER" or "SAME_LOWER", up = n.Node.Int("ceil_mode", 0) != 0;
        var result = new Size[dims];
        for (int i = 0; i < dims; i++)
        {
            Size stride = Size.Of(strides[i]), reach = ((kernel[i] - Size.One) * Size.Of(dilations[i])) + Size.One;
            if (same && !up)
            {
                result[i] = (image[i] + Size.Of(strides[i] - 1)).FloorDividedBy(stride);
                continue;
            }

            Size span = image[i] + Size.Of(pads[i] + pads[dims + i]) - reach;
            if (up)
            {
                if (same || !span.IsNumber)
                {
                    return default;
                }

                // A window that begins in the padding behind is left out.
                long count = ((span.Number + strides[i] - 1) / strides[i]) + 1;
                result[i] = Size.Of((count - 1) * strides[i] >= image[i].Number + pads[i] ? count - 1 : count);
                continue;
            }

            result[i] = span.FloorDividedBy(stride) + Size.One;
        }

        return [.. result];
    }

    private static void Convolution(Facts n, OnnxType type, int weights)
    {
        ImmutableArray<Size> x = n.Shape(0), w = n.Shape(weights);
        ImmutableArray<Size> places = x.IsDefault || w.IsDefault || x.Length < 3 || w.Length != x.Length ? default : Places(n, [.. x.Skip(2)], [.. w.Skip(2)]);
        n.Output(0, type, places.IsDefault ? default : [x[0], w[0], .. places]);
    }

    private static void Pool(Facts n)
    {
        ImmutableArray<Size> x = n.Shape(0);
        ImmutableArray<Size> places = x.IsDefault || x.Length < 3 || n.Node.Ints("kernel_shape") is not { } kernel ? default
            : Places(n, [.. x.Skip(2)], [.. kernel.Select(Size.Of)]);
        n.Output(0, n.Type(0), places.IsDefault ? default : [x[0], x[1], .. places]);
        n.Output(1, OnnxType.Int64, places.IsDefault ? default : [x[0], x[1], .. places]);
    }

    private static void Global(Facts n) => n.Output(0, n.Type(0), n.Rank(0) < 2 ? default : [.. n.Shape(0).Select(static (d, i) => i < 2 ? d : Size.One)]);

    private static void Transposed(Facts n)
    {
        ImmutableArray<Size> x = n.Shape(0), w = n.Shape(1);
        n.Output(0, n.Type(0));
        if (x.IsDefault || w.IsDefault || x.Length < 3 || w.Length != x.Length)
        {
            return;
        }

        int dims = x.Length - 2;
        long[] strides = Numbers(n, "strides", dims, 1), dilations = Numbers(n, "dilations", dims, 1), pads = Numbers(n, "pads", 2 * dims, 0), extra = Numbers(n, "output_padding", dims, 0);
        long[]? wanted = n.Node.Ints("output_shape");
        bool same = n.Node.Text("auto_pad", "NOTSET") is "SAME_UPPER" or "SAME_LOWER";
        IEnumerable<Size> places = Enumerable.Range(0, dims).Select(i =>
            wanted is not null ? Size.Of(wanted[wanted.Length - dims + i])
            : same ? x[2 + i] * Size.Of(strides[i])
            : ((x[2 + i] - Size.One) * Size.Of(strides[i])) + Size.Of(extra[i] + 1 - pads[i] - pads[dims + i]) + ((w[2 + i] - Size.One) * Size.Of(dilations[i])));
        n.Output(0, n.Type(0), [x[0], w[1] * Size.Of(n.Node.Int("group", 1)), .. places]);
    }
}
