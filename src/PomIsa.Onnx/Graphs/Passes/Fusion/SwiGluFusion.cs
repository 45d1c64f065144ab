namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>silu(gate) · up is one opcode, with the same bits.</summary>
internal sealed class SwiGluFusion : IGraphPass
{
    public string Name => "swiglu";

    public string Idea => "silu(gate) · up is one pass over both";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (!node.Is("Mul"))
            {
                continue;
            }

            foreach (GraphValue silu in node.Inputs.OfType<GraphValue>().ToArray())
            {
                if (silu.MadeByFused("Silu") is not { } gate || node.Partner(silu) is not { IsConstant: false } up || up == gate.Input(0))
                {
                    continue;
                }

                string? why = new Chain().Add(gate, node).Shared(graph, node)
                    ?? (silu.HasShape && up.HasShape && silu.HasShapeOf(up) ? null : $"'{silu.Name}' and '{up.Name}' have different shapes, or unknown ones");
                if (why is not null)
                {
                    report.Missed(this, node, why);
                    continue;
                }

                graph.Fuse(node.Output(0)!, "SwiGlu", gate.Input(0), up);
                report.Did(this, node, "silu and product");
                break;
            }
        }
    }
}
