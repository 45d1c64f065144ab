using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Elements in another shape or order. Bits are copied.</summary>
internal static class ViewOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "reshape" => (static c => { c.View(1).Raw.CopyTo(c.View(0).Raw); return FaultCode.None; }),
        "transpose" => Transpose,
        "slice" => Slice,
        "concat" => Concat,
        "split" => Split,
        "expand" => Expand,
        "pad" => Pad,
        _ => null,
    };

    private static FaultCode Transpose(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        Span<int> shape = stackalloc int[Limits.Rank], perm = stackalloc int[Limits.Rank];
        x.CopyDimensions(shape);
        for (int axis = 0; axis < x.Rank; axis++)
        {
            perm[axis] = c.Immediate(0).Axis(axis);
        }

        Kernels.Transpose.Copy(x.Raw, shape[..x.Rank], perm[..x.Rank], DTypes.SizeOf(x.Element), y.Raw);
        return FaultCode.None;
    }

    /// <summary>What the verifier could not know, where a symbol is the axis's dimension, is checked here.</summary>
    private static FaultCode Slice(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        int axis = (int)c.Immediate(0).U32, count = y.Dimension(axis);
        var around = new AxisView(x, axis);
        long start = c.Immediate(1).I64, step = c.Immediate(2).I64;
        Int128 first = start < 0 ? (Int128)start + around.Dimension : start, last = first + ((Int128)(count - 1) * step);
        if (count > 0 && (first < 0 || first >= around.Dimension || last < 0 || last >= around.Dimension))
        {
            return FaultCode.SliceOutOfRange;
        }

        // One element has no neighbour, so its step may be of any size.
        AxisRuns.Slice(
            x.Raw, around.Outer, around.Dimension, around.InnerBytes, count > 0 ? (int)first : 0, count > 1 ? (int)step : 1, count, y.Raw);
        return FaultCode.None;
    }

    private static FaultCode Concat(OpContext c)
    {
        TensorView y = c.View(0), x1 = c.View(1), x2 = c.View(2);
        int axis = (int)c.Immediate(0).U32;
        var around = new AxisView(x1, axis);
        AxisRuns.Concat(x1.Raw, around.Dimension, x2.Raw, x2.Dimension(axis), around.Outer, around.InnerBytes, y.Raw);
        return FaultCode.None;
    }

    private static FaultCode Split(OpContext c)
    {
        TensorView y1 = c.View(0), y2 = c.View(1), x = c.View(2);
        int axis = (int)c.Immediate(0).U32;
        var around = new AxisView(x, axis);
        AxisRuns.Split(x.Raw, around.Outer, around.InnerBytes, y1.Dimension(axis), y1.Raw, y2.Dimension(axis), y2.Raw);
        return FaultCode.None;
    }

    private static FaultCode Expand(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        Span<int> shape = stackalloc int[Limits.Rank], from = stackalloc int[Limits.Rank];
        y.CopyDimensions(shape);
        x.CopyDimensions(from);
        Kernels.Expand.Copy(x.Raw, from[..x.Rank], DTypes.SizeOf(x.Element), y.Raw, shape[..y.Rank]);
        return FaultCode.None;
    }

    private static FaultCode Pad(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        var around = new AxisView(x, (int)c.Immediate(0).U32);
        AxisRuns.Pad(
            x.Raw, around.Outer, around.Dimension, around.InnerBytes, c.View(2).Raw, (int)c.Immediate(1).U32, (int)c.Immediate(2).U32, y.Raw);
        return FaultCode.None;
    }
}
