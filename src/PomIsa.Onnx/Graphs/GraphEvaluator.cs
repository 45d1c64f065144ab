using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;
using PomIsa.Packaging.Weights;

namespace PomIsa.Onnx.Graphs;

/// <summary>Computes values of a graph now, by the machine's own operations: for passes that want to know what a part of it comes to rather than how it is written.</summary>
internal static class GraphEvaluator
{
    /// <summary>The values, or null where one does not follow from what is given.</summary>
    /// <param name="graph">The graph; it is not changed.</param>
    /// <param name="wanted">What to compute.</param>
    /// <param name="given">Values taken as known: inputs of the graph, or anything on the way.</param>
    /// <param name="sizes">What named sizes stand for.</param>
    public static HostTensor[]? TryEvaluate(
        Graph graph, IReadOnlyList<GraphValue> wanted, IReadOnlyDictionary<GraphValue, HostTensor> given, IReadOnlyDictionary<string, Size> sizes)
    {
        using var emitter = new Emitter(new MemoryWeights());
        var lowering = new GraphLowering(graph.Context.Model, graph.Context.Tensors, emitter) { Sizes = sizes };
        try
        {
            Val[] values = lowering.Values(graph, wanted, given.ToDictionary(static g => g.Key, static g => Val.Of(g.Value)));
            return emitter.Body.Count == 0 && values.All(static v => v.Reg.IsConstant) ? [.. values.Select(static v => v.Known!)] : null;
        }
        catch (Exception e) when (e is OnnxException || OnnxCompiler.IsNonsense(e))
        {
            return null;
        }
    }
}
