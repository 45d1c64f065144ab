using System.Collections.Frozen;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;

namespace PomIsa.Onnx.Decoders;

/// <summary>Says what a node's outputs are to a decoder that works row by row.</summary>
internal delegate void RowRule(RowGraph graph, GraphNode node);

/// <summary>Goes over an exported decoder and writes it again, row by row.</summary>
internal static class RowRewrite
{
    private static readonly FrozenDictionary<(string Domain, string Op), RowRule> Rules = new Dictionary<(string, string), RowRule>
    {
        [("", "Identity")] = RowMoves.Same,
        [("", "Dropout")] = RowMoves.Same,
        [("", "Cast")] = RowMoves.Cast,
        [("", "Reshape")] = RowMoves.Reshape,
        [("", "Flatten")] = RowMoves.Flatten,
        [("", "Squeeze")] = RowMoves.Squeeze,
        [("", "Unsqueeze")] = RowMoves.Unsqueeze,
        [("", "Transpose")] = RowMoves.Transpose,
        [("", "Expand")] = RowMoves.Expand,
        [("", "Tile")] = RowMoves.Tile,
        [("", "Slice")] = RowMoves.Slice,
        [("", "Split")] = RowMoves.Split,
        [("", "Gather")] = RowMoves.Gather,
        [("", "Shape")] = RowMoves.Shape,
        [("", "Concat")] = RowConcat.Concat,
        [("", "Add")] = RowArithmetic.Add,
        [("", "Sub")] = RowArithmetic.Sub,
        [("", "Mul")] = RowArithmetic.Mul,
        [("", "Div")] = RowArithmetic.Div,
        [("", "Neg")] = RowArithmetic.Neg,
        [("", "Max")] = RowArithmetic.Max,
        [("", "Where")] = RowArithmetic.Where,
        [("", "IsNaN")] = RowArithmetic.IsNaN,
        [("", "Tanh")] = RowArithmetic.Tanh,
        [("", "MatMul")] = RowProducts.MatMul,
        [("", "Gemm")] = RowProducts.Gemm,
        [("com.microsoft", "FusedMatMul")] = RowProducts.Fused,
        [("com.microsoft", "MatMulNBits")] = RowProducts.Bits,
        [(FusedOperators.Domain, "Linear")] = RowProducts.Linear,
        [(FusedOperators.Domain, "Embed")] = RowEmbeddings.Embed,
        [("com.microsoft", "GatherBlockQuantized")] = RowEmbeddings.Quantized,
        [("com.microsoft", "EmbedLayerNormalization")] = RowEmbeddings.Norm,
        [("", "Softmax")] = RowNorms.Softmax,
        [("", "LayerNormalization")] = RowNorms.Norm,
        [("com.microsoft", "LayerNormalization")] = RowNorms.Norm,
        [("", "RMSNormalization")] = RowNorms.Norm,
        [("", "SimplifiedLayerNormalization")] = RowNorms.Norm,
        [("com.microsoft", "SimplifiedLayerNormalization")] = RowNorms.Norm,
        [(FusedOperators.Domain, "RmsNorm")] = RowNorms.Norm,
        [(FusedOperators.Domain, "LayerNorm")] = RowNorms.Norm,
        [("com.microsoft", "SkipLayerNormalization")] = RowNorms.Skip,
        [("com.microsoft", "SkipSimplifiedLayerNormalization")] = RowNorms.Skip,
        [("", "ReduceMean")] = RowNorms.Reduce,
        [("", "ReduceSum")] = RowNorms.Reduce,
        [("", "ReduceMax")] = RowNorms.Reduce,
        [("", "ReduceMin")] = RowNorms.Reduce,
        [("", "Attention")] = RowFused.Attention,
        [("com.microsoft", "Attention")] = RowFused.Attention,
        [("com.microsoft", "MultiHeadAttention")] = RowFused.MultiHead,
        [("com.microsoft", "GroupQueryAttention")] = RowFused.Grouped,
        [("", "RotaryEmbedding")] = RowFused.Rotary,
        [("com.microsoft", "RotaryEmbedding")] = RowFused.Rotary,
    }.ToFrozenDictionary();

    /// <summary>Operators that work element by element, in ONNX's own domain, in ONNX Runtime's, and the fused ones.</summary>
    private static readonly FrozenSet<(string Domain, string Op)> ElementByElement = new (string, string)[]
    {
        ("", "Relu"), ("", "Sigmoid"), ("", "Erf"), ("", "Sqrt"), ("", "Exp"), ("", "Log"), ("", "Pow"), ("", "Abs"), ("", "Clip"), ("", "Softplus"), ("", "Reciprocal"),
        ("", "Gelu"), ("", "Swish"), ("", "HardSwish"), ("", "HardSigmoid"), ("", "LeakyRelu"), ("", "Elu"), ("", "Min"), ("", "Mish"), ("", "Sin"), ("", "Cos"),
        ("com.microsoft", "Gelu"), ("com.microsoft", "FastGelu"), ("com.microsoft", "BiasGelu"), ("com.microsoft", "QuickGelu"),
        (FusedOperators.Domain, "Gelu"), (FusedOperators.Domain, "GeluTanh"), (FusedOperators.Domain, "Silu"), (FusedOperators.Domain, "Softplus"), (FusedOperators.Domain, "SwiGlu"),
    }.ToFrozenSet();

    /// <summary>Goes over all nodes in order. What some of them are remains unknown: it matters only if the decoder needs it.</summary>
    public static void Run(RowGraph graph)
    {
        graph.Set(graph.Roles.Tokens, new TokensForm(graph.Roles.Tokens.Rank == 2 ? Layout.Of(Atom.One, Atom.Rows) : Layout.Of(Atom.Rows)));
        foreach (GraphValue given in graph.Roles.Given.Keys.ToArray())
        {
            graph.Set(given, new FixedForm(given, true));
        }

        foreach (PastInput past in graph.Roles.Pasts)
        {
            graph.Set(past.Value, new PastForm(past, past.Layout, [.. Enumerable.Range(0, past.Layout.Columns)]));
        }

        foreach (GraphNode node in graph.From.Snapshot())
        {
            Node(graph, node);
        }
    }

    private static void Node(RowGraph graph, GraphNode node)
    {
        if (node.Outputs.All(o => o is null || graph.TryFind(o) is not null))
        {
            return; // constants, and formulas
        }

        try
        {
            GraphValue[] needs = [.. node.Inputs.OfType<GraphValue>().Concat(node.Captured)];
            Form[] forms = [.. needs.Select(n => graph[n])];
            if (forms.All(static f => f is FixedForm))
            {
                bool varies = forms.Any(static f => f is FixedForm { Varies: true });
                foreach (GraphValue output in node.Outputs.OfType<GraphValue>())
                {
                    graph.Set(output, new FixedForm(output, varies));
                }

                return;
            }

            RowRule rule = Rules.GetValueOrDefault((node.Domain, node.Op))
                ?? (ElementByElement.Contains((node.Domain, node.Op)) ? RowArithmetic.Carry : throw new OnnxException("it is not known to work row by row"));
            rule(graph, node);
        }
        catch (Exception e) when (e is OnnxException || OnnxCompiler.IsNonsense(e) || e is InvalidOperationException or InvalidCastException)
        {
            string reason = e is OnnxException ? e.Message : "its shapes or attributes make no sense together";
            var broken = new BrokenForm(reason, (e as OnnxException)?.Node ?? node.ToProto());
            foreach (GraphValue output in node.Outputs.OfType<GraphValue>().Where(o => graph.TryFind(o) is null))
            {
                graph.Set(output, broken);
            }
        }
    }
}
