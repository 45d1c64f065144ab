using PomIsa.Onnx.Operators;

namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>A product with a known matrix takes the known bias that is added to it.</summary>
internal sealed class LinearBiasFusion : IGraphPass
{
    public string Name => "linear-bias";

    public string Idea => "a product and the known vector that is added to it are one operator";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (!node.Is(FusedOperators.Domain, "Linear") || node.Input(2) is not null || node.Output(0) is not { } y)
            {
                continue;
            }

            foreach (GraphNode sum in y.ReadBy("Add"))
            {
                if (sum.Partner(y) is not { IsConstant: true } bias)
                {
                    continue;
                }

                string? why = bias.WhyNoVector(y, "bias") ?? new Chain().Add(node, sum).Shared(graph, sum) ?? (y.Users.Count > 1 ? $"'{y.Name}' is read {y.Users.Count} times" : null);
                if (why is not null)
                {
                    report.Missed(this, sum, why);
                    continue;
                }

                graph.Fuse(sum.Output(0)!, "Linear", node.Input(0), node.Input(1), graph.AsVector(bias)).Set("transB", node.Int("transB", 0));
                report.Did(this, sum, "bias");
                break;
            }
        }
    }
}
