using System.Numerics;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Elements chosen by indices or conditions.</summary>
internal static class IndexedOps
{
    // By mode less 1. Made once: a delegate made by each execution would be an allocation.
    private static readonly Indexed.Fold<float>[] Floats = [Elementwise.Add, Elementwise.Mul, Elementwise.Max, Elementwise.Min];
    private static readonly Indexed.Fold<int>[] Ints = [Integers.Add, Integers.Mul, Integers.Max, Integers.Min];
    private static readonly Indexed.Fold<long>[] Longs = [Integers.Add, Integers.Mul, Integers.Max, Integers.Min];

    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "gather" => static c => c.View(2).Element == DType.I32 ? Gather(c, c.View(2).I32) : Gather(c, c.View(2).I64),
        "scatter" => static c => c.View(2).Element == DType.I32 ? Scatter(c, c.View(2).I32) : Scatter(c, c.View(2).I64),
        "where" => Where,
        _ => null,
    };

    private static FaultCode Gather<TId>(OpContext c, Span<TId> ids)
        where TId : unmanaged, IBinaryInteger<TId>
    {
        var around = new AxisView(c.View(1), (int)c.Immediate(0).U32);
        if (!Indexed.AreInRange<TId>(ids, around.Dimension))
        {
            return FaultCode.ElementOutOfRange;
        }

        Indexed.Gather<TId>(c.View(1).Raw, around.Outer, around.Dimension, around.InnerBytes, ids, c.View(0).Raw);
        return FaultCode.None;
    }

    private static FaultCode Scatter<TId>(OpContext c, Span<TId> ids)
        where TId : unmanaged, IBinaryInteger<TId>
    {
        TensorView y = c.View(0), u = c.View(3);
        var around = new AxisView(y, (int)c.Immediate(0).U32);
        if (!Indexed.AreInRange<TId>(ids, around.Dimension))
        {
            return FaultCode.ElementOutOfRange;
        }

        c.View(1).Raw.CopyTo(y.Raw);
        int fold = (int)c.Immediate(1).U32 - 1;
        if (fold < 0)
        {
            Indexed.Put<TId>(u.Raw, around.Outer, around.Dimension, around.InnerBytes, ids, y.Raw);
            return FaultCode.None;
        }

        switch (y.Element)
        {
            case DType.F32:
                Indexed.Into<TId, float>(u.F32, around.Outer, around.Dimension, around.Inner, ids, Floats[fold], y.F32);
                break;
            case DType.I32:
                Indexed.Into<TId, int>(u.I32, around.Outer, around.Dimension, around.Inner, ids, Ints[fold], y.I32);
                break;
            default:
                Indexed.Into<TId, long>(u.I64, around.Outer, around.Dimension, around.Inner, ids, Longs[fold], y.I64);
                break;
        }

        return FaultCode.None;
    }

    private static FaultCode Where(OpContext c)
    {
        TensorView y = c.View(0), condition = c.View(1), x2 = c.View(3);
        Span<int> shape = stackalloc int[Limits.Rank], first = stackalloc int[Limits.Rank], second = stackalloc int[Limits.Rank];
        y.CopyDimensions(shape);
        condition.CopyDimensions(first);
        x2.CopyDimensions(second);
        Selection.Where(
            condition.Raw, first[..condition.Rank], c.View(2).Raw, x2.Raw, second[..x2.Rank], shape[..y.Rank], DTypes.SizeOf(y.Element), y.Raw);
        return FaultCode.None;
    }
}
