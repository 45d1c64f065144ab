using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Operators that move elements about.</summary>
internal static class MoveRules
{
    public static (string, Rule)[] All { get; } =
    [
        ("Transpose", Transpose),
        ("Concat", Concat),
        ("Slice", Slice),
        ("Split", Split),
        ("Tile", Tile),
        ("Pad", Pad),
        ("DepthToSpace", static n => Blocks(n, toSpace: true)),
        ("SpaceToDepth", static n => Blocks(n, toSpace: false)),
        ("ReverseSequence", ElementRules.Same),
    ];

    private static void Transpose(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0), elements = n.Elements(0);
        if (shape.IsDefault)
        {
            n.Output(0, n.Type(0), n.Node.Ints("perm") is { } order ? n.Unknowns(0, order.Length) : default);
            return;
        }

        int[] perm = n.Node.Ints("perm") is { } given ? [.. given.Select(p => Facts.Axis(p, shape.Length))] : [.. Enumerable.Range(0, shape.Length).Reverse()];
        n.Output(0, n.Type(0), [.. perm.Select(p => shape[p])], elements.IsDefault ? default : Tensors.Transpose(elements, shape, perm));
    }

    private static void Concat(Facts n)
    {
        ImmutableArray<Size>[] shapes = [.. Enumerable.Range(0, n.Node.Inputs.Count).Select(n.Shape)];
        ImmutableArray<Size> known = shapes.FirstOrDefault(static s => !s.IsDefault);
        if (known.IsDefault)
        {
            n.Output(0, n.Type(0));
            return;
        }

        int axis = Facts.Axis(n.Node.Int("axis", 1), known.Length);
        Size[] result = [.. known];
        bool all = shapes.All(static s => !s.IsDefault);
        result[axis] = all ? shapes.Select(s => s[axis]).Aggregate(static (a, b) => a + b) : n.Unknown(0, axis);
        foreach (ImmutableArray<Size> shape in shapes.Where(static s => !s.IsDefault))
        {
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = i == axis ? result[i] : Facts.Same(result[i], shape[i]);
            }
        }

        ImmutableArray<Size>[] parts = [.. Enumerable.Range(0, shapes.Length).Select(n.Elements)];
        bool few = result.Length == 1 && result[0].IsNumber && result[0].Number <= Facts.MostElements && parts.All(static p => !p.IsDefault);
        n.Output(0, n.Type(0), [.. result], few ? [.. parts.SelectMany(static p => p)] : default);
    }

    private static void Slice(Facts n)
    {
        bool attributes = n.Opset < 10;
        ImmutableArray<Size> shape = n.Shape(0), elements = n.Elements(0);
        ImmutableArray<Size> starts = attributes ? [.. (n.Node.Ints("starts") ?? []).Select(Size.Of)] : n.Elements(1);
        ImmutableArray<Size> ends = attributes ? [.. (n.Node.Ints("ends") ?? []).Select(Size.Of)] : n.Elements(2);
        long[]? axes = attributes ? n.Node.Ints("axes") : n.Numbers(3), steps = attributes ? null : n.Numbers(4);
        bool axesKnown = attributes || !n.Has(3) || axes is not null, stepsKnown = attributes || !n.Has(4) || steps is not null;
        if (shape.IsDefault || !axesKnown)
        {
            n.Output(0, n.Type(0), n.Unknowns(0, n.Rank(0)));
            return;
        }

        Size[] result = [.. shape];
        int count = axes?.Length ?? (starts.IsDefault ? shape.Length : starts.Length);
        for (int i = 0; i < count; i++)
        {
            int axis = axes is null ? i : Facts.Axis(axes[i], shape.Length);
            Size dim = result[axis];
            Size? length = starts.IsDefault || ends.IsDefault || !stepsKnown ? null : Length(dim, starts[i], ends[i], steps?[i] ?? 1);
            if (!elements.IsDefault)
            {
                elements = length is { IsNumber: true } && starts[i].IsNumber
                    ? Tensors.Take(elements, [.. result], axis, Places((int)dim.Number, starts[i].Number, steps?[i] ?? 1, (int)length.Number)) : default;
            }

            result[axis] = length ?? n.Unknown(0, axis);
        }

        n.Output(0, n.Type(0), [.. result], elements);
    }

    private static int[] Places(int dim, long start, long step, int count)
    {
        long first = Math.Clamp(start < 0 ? start + dim : start, 0, Math.Max(dim - 1, 0));
        return [.. Enumerable.Range(0, count).Select(i => (int)(first + (i * step)))];
    }

    /// <summary>How many elements a slice takes of an axis.</summary>
    private static Size? Length(Size dim, Size start, Size end, long step)
    {
        if (step > 0)
        {
            if (Within(dim, start) is not { } from || Within(dim, end) is not { } to)
            {
                return null;
            }

            // What ends before the last element begins before it, too.
            bool butLast = to.Equals(dim - Size.One) && from.Equals(Size.Zero);
            Size span = butLast && !dim.IsNumber ? to : Size.Max(to - from, Size.Zero);
            return step == 1 ? span : (span + Size.Of(step - 1)).FloorDividedBy(Size.Of(step));
        }

        if (!dim.IsNumber || !start.IsNumber || !end.IsNumber || step == 0)
        {
            // The whole axis, backwards.
            return step == -1 && start.Equals(Size.Of(-1)) && end.IsNumber && end.Number <= -int.MaxValue ? dim : null;
        }

        long last = dim.Number - 1, first = Clamped(start.Number, last, dim.Number), stop = Clamped(end.Number, last, dim.Number);
        return Size.Of(Math.Max((first - stop - step - 1) / -step, 0));
    }

    private static long Clamped(long index, long most, long dim) => Math.Clamp(index < 0 && index >= long.MinValue + dim ? index + dim : index, -1, Math.Max(-1, most));

    /// <summary>A start or end of a slice as a place from 0 to the dimension.</summary>
    private static Size? Within(Size dim, Size index)
    {
        if (index.IsNeverNegative)
        {
            return Size.Min(index, dim);
        }

        if (index.Range.Most >= 0)
        {
            return null;
        }

        // Where -1 counts from the end of an open axis, that axis has an element (spec/onnx.md, «Simplification»).
        return index.Equals(Size.Of(-1)) && !dim.IsNumber ? dim - Size.One
            : index.IsNumber && index.Number <= -int.MaxValue ? Size.Zero
            : Size.Max(dim + index, Size.Zero);
    }

    private static void Split(Facts n)
    {
        int parts = n.Node.Outputs.Count;
        ImmutableArray<Size> shape = n.Shape(0), elements = n.Elements(0);
        if (shape.IsDefault)
        {
            for (int i = 0; i < parts; i++)
            {
                n.Output(i, n.Type(0));
            }

            return;
        }

        int axis = Facts.Axis(n.Node.Int("axis", 0), shape.Length);
        bool given = n.Opset < 13 ? n.HasAttribute("split") : n.Has(1);
        ImmutableArray<Size> sizes = !given ? Even(shape[axis], (int)n.Node.Int("num_outputs", parts))
            : n.Opset < 13 ? [.. n.Node.Ints("split")!.Select(Size.Of)] : n.Elements(1);
        elements = sizes.IsDefault || !sizes.All(static s => s.IsNumber) ? default : elements;
        int at = 0;
        for (int i = 0; i < parts; i++)
        {
            Size size = sizes.IsDefault ? n.Unknown(i, axis) : sizes[i];
            n.Output(i, n.Type(0), shape.SetItem(axis, size), !elements.IsDefault ? Tensors.Take(elements, shape, axis, [.. Enumerable.Range(at, (int)size.Number)]) : default);
            at += size.IsNumber ? (int)size.Number : 0;
        }
    }

    private static ImmutableArray<Size> Even(Size dim, int parts)
    {
        if (parts is < 1 or > 1 << 16)
        {
            return default;
        }

        if (dim.IsNumber)
        {
            long each = (dim.Number + parts - 1) / parts;
            return [.. Enumerable.Range(0, parts).Select(i => Size.Of(Math.Clamp(dim.Number - (i * each), 0, each)))];
        }

        return dim.DividedEvenly(Size.Of(parts)) is { } even ? [.. Enumerable.Repeat(even, parts)] : default;
    }

    private static void Tile(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0), repeats = n.Opset < 6 ? default : n.Elements(1);
        n.Output(0, n.Type(0), shape.IsDefault ? default
            : repeats.IsDefault || repeats.Length != shape.Length || !repeats.All(static r => r.IsNeverNegative) ? n.Unknowns(0, shape.Length)
            : [.. shape.Select((d, i) => d * repeats[i])]);
    }

    private static void Pad(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0);
        ImmutableArray<Size> pads = n.Opset < 11 ? [.. (n.Node.Ints("pads") ?? n.Node.Ints("paddings") ?? []).Select(Size.Of)] : n.Elements(1);
        long[]? axes = n.Opset >= 18 ? n.Numbers(3) : null;
        if (shape.IsDefault || pads.IsDefault || (n.Opset >= 18 && n.Has(3) && axes is null))
        {
            n.Output(0, n.Type(0), n.Unknowns(0, n.Rank(0)));
            return;
        }

        axes ??= [.. Enumerable.Range(0, shape.Length)];
        if (pads.Length != 2 * axes.Length)
        {
            return;
        }

        Size[] result = [.. shape];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = Facts.Axis(axes[i], shape.Length);
            Size padded = result[axis] + pads[i] + pads[axes.Length + i];
            result[axis] = padded.IsNeverNegative ? padded : n.Unknown(0, axis);
        }

        n.Output(0, n.Type(0), [.. result]);
    }

    private static void Blocks(Facts n, bool toSpace)
    {
        ImmutableArray<Size> shape = n.Shape(0);
        Size block = Size.Of(n.Node.Int("blocksize", 1));
        n.Output(0, n.Type(0), shape is not { IsDefault: false, Length: 4 } ? default
            : toSpace ? [shape[0], shape[1].FloorDividedBy(block * block), shape[2] * block, shape[3] * block]
            : [shape[0], shape[1] * block * block, shape[2].FloorDividedBy(block), shape[3].FloorDividedBy(block)]);
    }
}
