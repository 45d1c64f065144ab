namespace PomIsa.Onnx.Graphs.Passes;

/// <summary>What nobody reads and the graph does not give out is not computed.</summary>
internal sealed class DeadCode : IGraphPass
{
    public string Name => "dead code";

    public string Idea => "what nobody reads is not computed";

    public void Run(Graph graph, PassReport report)
    {
        var given = new HashSet<GraphValue>(graph.Outputs.Select(static o => o.Value));
        bool Wanted(GraphValue? value) => value is not null && (value.Users.Count > 0 || given.Contains(value));

        // From the end, so that what only dead nodes read is dead when it is its turn.
        foreach (GraphNode node in graph.Nodes.Reverse().ToArray())
        {
            graph.Current = node;
            if (!node.Outputs.Any(Wanted))
            {
                graph.Remove(node);
                report.Did();
                continue;
            }

            // Operators compute their later outputs only for those who want them.
            for (int i = 1; i < node.Outputs.Count; i++)
            {
                if (node.Outputs[i] is { } output && !Wanted(output))
                {
                    graph.DropOutput(node, i);
                    report.Did();
                }
            }
        }

        graph.Current = null;
    }
}
