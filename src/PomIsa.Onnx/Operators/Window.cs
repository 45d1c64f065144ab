using PomIsa.Onnx.Lowering;

namespace PomIsa.Onnx.Operators;

/// <summary>Strides, dilations and pads of a window over some dimensions.</summary>
internal sealed record Window(int[] Kernel, int[] Strides, int[] Dilations, int[] Before, int[] After)
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
