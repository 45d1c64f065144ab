namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>log(1 + eˣ) is one function.</summary>
internal sealed class SoftplusFusion : IGraphPass
{
    public string Name => "softplus";

    public string Idea => "log(1 + eˣ) is one function, rounded once";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (!node.Is("Log") || node.Input(0).MadeBy("Add") is not { } sum
                || sum.Inputs.FirstOrDefault(static i => i.MadeBy("Exp") is not null) is not { } power || !sum.Partner(power).Is(1)
                || power.Producer!.Input(0) is not { } x)
            {
                continue;
            }

            if (new Chain().Add(power.Producer, sum, node).Shared(graph, node) is { } why)
            {
                report.Missed(this, node, why);
                continue;
            }

            graph.Fuse(node.Output(0)!, "Softplus", x);
            report.Did(this, node, "power, sum and logarithm");
        }
    }
}
