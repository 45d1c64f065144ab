using PomIsa.Isa;
using PomIsa.Onnx.Lowering;

namespace PomIsa.Onnx.Operators;

/// <summary>Images as the opcodes of windows take them, and as patches for what they don't take.</summary>
internal static class WindowPatches
{
    /// <summary>Images of one dimension get a second one of size 1, in front.</summary>
    public static (Reg X, Window W, bool Flat) TwoDimensional(Emitter e, Reg x, Window w)
    {
        int[] shape = x.Shape;
        return w.Kernel.Length switch
        {
            1 => (e.Reshape(x, shape[0], shape[1], 1, shape[2]), new Window([1, w.Kernel[0]], [1, w.Strides[0]], [1, w.Dilations[0]], [0, w.Before[0]], [0, w.After[0]]), true),
            2 => (x, w, false),
            _ => throw new OnnxException($"windows of {w.Kernel.Length} dimensions are not supported"),
        };
    }

    public static Operand[] Steps(Window w) =>
    [
        Operand.OfU32((uint)w.Strides[0]), Operand.OfU32((uint)w.Strides[1]), Operand.OfU32((uint)w.Before[0]), Operand.OfU32((uint)w.Before[1]),
        Operand.OfU32((uint)w.After[0]), Operand.OfU32((uint)w.After[1]), Operand.OfU32((uint)w.Dilations[0]), Operand.OfU32((uint)w.Dilations[1]),
    ];

    public static Reg Flat(Emitter e, Reg y, bool flat) => flat ? e.Reshape(y, y.Shape[0], y.Shape[1], y.Shape[3]) : y;

    /// <summary>For each place of a window the elements under it: [B, C, K, places], by one gather over the padded image.</summary>
    public static (Reg Patches, int[] Sizes) Patches(Emitter e, Reg x, Window w, Reg padding)
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
}
