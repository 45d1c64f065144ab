using PomIsa.Onnx.Graphs;

namespace PomIsa.Onnx.Decoders;

/// <summary>Operators along the last axis: norms, sums, softmax.</summary>
internal static class RowNorms
{
    /// <summary>A norm whose further inputs are known vectors.</summary>
    public static void Norm(RowGraph g, GraphNode node)
    {
        RowsForm x = g.Rows(node.Input(0), node);
        if (RowMoves.Axis(node.Int("axis", -1), x.Layout.Rank) != x.Layout.Rank - 1)
        {
            throw new OnnxException("it goes over more than the last axis");
        }

        GraphValue?[] known = [.. Enumerable.Range(1, Math.Max(0, node.Inputs.Count - 1)).Select(i => Known(g, node, i))];
        Along(g, node, x, x.Layout.ColumnsOf(x.Layout.Rank - 1), kept: true, (value, shape, width, axis) => Carried(g, node, shape, width, [value, .. known], axis));
    }

    /// <summary>Norms that add a residual, and give the sum as a fourth output.</summary>
    public static void Skip(RowGraph g, GraphNode node)
    {
        RowsForm x = g.Rows(node.Input(0), node), skip = g.Rows(node.Input(1), node);
        bool layer = node.Op == "SkipLayerNormalization";
        GraphValue? bias = Known(g, node, layer ? 4 : 3);
        int width = x.Layout.Columns;
        if (x.Layout.ColumnsOf(x.Layout.Rank - 1) != width || skip.Layout.Columns != width || x.Layout.Has(AtomKind.Rows) != skip.Layout.Has(AtomKind.Rows))
        {
            throw new OnnxException("its residual has another shape");
        }

        GraphValue sum = g.Make(node, "", "Add", width, [g.Dense(x, node), g.Dense(skip, node)]);
        sum = bias is null ? sum : g.Make(node, "", "Add", width, [sum, bias]);
        GraphValue y = layer
            ? g.Make(node, "", "LayerNormalization", width, [sum, Known(g, node, 2), Known(g, node, 3)], n => n.Set("axis", -1).Set("epsilon", node.Float("epsilon", 1e-12f)))
            : g.Make(node, "com.microsoft", "SimplifiedLayerNormalization", width, [sum, Known(g, node, 2)], n => n.Set("axis", -1).Set("epsilon", node.Float("epsilon", 1e-5f)));
        g.Set(node.Output(0), RowsForm.Whole(y, width, x.Layout));
        g.Set(node.Output(3), RowsForm.Whole(sum, width, x.Layout));
    }

    public static void Softmax(RowGraph g, GraphNode node)
    {
        if (g[node.Input(0)] is ScoresForm scores)
        {
            long axis = node.Int("axis", node.Opset < 13 ? 1 : -1);
            if (RowMoves.Axis(axis, scores.Layout.Rank) != scores.Layout.Rank - 1 || !scores.Layout.Is(scores.Layout.Rank - 1, AtomKind.Positions))
            {
                throw new OnnxException("it does not go over positions");
            }

            g.Set(node.Output(0), new SharesForm(scores.Scores, scores.Layout, scores.Heads));
            return;
        }

        RowsForm x = g.Rows(node.Input(0), node);
        if (RowMoves.Axis(node.Int("axis", node.Opset < 13 ? 1 : -1), x.Layout.Rank) != x.Layout.Rank - 1)
        {
            throw new OnnxException("it goes over more than the last axis");
        }

        Along(g, node, x, x.Layout.ColumnsOf(x.Layout.Rank - 1), kept: true, (value, shape, width, axis) => Carried(g, node, shape, width, [value], axis));
    }

    public static void Reduce(RowGraph g, GraphNode node)
    {
        RowsForm x = g.Rows(node.Input(0), node);
        long[]? axes = node.Ints("axes") ?? (node.Input(1) is null ? null : RowMoves.Wholes(g, node, 1));
        if (axes is not [var only] || RowMoves.Axis(only, x.Layout.Rank) != x.Layout.Rank - 1)
        {
            throw new OnnxException("it goes over more than the last axis");
        }

        bool kept = node.Int("keepdims", 1) != 0;
        Along(g, node, x, 1, kept, (value, shape, width, axis) => g.Make(node, "", node.Op, shape, [value, g.Wholes("axes", axis)], static n => n.Set("keepdims", 1)));
    }

    private static GraphValue? Known(RowGraph g, GraphNode node, int input) => node.Input(input) is null ? null
        : g[node.Input(input)] is FixedForm { Varies: false } known ? g.Constant(known) : throw new OnnxException($"its input {input} is not known");

    private static GraphValue Carried(RowGraph g, GraphNode node, System.Collections.Immutable.ImmutableArray<Size> shape, int width, GraphValue?[] inputs, int axis)
    {
        GraphValue y = g.Carry(node, width, inputs, shape);
        y.Producer!.Set("axis", axis);
        return y;
    }

    private delegate GraphValue Step(GraphValue x, System.Collections.Immutable.ImmutableArray<Size> shape, int width, int axis);

    /// <summary>A step over the last axis, for each combination of the columns before it.</summary>
    private static void Along(RowGraph g, GraphNode node, RowsForm x, int result, bool kept, Step step)
    {
        int last = x.Layout.Rank - 1, width = x.Layout.ColumnsOf(last), many = x.Layout.Columns / width;
        if (!x.Layout.IsColumns(last))
        {
            throw new OnnxException("it goes over rows");
        }

        // Heads that lie in another order than they are laid out are left where they are.
        int[] blocks = [.. Enumerable.Range(0, many).Select(m => x.Columns[m * width] / width)];
        bool inPlace = x.Width == x.Columns.Length && x.Factor == 1 && blocks.Distinct().Count() == many && x.Columns.Select((c, i) => c == (blocks[i / width] * width) + (i % width)).All(static same => same);
        GraphValue value = inPlace ? x.Base : g.Dense(x, node);
        value = many == 1 ? value : RowProducts.Folded(g, node, value, many, width);
        GraphValue y = step(value, many == 1 ? [RowGraph.RowCount, Size.Of(result)] : [RowGraph.RowCount, Size.Of(many), Size.Of(result)], result, many == 1 ? 1 : 2);
        y = many == 1 ? y : RowProducts.Unfolded(g, node, y, many * result);
        int[] columns = [.. Enumerable.Range(0, many * result).Select(i => inPlace ? (blocks[i / result] * result) + (i % result) : i)];
        Layout layout = x.Layout.Leading(last);
        g.Set(node.Output(0), new RowsForm(y, many * result, kept ? layout.With(Atom.Columns(result)) : layout, columns));
    }
}
