using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Operators that tell shapes, make tensors of given shapes, or give other shapes to the same elements.</summary>
internal static class ShapeRules
{
    public static (string, Rule)[] All { get; } =
    [
        ("Constant", Constant),
        ("Shape", Shape),
        ("Size", static n => n.Output(0, OnnxType.Int64, [], n.Knows(0) ? [Facts.Product(n.Shape(0))] : default)),
        ("ConstantOfShape", ConstantOfShape),
        ("Range", Range),
        ("Reshape", Reshape),
        ("Flatten", Flatten),
        ("Squeeze", Squeeze),
        ("Unsqueeze", Unsqueeze),
        ("Expand", Expand),
    ];

    private static void Constant(Facts n)
    {
        if (n.Node.Attributes.TryGetValue("value", out Schema.AttributeProto? value) && value.T is { } tensor)
        {
            n.Output(0, (OnnxType)tensor.DataType, [.. tensor.Dims.Select(Size.Of)]);
        }
    }

    private static void Shape(Facts n)
    {
        if (!n.Knows(0))
        {
            n.Output(0, OnnxType.Int64, n.HasAttribute("start") || n.HasAttribute("end") ? default : n.Unknowns(0, 1));
            return;
        }

        ImmutableArray<Size> shape = n.Shape(0);
        int start = Clamp(n.Node.Int("start", 0), shape.Length), end = Clamp(n.Node.Int("end", shape.Length), shape.Length);
        ImmutableArray<Size> dims = [.. shape.AsSpan()[start..Math.Max(start, end)]];
        n.Output(0, OnnxType.Int64, [Size.Of(dims.Length)], dims);
    }

    private static int Clamp(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);

    /// <summary>Dimensions that an input's elements say, or as many unknown ones; default where not even their number is known.</summary>
    private static ImmutableArray<Size> Dimensions(Facts n, int input)
    {
        ImmutableArray<Size> elements = n.Elements(input);
        return !elements.IsDefault && elements.All(static e => e.IsNeverNegative) ? elements
            : n.Rank(input) == 1 && n.Shape(input)[0].IsNumber ? n.Unknowns(0, (int)Math.Min(n.Shape(input)[0].Number, int.MaxValue))
            : default;
    }

    private static void ConstantOfShape(Facts n)
    {
        Schema.TensorProto? value = n.Node.Attributes.TryGetValue("value", out Schema.AttributeProto? given) ? given.T : null;
        ImmutableArray<Size> shape = Dimensions(n, 0);
        OnnxType type = value is null ? OnnxType.Float : (OnnxType)value.DataType;
        int count = Facts.Count(shape);
        n.Output(0, type, shape, count >= 0 && value is not null && Whole(value) is { } all ? [.. Enumerable.Repeat(Size.Of(all), count)] : default);
    }

    /// <summary>The element of a message that holds one 64-bit integer or boolean.</summary>
    private static long? Whole(Schema.TensorProto tensor) => (OnnxType)tensor.DataType switch
    {
        OnnxType.Int64 when tensor.RawData.Length == sizeof(long) => System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(tensor.RawData.Span),
        OnnxType.Int64 when tensor.Int64Data.Count == 1 => tensor.Int64Data[0],
        OnnxType.Bool when tensor.RawData.Length == 1 => tensor.RawData[0] != 0 ? 1 : 0,
        OnnxType.Bool when tensor.Int32Data.Count == 1 => tensor.Int32Data[0] != 0 ? 1 : 0,
        _ => null,
    };

    private static void Range(Facts n)
    {
        OnnxType type = n.Type(0);
        if (n.Single(0) is not { } start || n.Single(1) is not { } limit || n.Single(2) is not { IsNumber: true } delta || delta.Number == 0)
        {
            n.Output(0, type, n.Unknowns(0, 1));
            return;
        }

        Size span = delta.Number > 0 ? limit - start : start - limit, step = Size.Of(Math.Abs(delta.Number));
        Size count = Size.Max((span + step - Size.One).FloorDividedBy(step), Size.Zero);
        bool few = count.IsNumber && count.Number <= Facts.MostElements;
        n.Output(0, type, [count], few ? [.. Enumerable.Range(0, (int)count.Number).Select(i => start + (delta * Size.Of(i)))] : default);
    }

    private static void Reshape(Facts n)
    {
        ImmutableArray<Size> from = n.Shape(0);
        ImmutableArray<Size> wanted = n.Opset < 5 ? [.. (n.Node.Ints("shape") ?? []).Select(Size.Of)] : n.Elements(1);
        if (wanted.IsDefault)
        {
            n.Output(0, n.Type(0), Dimensions(n, 1));
            return;
        }

        bool zeroIsZero = n.Node.Int("allowzero", 0) != 0;
        var shape = new Size[wanted.Length];
        int open = -1;
        for (int i = 0; i < shape.Length; i++)
        {
            Size dim = wanted[i];
            open = dim.Equals(Size.Of(-1)) ? i : open;
            shape[i] = dim.Equals(Size.Zero) && !zeroIsZero ? from.IsDefault || i >= from.Length ? n.Unknown(0, i) : from[i]
                : dim.IsNeverNegative ? dim : n.Unknown(0, i);
        }

        if (open >= 0 && !from.IsDefault)
        {
            Size known = Facts.Product(shape.Where((_, i) => i != open)), all = Facts.Product(from);
            shape[open] = known.Equals(Size.Zero) ? Size.Zero
                : all.DividedEvenly(known) ?? (all.HasUnknown || known.HasUnknown ? n.Unknown(0, open) : all.FloorDividedBy(known));
        }

        ImmutableArray<Size> elements = n.Elements(0);
        n.Output(0, n.Type(0), [.. shape], elements);
    }

    private static void Flatten(Facts n)
    {
        if (!n.Knows(0))
        {
            n.Output(0, n.Type(0), n.Unknowns(0, 2));
            return;
        }

        ImmutableArray<Size> shape = n.Shape(0);
        long given = n.Node.Int("axis", 1);
        int axis = given == shape.Length ? shape.Length : Facts.Axis(given, shape.Length);
        n.Output(0, n.Type(0), [Facts.Product(shape.Take(axis)), Facts.Product(shape.Skip(axis))], n.Elements(0));
    }

    private static void Squeeze(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0);
        if (!n.TryAxes(13, 1, out long[]? given) || shape.IsDefault || (given is null && !shape.All(static d => d.IsNumber)))
        {
            n.Output(0, n.Type(0));
            return;
        }

        int[] axes = given is null ? [.. Enumerable.Range(0, shape.Length).Where(i => shape[i].Equals(Size.One))] : [.. given.Select(a => Facts.Axis(a, shape.Length))];
        n.Output(0, n.Type(0), [.. shape.Where((_, i) => !axes.Contains(i))], n.Elements(0));
    }

    private static void Unsqueeze(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0);
        if (!n.TryAxes(13, 1, out long[]? given) || shape.IsDefault || given is null)
        {
            n.Output(0, n.Type(0));
            return;
        }

        int rank = shape.Length + given.Length, from = 0;
        int[] axes = [.. given.Select(a => Facts.Axis(a, rank))];
        n.Output(0, n.Type(0), [.. Enumerable.Range(0, rank).Select(i => axes.Contains(i) ? Size.One : shape[from++])], n.Elements(0));
    }

    private static void Expand(Facts n)
    {
        ImmutableArray<Size> shape = n.Broadcast(0, n.Shape(0), Dimensions(n, 1)), elements = n.Elements(0);
        n.Output(0, n.Type(0), shape, !elements.IsDefault && Facts.Count(shape) >= 0 ? Tensors.Expand(elements, n.Shape(0), shape) : default);
    }
}
