using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Operators;

/// <summary>Attention whose scores and weights are changed by graphs that the node holds (preview domain).</summary>
internal static class FlexAttentionOperators
{
    public static (string, Lower)[] All { get; } = [("ai.onnx.preview.FlexAttention", FlexAttention)];

    private static void FlexAttention(NodeContext n)
    {
        Emitter e = n.E;
        Val query = n.Input(0);
        Reg q = e.F32(query), k = e.F32(n.Input(1)), v = e.F32(n.Input(2));
        if (q.Rank != 4 || k.Rank != 4 || v.Rank != 4)
        {
            throw new OnnxException("queries, keys and values must have 4 dimensions");
        }

        int heads = q.Shape[1];
        float scale = n.Has("scale") ? n.Float("scale", 1) : 1 / MathF.Sqrt(q.Shape[3]);
        Val scores = e.As(AttentionParts.Scores(e, q, AttentionParts.Repeat(e, k, heads), scale), query.Type);
        scores = Changed(n, "score_mod", scores);
        Val weights = Changed(n, "prob_mod", e.As(e.Emit("softmax", [e.F32(scores)]), query.Type));
        n.Output(0, e.As(e.Emit("matmul.batch", [e.F32(weights), AttentionParts.Repeat(e, v, heads)]), query.Type));
    }

    /// <summary>What a graph of one input and one output makes of a tensor; the tensor itself where there is none.</summary>
    private static Val Changed(NodeContext n, string attribute, Val x)
    {
        if (!n.Has(attribute))
        {
            return x;
        }

        GraphProto graph = n.Subgraph(attribute);
        Val[] results = graph.Input.Count == 1 && graph.Output.Count == 1 ? n.Graph.Subgraph(graph, n.Scope, [x])
            : throw new OnnxException($"{attribute} has not one input and one output");
        return results[0].Shape.AsSpan().SequenceEqual(x.Shape) ? results[0] : throw new OnnxException($"{attribute} changes the shape");
    }
}
