using PomIsa.Isa;
using PomIsa.Onnx.Lowering;

namespace PomIsa.Onnx.Operators;

/// <summary>Sums of products that an equation of letters describes.</summary>
internal static class EinsumOperators
{
    public static (string, Lower)[] All { get; } = [("Einsum", Einsum)];

    private static void Einsum(NodeContext n)
    {
        string equation = n.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        int arrow = equation.IndexOf("->", StringComparison.Ordinal);
        string[] terms = (arrow < 0 ? equation : equation[..arrow]).Split(',');
        if (terms.Length != n.Inputs)
        {
            throw new OnnxException($"the equation '{equation}' has {terms.Length} terms for {n.Inputs} inputs");
        }

        int ellipsis = terms.Select((t, i) => Dots(t) ? n.Input(i).Rank - (t.Length - 3) : 0).Max();
        string[] labels = [.. terms.Select((t, i) => Spell(t, n.Input(i).Rank - (t.Length - 3), ellipsis))];
        string result = arrow >= 0 ? Spell(equation[(arrow + 2)..], ellipsis, ellipsis) : Implicit(labels, ellipsis);
        Val first = n.Input(0);
        (Reg Reg, string Labels) sum = Diagonal(n.E, ArithmeticOperators.Computed(n.E, first), labels[0]);
        for (int i = 1; i < labels.Length; i++)
        {
            string later = string.Concat(labels[(i + 1)..]) + result;
            sum = Multiply(n.E, sum, Diagonal(n.E, ArithmeticOperators.Computed(n.E, n.Input(i)), labels[i]), later);
        }

        // What the result lacks is summed over; the rest is put in order.
        int[] gone = [.. Enumerable.Range(0, sum.Labels.Length).Where(i => !result.Contains(sum.Labels[i], StringComparison.Ordinal))];
        Reg y = gone.Length > 0 ? ReduceOperators.Over(n.E, "sum", sum.Reg, gone, keep: false) : sum.Reg;
        string left = string.Concat(sum.Labels.Where((_, i) => !gone.Contains(i)));
        y = n.E.Transpose(y, [.. result.Select(c => left.IndexOf(c, StringComparison.Ordinal))]);
        n.Output(0, n.E.As(y, first.Type));
    }

    private static bool Dots(string term) => term.Contains("...", StringComparison.Ordinal);

    /// <summary>Letters with the ellipsis spelled as digits, aligned at its last axis.</summary>
    private static string Spell(string term, int own, int most) => Dots(term)
        ? term.Replace("...", string.Concat(Enumerable.Range(most - own, own).Select(static i => (char)('0' + i))), StringComparison.Ordinal)
        : term;

    private static string Implicit(string[] labels, int ellipsis)
    {
        string all = string.Concat(labels);
        return string.Concat(Enumerable.Range(0, ellipsis).Select(static i => (char)('0' + i)))
            + string.Concat(all.Where(char.IsLetter).GroupBy(static c => c).Where(static g => g.Count() == 1).Select(static g => g.Key).Order());
    }

    /// <summary>A letter that stands twice in one term takes the diagonal.</summary>
    private static (Reg, string) Diagonal(Emitter e, Reg x, string labels)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            int other = labels.IndexOf(labels[i], i + 1);
            if (other < 0)
            {
                continue;
            }

            int[] shape = x.Shape;
            if (shape[i] != shape[other])
            {
                throw new OnnxException($"'{labels[i]}' stands for {shape[i]} and {shape[other]}");
            }

            // Both axes to the end, then every (d + 1)th element of them.
            int d = shape[i];
            int[] rest = [.. Enumerable.Range(0, shape.Length).Where(a => a != i && a != other)];
            Reg flat = e.Reshape(e.Transpose(x, [.. rest, i, other]), [.. rest.Select(a => shape[a]), d * d]);
            Reg diagonal = MoveOperators.SliceAxis(e, flat, flat.Rank - 1, 0, d + 1, d);
            return Diagonal(e, diagonal, string.Concat(rest.Select(a => labels[a])) + labels[i]);
        }

        return (x, labels);
    }

    /// <summary>The product of two terms: letters of both that nothing later needs are summed, as a matrix product.</summary>
    private static (Reg, string) Multiply(Emitter e, (Reg Reg, string Labels) a, (Reg Reg, string Labels) b, string later)
    {
        a = DropAlone(e, a, b.Labels + later);
        b = DropAlone(e, b, a.Labels + later);
        string shared = string.Concat(a.Labels.Where(c => b.Labels.Contains(c, StringComparison.Ordinal)));
        string batch = string.Concat(shared.Where(c => later.Contains(c, StringComparison.Ordinal)));
        string summed = string.Concat(shared.Where(c => !later.Contains(c, StringComparison.Ordinal)));
        string left = string.Concat(a.Labels.Where(c => !shared.Contains(c, StringComparison.Ordinal)));
        string right = string.Concat(b.Labels.Where(c => !shared.Contains(c, StringComparison.Ordinal)));
        int[] Sizes((Reg Reg, string Labels) x, string letters) => [.. letters.Select(c => x.Reg.Shape[x.Labels.IndexOf(c, StringComparison.Ordinal)])];
        int[] sizes = [.. batch.Select(c => Math.Max(Size(a, c), Size(b, c)))], inner = [.. summed.Select(c => Math.Max(Size(a, c), Size(b, c)))];
        int[] rows = Sizes(a, left), columns = Sizes(b, right);
        Reg x = Arrange(e, a, batch + left + summed, [.. sizes, .. rows, .. inner]);
        Reg y = Arrange(e, b, batch + summed + right, [.. sizes, .. inner, .. columns]);
        int many = MoveOperators.Product(sizes), m = MoveOperators.Product(rows), k = MoveOperators.Product(inner), w = MoveOperators.Product(columns);
        Reg product = summed.Length == 0
            ? e.Zip("vmul", e.Reshape(x, many, m, 1), e.Reshape(y, many, 1, w))
            : x.Element == DType.F32
                ? MatrixOperators.Product(e, e.Reshape(x, many, m, k), e.Reshape(y, many, k, w))
                : e.Emit("sum", [e.Zip("vmul", e.Reshape(x, many, m, 1, k), e.Transpose(e.Reshape(y, many, 1, k, w), 0, 1, 3, 2))]);
        return (e.Reshape(product, [.. sizes, .. rows, .. columns]), batch + left + right);
    }

    private static int Size((Reg Reg, string Labels) x, char letter) => x.Reg.Shape[x.Labels.IndexOf(letter, StringComparison.Ordinal)];

    /// <summary>Sums over letters that nobody else has.</summary>
    private static (Reg, string) DropAlone(Emitter e, (Reg Reg, string Labels) x, string others)
    {
        int[] alone = [.. Enumerable.Range(0, x.Labels.Length).Where(i => !others.Contains(x.Labels[i], StringComparison.Ordinal))];
        return alone.Length == 0 ? x
            : (ReduceOperators.Over(e, "sum", x.Reg, alone, keep: false), string.Concat(x.Labels.Where((_, i) => !alone.Contains(i))));
    }

    /// <summary>Axes in the order of letters, those of size 1 broadcast.</summary>
    private static Reg Arrange(Emitter e, (Reg Reg, string Labels) x, string order, int[] shape) =>
        e.Expand(e.Transpose(x.Reg, [.. order.Select(c => x.Labels.IndexOf(c, StringComparison.Ordinal))]), shape);
}
