using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Decoders;

/// <summary>Tables that are looked up by token.</summary>
internal static class RowEmbeddings
{
    public static void Gather(RowGraph g, GraphNode node)
    {
        var tokens = (TokensForm)g[node.Input(1)];
        if (g[node.Input(0)] is not FixedForm { Varies: false } table || g.Ambients.Dimensions(table) is not { Length: 2 } dims || RowMoves.Axis(node.Int("axis", 0), 2) != 0)
        {
            throw new OnnxException("tokens are looked up in something else than a known table");
        }

        g.Words = (int)dims[0];
        g.Set(node.Output(0), Looked(g, node, tokens, table, (int)dims[1]));
    }

    /// <summary>The fused form: table, then tokens.</summary>
    public static void Embed(RowGraph g, GraphNode node)
    {
        int first = g.TryFind(node.Input(0)) is TokensForm ? 0 : 1;
        if (g[node.Input(first)] is not TokensForm tokens || g[node.Input(1 - first)] is not FixedForm { Varies: false } table || g.Ambients.Dimensions(table) is not { Length: 2 } dims)
        {
            throw new OnnxException("tokens are looked up in something else than a known table");
        }

        g.Words = (int)dims[0];
        GraphValue known = g.Constant(table);
        GraphValue y = g.Carry(node, (int)dims[1], first == 0 ? [g.Tokens, known] : [known, g.Tokens]);
        g.Set(node.Output(0), RowsForm.Whole(y, (int)dims[1], tokens.Layout.With(Atom.Columns((int)dims[1]))));
    }

    /// <summary>Rows of a quantized table.</summary>
    public static void Quantized(RowGraph g, GraphNode node)
    {
        if (g[node.Input(1)] is not TokensForm tokens || node.Int("gather_axis", 0) != 0 || g[node.Input(0)] is not FixedForm { Varies: false } table || g.Ambients.Dimensions(table) is not { Length: 2 } dims)
        {
            throw new OnnxException("tokens are looked up in something else than a known table");
        }

        int width = (int)dims[1] * (table.Value.Type == OnnxType.UInt8 ? 8 / (int)node.Int("bits", 4) : 1);
        var inputs = new GraphValue?[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = i == 1 ? g.Tokens : node.Input(i) is null ? null : g.Constant((FixedForm)g[node.Input(i)]);
        }

        g.Set(node.Output(0), RowsForm.Whole(g.Carry(node, width, inputs), width, tokens.Layout.With(Atom.Columns(width))));
    }

    /// <summary>Embeddings of tokens, positions and segments, added and normed.</summary>
    public static void Norm(RowGraph g, GraphNode node)
    {
        if (g[node.Input(0)] is not TokensForm tokens || g[node.Input(2)] is not FixedForm { Varies: false } words || g.Ambients.Dimensions(words) is not { Length: 2 } dims)
        {
            throw new OnnxException("tokens are looked up in something else than a known table");
        }

        int width = (int)dims[1];
        g.Words = (int)dims[0];
        RowsForm rows = Looked(g, node, tokens, words, width);
        GraphValue at = node.Input(8) ?? throw new OnnxException("it counts positions from 0, whatever came before");
        GraphValue sum = g.Make(node, "", "Add", width, [rows.Base, Fixed(g, node, node.Input(3)!, at)]);
        if (node.Input(1) is { } segments && node.Input(4) is { } kinds)
        {
            sum = g.Make(node, "", "Add", width, [sum, Fixed(g, node, kinds, segments)]);
        }

        GraphValue scale = g.Constant((FixedForm)g[node.Input(5)]), bias = g.Constant((FixedForm)g[node.Input(6)]);
        GraphValue y = g.Make(node, "", "LayerNormalization", width, [sum, scale, bias], n => n.Set("axis", -1).Set("epsilon", node.Float("epsilon", 1e-12f)));
        g.Set(node.Output(0), RowsForm.Whole(y, width, rows.Layout));
        g.Set(node.Output(2), RowsForm.Whole(sum, width, rows.Layout));
    }

    /// <summary>What a table holds at ids that follow from positions: looked up when the model is compiled.</summary>
    private static GraphValue Fixed(RowGraph g, GraphNode node, GraphValue table, GraphValue ids)
    {
        if (g[ids] is not FixedForm { Varies: true })
        {
            throw new OnnxException("it looks up other things than positions");
        }

        return g.Dense(g.Settled(g.Gathered(node, table, ids), node), node);
    }

    private static RowsForm Looked(RowGraph g, GraphNode node, TokensForm tokens, FixedForm table, int width)
    {
        GraphValue rows = g.Make(node, FusedOperators.Domain, "Embed", width, [g.Constant(table), g.Tokens]);
        return RowsForm.Whole(rows, width, tokens.Layout.With(Atom.Columns(width)));
    }
}
