using PomIsa.Isa;
using PomIsa.Kernels;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Fuzz.Reference;

/// <summary>Elements in another shape or order, chosen, or of another type.</summary>
internal static class RefViews
{
    public static KeyValuePair<string, RefOperation>[] All { get; } =
    [
        new("load", static c => c.Write(new RefTensor(c.Weight(1).Entry.Element, [.. c.Weight(1).Entry.Shape], c.Weight(1).Values))),
        new("reshape", static c => c.Write(new RefTensor(c.In(1).Element, c.Declared(0).Shape, c.In(1).Raw))),
        new("transpose", Transpose),
        new("slice", Slice),
        new("concat", static c => Joined(c, (int)c.Immediate(0).U32, c.In(1), c.In(2))),
        new("split", Split),
        new("gather", Gather),
        new("scatter", Scatter),
        new("expand", static c => Each(c, c.In(1).Element, c.Declared(0).Shape, (y, i) => c.In(1).At(c.In(1).Broadcast(i, y.Shape)).CopyTo(y.At(i)))),
        new("pad", Pad),
        new("where", static c =>
        {
            c.Work = (ulong)c.In(2).Length;
            return Each(c, c.In(2).Element, c.In(2).Shape, (y, i) =>
                (c.In(1).Raw[c.In(1).Broadcast(i, y.Shape)] != 0 ? c.In(2).At(i) : c.In(3).At(c.In(3).Broadcast(i, y.Shape))).CopyTo(y.At(i)));
        }),
        new("cast", static c =>
        {
            c.Work = (ulong)c.In(1).Length;
            return Each(c, c.Immediate(0).Type, c.In(1).Shape, (y, i) => Cast(c.In(1), i, y));
        }),
        new("iota", static c => Each(c, c.Declared(0).Element, c.Declared(0).Shape, (y, i) => y.SetInteger(i, c.Symbol(1) + i))),
        new("item", static c => c.Push(c.In(0).Element == DType.Bool ? c.In(0).Raw[0] != 0 ? 1 : 0 : c.In(0).Integer(0))),
        new("output", static c =>
        {
            c.Machine.Outputs[(int)c.Immediate(0).U32] = c.In(0);
            return FaultCode.None;
        }),
    ];

    private delegate void Element(RefTensor y, int index);

    private static FaultCode Each(RefContext c, DType element, int[] shape, Element set)
    {
        RefTensor y = RefTensor.New(element, shape);
        for (int i = 0; i < y.Length; i++)
        {
            set(y, i);
        }

        return c.Write(y);
    }

    /// <summary>The indices of an element, outermost first.</summary>
    private static int[] Indices(int place, int[] shape)
    {
        var indices = new int[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            (place, indices[axis]) = (place / shape[axis], place % shape[axis]);
        }

        return indices;
    }

    private static int Place(int[] indices, int[] shape)
    {
        int place = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            place = (place * shape[axis]) + indices[axis];
        }

        return place;
    }

    private static FaultCode Transpose(RefContext c)
    {
        RefTensor x = c.In(1);
        Operand perm = c.Immediate(0);
        return Each(c, x.Element, [.. Enumerable.Range(0, x.Rank).Select(a => x.Shape[perm.Axis(a)])], (y, i) =>
        {
            int[] at = Indices(i, y.Shape), from = new int[x.Rank];
            for (int a = 0; a < from.Length; a++)
            {
                from[perm.Axis(a)] = at[a];
            }

            x.At(Place(from, x.Shape)).CopyTo(y.At(i));
        });
    }

    private static FaultCode Slice(RefContext c)
    {
        RefTensor x = c.In(1);
        int axis = (int)c.Immediate(0).U32, count = (int)c.Immediate(3).U32;
        Int128 d = x.Shape[axis], start = c.Immediate(1).I64, step = c.Immediate(2).I64;
        start += start < 0 ? d : 0;
        Int128 last = start + ((count - 1) * step);
        if (count > 0 && (start < 0 || start >= d || last < 0 || last >= d))
        {
            return FaultCode.SliceOutOfRange;
        }

        int[] shape = [.. x.Shape];
        shape[axis] = count;
        return Each(c, x.Element, shape, (y, i) =>
        {
            int[] at = Indices(i, y.Shape);
            at[axis] = (int)(start + (at[axis] * step));
            x.At(Place(at, x.Shape)).CopyTo(y.At(i));
        });
    }

    private static FaultCode Joined(RefContext c, int axis, RefTensor first, RefTensor second)
    {
        int[] shape = [.. first.Shape];
        shape[axis] += second.Shape[axis];
        return Each(c, first.Element, shape, (y, i) =>
        {
            int[] at = Indices(i, y.Shape);
            bool isFirst = at[axis] < first.Shape[axis];
            at[axis] -= isFirst ? 0 : first.Shape[axis];
            RefTensor from = isFirst ? first : second;
            from.At(Place(at, from.Shape)).CopyTo(y.At(i));
        });
    }

    private static FaultCode Split(RefContext c)
    {
        RefTensor x = c.In(2);
        int axis = (int)c.Immediate(0).U32, cut = (int)c.Immediate(1).U32;
        foreach ((int from, int count) in new[] { (0, cut), (cut, x.Shape[axis] - cut) })
        {
            int[] shape = [.. x.Shape];
            shape[axis] = count;
            Each(c, x.Element, shape, (y, i) =>
            {
                int[] at = Indices(i, y.Shape);
                at[axis] += from;
                x.At(Place(at, x.Shape)).CopyTo(y.At(i));
            });
        }

        return FaultCode.None;
    }

    private static FaultCode Pad(RefContext c)
    {
        RefTensor x = c.In(1), v = c.In(2);
        int axis = (int)c.Immediate(0).U32, before = (int)c.Immediate(1).U32;
        int[] shape = [.. x.Shape];
        shape[axis] += before + (int)c.Immediate(2).U32;
        return Each(c, x.Element, shape, (y, i) =>
        {
            int[] at = Indices(i, y.Shape);
            at[axis] -= before;
            (at[axis] >= 0 && at[axis] < x.Shape[axis] ? x.At(Place(at, x.Shape)) : v.At(0)).CopyTo(y.At(i));
        });
    }

    /// <summary>Where each element of a gather's result comes from; null where an id is out of range.</summary>
    private static (int[] Shape, int[] From)? Picked(RefTensor x, RefTensor ids, int axis)
    {
        int[] picks = new int[ids.Length];
        int d = x.Shape[axis];
        for (int i = 0; i < picks.Length; i++)
        {
            long id = ids.Integer(i);
            if (id < -d || id >= d)
            {
                return null;
            }

            picks[i] = (int)(id < 0 ? id + d : id);
        }

        int[] shape = [.. x.Shape[..axis], .. ids.Shape, .. x.Shape[(axis + 1)..]];
        var from = new int[shape.Aggregate(1, static (a, b) => a * b)];
        for (int i = 0; i < from.Length; i++)
        {
            int[] at = Indices(i, shape);
            int pick = picks[Place(at[axis..(axis + ids.Rank)], ids.Shape)];
            from[i] = Place([.. at[..axis], pick, .. at[(axis + ids.Rank)..]], x.Shape);
        }

        return (shape, from);
    }

    private static FaultCode Gather(RefContext c)
    {
        RefTensor x = c.In(1);
        return Picked(x, c.In(2), (int)c.Immediate(0).U32) is not { } picked ? FaultCode.ElementOutOfRange
            : Each(c, x.Element, picked.Shape, (y, i) => x.At(picked.From[i]).CopyTo(y.At(i)));
    }

    private static FaultCode Scatter(RefContext c)
    {
        RefTensor x = c.In(1), u = c.In(3), y = new(x.Element, x.Shape, [.. x.Raw]);
        if (Picked(x, c.In(2), (int)c.Immediate(0).U32) is not { } picked)
        {
            return FaultCode.ElementOutOfRange;
        }

        c.Work = (ulong)u.Length;
        for (int i = 0; i < u.Length; i++)
        {
            int at = picked.From[i];
            if (c.Immediate(1).U32 == 0)
            {
                u.At(i).CopyTo(y.At(at));
            }
            else if (x.Element == DType.F32)
            {
                float a = y.F32[at], b = u.F32[i];
                y.F32[at] = Lanes.Canonical(c.Immediate(1).U32 switch { 1 => a + b, 2 => a * b, 3 => RefElements.Greatest(a, b), _ => RefElements.Least(a, b) });
            }
            else
            {
                long a = y.Integer(at), b = u.Integer(i);
                y.SetInteger(at, c.Immediate(1).U32 switch { 1 => unchecked(a + b), 2 => unchecked(a * b), 3 => Math.Max(a, b), _ => Math.Min(a, b) });
            }
        }

        return c.Write(y);
    }

    private static void Cast(RefTensor x, int i, RefTensor y)
    {
        bool whole = x.Element is DType.I8 or DType.I32 or DType.I64 or DType.Bool;
        long integer = !whole ? 0 : x.Element == DType.Bool ? (x.Raw[i] != 0 ? 1 : 0) : x.Integer(i);
        float real = x.Element switch
        {
            DType.F32 => Lanes.Canonical(x.F32[i]),
            DType.F16 => Ref.HalfPrecision.FromF16(BitConverter.ToUInt16(x.At(i))),
            DType.BF16 => Ref.HalfPrecision.FromBF16(BitConverter.ToUInt16(x.At(i))),
            _ => Ref.Exact.OfWhole(integer),
        };
        switch (y.Element)
        {
            case DType.F32:
                y.F32[i] = real;
                break;
            case DType.F16:
                BitConverter.TryWriteBytes(y.At(i), Ref.HalfPrecision.ToF16(real));
                break;
            case DType.BF16:
                BitConverter.TryWriteBytes(y.At(i), Ref.HalfPrecision.ToBF16(real));
                break;
            case DType.Bool:
                y.Raw[i] = x.Element == DType.Bool ? x.Raw[i] : whole ? (byte)(integer != 0 ? 1 : 0) : (byte)(real != 0 ? 1 : 0);
                break;
            default:
                y.SetInteger(i, whole ? integer : Ref.Exact.Clamped(real, 8 * DTypes.SizeOf(y.Element)));
                break;
        }
    }
}
