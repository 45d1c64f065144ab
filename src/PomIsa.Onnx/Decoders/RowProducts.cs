using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;

namespace PomIsa.Onnx.Decoders;

/// <summary>Products of rows with known matrices.</summary>
internal static class RowProducts
{
    public static void MatMul(RowGraph g, GraphNode node)
    {
        Form a = g[node.Input(0)], b = g[node.Input(1)];
        if (a is SharesForm shares && b is Movable values)
        {
            RowAttention.Weighted(g, node, shares, values);
        }
        else if (b is FixedForm { Varies: false })
        {
            Known(g, node, 1);
        }
        else if (a is Movable queries && b is Movable keys)
        {
            g.Set(node.Output(0), RowAttention.Scored(g, node, queries, keys));
        }
        else
        {
            throw new OnnxException("its right side is neither a known matrix nor keys or values");
        }
    }

    public static void Fused(RowGraph g, GraphNode node)
    {
        bool plain = node.Int("transA", 0) == 0 && node.Int("transBatchA", 0) == 0 && node.Int("transBatchB", 0) == 0;
        if (!plain)
        {
            throw new OnnxException("its left side is turned");
        }

        if (g[node.Input(1)] is FixedForm { Varies: false })
        {
            Known(g, node, node.Int("transB", 0) != 0 ? 0 : 1);
            return;
        }

        Movable keys = g.Movable(node.Input(1));
        int rank = keys.Layout.Rank;
        int[] order = [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2];
        keys = node.Int("transB", 0) != 0 ? RowMoves.Turned(keys, order) : keys;
        if (g[node.Input(0)] is SharesForm shares)
        {
            RowAttention.Weighted(g, node, shares, keys);
            return;
        }

        ScoresForm scores = RowAttention.Scored(g, node, g.Movable(node.Input(0)), keys);
        g.Set(node.Output(0), RowAttention.Scaled(scores, node.Float("alpha", 1)) ?? scores);
    }

    public static void Gemm(RowGraph g, GraphNode node)
    {
        if (node.Int("transA", 0) != 0)
        {
            throw new OnnxException("its left side is turned");
        }

        Known(g, node, node.Int("transB", 0) != 0 ? 0 : 1);
    }

    public static void Linear(RowGraph g, GraphNode node) => Known(g, node, node.Int("transB", 0) != 0 ? 0 : 1);

    public static void Bits(RowGraph g, GraphNode node) => Put(g, node, (int)node.Int("N", 0));

    private static void Known(RowGraph g, GraphNode node, int columns)
    {
        long[]? dims = g[node.Input(1)] is FixedForm { Varies: false } w ? g.Ambients.Dimensions(w) : null;
        Put(g, node, dims is { Length: 2 } ? (int)dims[columns] : throw new OnnxException("its right side is no known matrix"));
    }

    /// <summary>The node over rows; each combination of leading columns is a row of its own.</summary>
    private static void Put(RowGraph g, GraphNode node, int width)
    {
        RowsForm x = g.Rows(node.Input(0), node);
        int last = x.Layout.Rank - 1, depth = x.Layout.ColumnsOf(last), many = x.Layout.Columns / depth;
        if (!x.Layout.IsColumns(last))
        {
            throw new OnnxException("it multiplies along rows");
        }

        var inputs = new GraphValue?[node.Inputs.Count];
        inputs[0] = g.Dense(x, node);
        for (int i = 1; i < inputs.Length; i++)
        {
            inputs[i] = node.Input(i) is null ? null
                : g[node.Input(i)] is FixedForm { Varies: false } known ? g.Constant(known) : throw new OnnxException($"its input {i} is not known");
        }

        Layout layout = x.Layout.Leading(last).With(Atom.Columns(width));
        inputs[0] = many == 1 ? inputs[0] : Folded(g, node, inputs[0]!, many, depth);
        GraphValue y = g.Carry(node, width, inputs, many == 1 ? default : [RowGraph.RowCount, Size.Of(many), Size.Of(width)]);
        y = many == 1 ? y : Unfolded(g, node, y, many * width);
        g.Set(node.Output(0), RowsForm.Whole(y, many * width, layout));
    }

    /// <summary>[T, many · width] as [T, many, width].</summary>
    public static GraphValue Folded(RowGraph g, GraphNode node, GraphValue x, int many, int width) =>
        g.Make(node, "", "Reshape", [RowGraph.RowCount, Size.Of(many), Size.Of(width)], [x, g.Wholes("shape", 0, many, width)]);

    /// <summary>[T, many, …] as [T, columns].</summary>
    public static GraphValue Unfolded(RowGraph g, GraphNode node, GraphValue x, int columns) => g.Make(node, "", "Reshape", columns, [x, g.Wholes("shape", 0, columns)]);
}
