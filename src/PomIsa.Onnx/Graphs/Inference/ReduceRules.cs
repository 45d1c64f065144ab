using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Reductions, and what is computed along one axis.</summary>
internal static class ReduceRules
{
    public static (string, Rule)[] All { get; } =
    [
        ("ReduceSum", Reduce(since: 13, static (a, b) => a + b, Size.Zero)),
        ("ReduceProd", Reduce(compute: static (a, b) => a * b, start: Size.One)),
        ("ReduceMax", Reduce(compute: Size.Max)),
        ("ReduceMin", Reduce(compute: Size.Min)),
        ("ReduceMean", Reduce()),
        ("ReduceL1", Reduce()),
        ("ReduceL2", Reduce()),
        ("ReduceSumSquare", Reduce()),
        ("ReduceLogSum", Reduce()),
        ("ReduceLogSumExp", Reduce()),
        ("ArgMax", Arg),
        ("ArgMin", Arg),
        ("CumSum", ElementRules.Same),
        ("CumProd", ElementRules.Same),
        ("TopK", TopK),
    ];

    private static Rule Reduce(int since = 18, Func<Size, Size, Size>? compute = null, Size? start = null) => n =>
    {
        ImmutableArray<Size> shape = n.Shape(0);
        bool keep = n.Node.Int("keepdims", 1) != 0;
        if (shape.IsDefault || !n.TryAxes(since, 1, out long[]? given))
        {
            n.Output(0, n.Type(0), keep ? n.Unknowns(0, shape.IsDefault ? -1 : shape.Length) : default);
            return;
        }

        bool nothing = given is null or { Length: 0 };
        if (nothing && n.Node.Int("noop_with_empty_axes", 0) != 0)
        {
            n.Output(0, n.Type(0), shape);
            return;
        }

        int[] axes = nothing ? [.. Enumerable.Range(0, shape.Length)] : [.. given!.Select(a => Facts.Axis(a, shape.Length))];
        ImmutableArray<Size> result = keep ? [.. shape.Select((d, i) => axes.Contains(i) ? Size.One : d)] : [.. shape.Where((_, i) => !axes.Contains(i))];
        ImmutableArray<Size> elements = n.Elements(0);
        bool every = Enumerable.Range(0, shape.Length).All(axes.Contains);
        if (every && elements.IsDefault && n.Node.Op is ("ReduceMax" or "ReduceMin") && n.Counted(0) is { } counted)
        {
            n.Output(0, n.Type(0), result, [n.Node.Op == "ReduceMax" ? counted.Most : counted.Least]);
            return;
        }

        bool all = compute is not null && !elements.IsDefault && every && (start is not null || elements.Length > 0);
        n.Output(0, n.Type(0), result, all ? [(start is null ? elements.Aggregate(compute!) : elements.Aggregate<Size, Size>(start, compute!))!] : default);
    };

    private static void Arg(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0);
        int axis = shape.IsDefault ? 0 : Facts.Axis(n.Node.Int("axis", 0), shape.Length);
        n.Output(0, OnnxType.Int64, shape.IsDefault ? default : n.Node.Int("keepdims", 1) != 0 ? shape.SetItem(axis, Size.One) : shape.RemoveAt(axis));
    }

    private static void TopK(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0);
        int axis = shape.IsDefault ? 0 : Facts.Axis(n.Node.Int("axis", -1), shape.Length);
        Size? count = n.Opset < 10 ? Size.Of(n.Node.Int("k", 1)) : n.Single(1) is { IsNeverNegative: true } given ? given : null;
        for (int i = 0; i < 2; i++)
        {
            n.Output(i, i == 0 ? n.Type(0) : OnnxType.Int64, shape.IsDefault ? default : shape.SetItem(axis, count is null ? n.Unknown(i, axis) : count));
        }
    }
}
