using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Operators that take or put elements by index.</summary>
internal static class IndexRules
{
    public static (string, Rule)[] All { get; } =
    [
        ("Gather", Gather),
        ("GatherElements", static n => n.Output(0, n.Type(0), n.Shape(1))),
        ("GatherND", GatherNd),
        ("ScatterElements", ElementRules.Same),
        ("Scatter", ElementRules.Same),
        ("ScatterND", ElementRules.Same),
        ("TensorScatter", ElementRules.Same),
        ("Trilu", ElementRules.Same),
        ("EyeLike", static n => n.Output(0, (OnnxType)n.Node.Int("dtype", (long)n.Type(0)), n.Shape(0))),
        ("OneHot", OneHot),
        ("NonZero", NonZero),
        ("Compress", Compress),
    ];

    private static void Gather(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0), ids = n.Shape(1);
        if (shape.IsDefault || ids.IsDefault)
        {
            n.Output(0, n.Type(0));
            return;
        }

        int axis = Facts.Axis(n.Node.Int("axis", 0), shape.Length);
        ImmutableArray<Size> result = [.. shape.Take(axis), .. ids, .. shape.Skip(axis + 1)], elements = n.Elements(0);
        if (elements.IsDefault || n.Numbers(1) is not { } places)
        {
            n.Output(0, n.Type(0), result);
            return;
        }

        long dim = shape[axis].Number;
        int[] at = [.. places.Select(p => p >= -dim && p < dim ? (int)(p < 0 ? p + dim : p) : throw new OnnxException($"index {p} is not below {dim}"))];
        n.Output(0, n.Type(0), result, Tensors.Take(elements, shape, axis, at));
    }

    private static void GatherNd(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0), ids = n.Shape(1);
        int batch = (int)n.Node.Int("batch_dims", 0);
        n.Output(0, n.Type(0), shape.IsDefault || ids.IsDefault || ids.Length == 0 || !ids[^1].IsNumber ? default
            : [.. ids.Take(ids.Length - 1), .. shape.Skip(checked(batch + (int)ids[^1].Number))]);
    }

    private static void OneHot(Facts n)
    {
        ImmutableArray<Size> ids = n.Shape(0);
        int axis = ids.IsDefault ? 0 : Facts.Axis(n.Node.Int("axis", -1), ids.Length + 1);
        Size depth = n.Single(1) is { IsNeverNegative: true } known ? known : n.Unknown(0, axis);
        n.Output(0, n.Type(2), ids.IsDefault ? default : ids.Insert(axis, depth));
    }

    private static void NonZero(Facts n) =>
        n.Output(0, OnnxType.Int64, n.Rank(0) < 0 ? n.Unknowns(0, 2) : [Size.Of(n.Rank(0)), n.Unknown(0, 1)]);

    private static void Compress(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0);
        if (!n.HasAttribute("axis"))
        {
            n.Output(0, n.Type(0), n.Unknowns(0, 1));
            return;
        }

        int axis = shape.IsDefault ? 0 : Facts.Axis(n.Node.Int("axis", 0), shape.Length);
        n.Output(0, n.Type(0), shape.IsDefault ? default : shape.SetItem(axis, n.Unknown(0, axis)));
    }
}
