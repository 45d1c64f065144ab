namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>x / √(mean(x²) + eps) in nodes of its own is one RMS norm without a weight; <see cref="NormScaleFusion"/> gives it its weight.</summary>
internal sealed class RmsNormFusion : IGraphPass
{
    public string Name => "rmsnorm";

    public string Idea => "x / √(mean(x²) + eps) is one norm";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (RootMeanSquare.SquaredIn(node) is not { } x)
            {
                continue;
            }

            string? why = null;
            if (RootMeanSquare.Find(node, v => v.Narrow() == x.Narrow(), out why) is { Normalized: { } normalized } found)
            {
                why = found.Nodes.Shared(graph, normalized.Producer!) ?? (normalized.HasShapeOf(x) ? null : $"'{normalized.Name}' has another shape than '{x.Name}'");
                if (why is null)
                {
                    graph.Fuse(normalized, "RmsNorm", x.Narrow(), null).Set("epsilon", found.Eps).Set("to", (long)normalized.Type);
                    report.Did(this, node, "mean of squares, root and quotient");
                }
            }

            if (why is not null)
            {
                report.Missed(this, node, why);
            }
        }
    }
}
