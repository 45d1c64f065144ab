using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Graphs;

/// <summary>What subgraphs read from around them.</summary>
internal static class Captures
{
    /// <summary>Names that the subgraphs of a node use and do not define, each once.</summary>
    public static IEnumerable<string> Of(NodeProto node) => Graphs(node).SelectMany(Of).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Of(GraphProto graph)
    {
        HashSet<string> own = new(graph.Node.SelectMany(static n => n.Output).Concat(graph.Input.Select(static i => i.Name)).Concat(graph.Initializer.Select(static i => i.Name)), StringComparer.Ordinal);
        return graph.Node.SelectMany(static n => n.Input.Concat(Of(n))).Concat(graph.Output.Select(static o => o.Name))
            .Where(name => name.Length > 0 && !own.Contains(name));
    }

    private static IEnumerable<GraphProto> Graphs(NodeProto node) =>
        node.Attribute.SelectMany(static a => a.G is null ? a.Graphs : a.Graphs.Append(a.G));
}
