namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>The nodes that a fusion takes the place of, first to last.</summary>
internal sealed class Chain
{
    private readonly HashSet<GraphNode> _nodes = [];

    /// <summary>Adds nodes; null stands for none.</summary>
    public Chain Add(params ReadOnlySpan<GraphNode?> nodes)
    {
        foreach (GraphNode? node in nodes)
        {
            if (node is not null)
            {
                _nodes.Add(node);
            }
        }

        return this;
    }

    public void Add(IEnumerable<GraphNode> nodes) => _nodes.UnionWith(nodes);

    /// <summary>Who else needs a value between the nodes, as a sentence, or null.</summary>
    /// <remarks>
    /// A reader whose operator one of the nodes has too is no obstacle: equal beginnings of several patterns are one
    /// (two norms of the same value, say), and each pattern computes its own.
    /// </remarks>
    /// <param name="graph">The graph.</param>
    /// <param name="end">The last node, whose outputs anyone may read.</param>
    public string? Shared(Graph graph, GraphNode end)
    {
        foreach (GraphNode node in _nodes)
        {
            foreach (GraphValue value in node == end ? [] : node.Outputs.OfType<GraphValue>())
            {
                if (graph.IsOutput(value))
                {
                    return $"'{value.Name}' is an output of the model";
                }

                if (value.Users.FirstOrDefault(u => !_nodes.Contains(u) && !_nodes.Any(n => n.Is(u.Domain, u.Op))) is { } other)
                {
                    return $"'{value.Name}' is also read by {other.Op} '{other.Name}'";
                }
            }
        }

        return null;
    }
}
