using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Matrix products.</summary>
internal static class MatrixRules
{
    public static (string, Rule)[] All { get; } =
    [
        ("MatMul", static n => n.Output(0, n.Type(0), Product(n, n.Shape(0), n.Shape(1)))),
        ("Gemm", Gemm),
        ("Einsum", Einsum),
        ("Det", static n => n.Output(0, n.Type(0), n.Rank(0) < 2 ? default : [.. n.Shape(0).Take(n.Rank(0) - 2)])),
        ("com.microsoft.FusedMatMul", Fused),
        ("MatMulInteger", static n => n.Output(0, OnnxType.Int32, Product(n, n.Shape(0), n.Shape(1)))),
        ("QLinearMatMul", static n => n.Output(0, n.Type(7), Product(n, n.Shape(0), n.Shape(3)))),
        ("com.microsoft.MatMulIntegerToFloat", static n => n.Output(0, OnnxType.Float, Product(n, n.Shape(0), n.Shape(1)))),
        ("com.microsoft.DynamicQuantizeMatMul", static n => n.Output(0, OnnxType.Float, Product(n, n.Shape(0), n.Shape(1)))),
        ("com.microsoft.MatMulNBits", static n => n.Output(0, n.Type(0), n.Rank(0) < 1 ? default : n.Shape(0).SetItem(n.Rank(0) - 1, Size.Of(n.Node.Int("N", 0))))),
    ];

    /// <summary>numpy's matmul: leading dimensions broadcast, vectors count as rows or columns.</summary>
    public static ImmutableArray<Size> Product(Facts n, ImmutableArray<Size> a, ImmutableArray<Size> b)
    {
        if (a.IsDefaultOrEmpty || b.IsDefaultOrEmpty)
        {
            return default;
        }

        ImmutableArray<Size> left = a.Length == 1 ? [Size.One, a[0]] : a, right = b.Length == 1 ? [b[0], Size.One] : b;
        Facts.Same(left[^1], right[^2]);
        ImmutableArray<Size> batch = n.Broadcast(0, [.. left.Take(left.Length - 2)], [.. right.Take(right.Length - 2)]);
        return [.. batch, .. a.Length == 1 ? [] : new[] { left[^2] }, .. b.Length == 1 ? [] : new[] { right[^1] }];
    }

    private static ImmutableArray<Size> Flipped(ImmutableArray<Size> shape, bool flip) =>
        flip && !shape.IsDefault && shape.Length >= 2 ? [.. shape.Take(shape.Length - 2), shape[^1], shape[^2]] : shape;

    private static void Gemm(Facts n)
    {
        ImmutableArray<Size> a = Flipped(n.Shape(0), n.Node.Int("transA", 0) != 0), b = Flipped(n.Shape(1), n.Node.Int("transB", 0) != 0);
        n.Output(0, n.Type(0), a.IsDefault || b.IsDefault ? default : Product(n, a, b));
    }

    private static void Fused(Facts n)
    {
        if (n.Node.Int("transBatchA", 0) == 0 && n.Node.Int("transBatchB", 0) == 0)
        {
            Gemm(n);
        }
    }

    /// <summary>Each letter of the result has the size that it has in a term; the ellipsis is spelled as digits.</summary>
    private static void Einsum(Facts n)
    {
        string equation = n.Node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        int arrow = equation.IndexOf("->", StringComparison.Ordinal);
        string[] terms = (arrow < 0 ? equation : equation[..arrow]).Split(',');
        n.Output(0, n.Type(0));
        if (arrow < 0 || terms.Length != n.Node.Inputs.Count || equation.Contains('.', StringComparison.Ordinal) || Enumerable.Range(0, terms.Length).Any(i => n.Rank(i) != terms[i].Length))
        {
            return;
        }

        var sizes = new Dictionary<char, Size>();
        foreach ((string term, ImmutableArray<Size> shape) in terms.Select((t, i) => (t, n.Shape(i))))
        {
            for (int i = 0; i < term.Length; i++)
            {
                sizes[term[i]] = !sizes.TryGetValue(term[i], out Size? other) ? shape[i] : Facts.Joined(other, shape[i]) ?? n.Unknown(0, term[i]);
            }
        }

        n.Output(0, n.Type(0), [.. equation[(arrow + 2)..].Select(c => sizes[c])]);
    }
}
