using PomIsa.Onnx.Operators;

namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>Activation operators of ONNX and of ONNX Runtime become fused ones; a bias that came with them becomes a sum.</summary>
internal sealed class ActivationOperatorSplit : IGraphPass
{
    public string Name => "activation-operators";

    public string Idea => "every activation operator is a sum, where it has a bias, and one function";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            string? fused = (node.Domain, node.Op) switch
            {
                ("" or "com.microsoft", "Gelu") => node.Text("approximate", "none") == "tanh" ? "GeluTanh" : "Gelu",
                ("com.microsoft", "FastGelu") => "GeluTanh",
                ("com.microsoft", "BiasGelu") => "Gelu",
                ("", "Swish") => node.Float("alpha", 1) == 1 ? "Silu" : null,
                ("com.microsoft", "QuickGelu") => node.Float("alpha", 1.702f) == 1 ? "Silu" : null,
                ("", "Softplus") => "Softplus",
                ("", "SwiGLU") => node.Float("alpha", 1) == 1 && node.Input(0)!.HasShapeOf(node.Input(1)!) ? "SwiGlu" : null,
                _ => null,
            };
            if (fused is null || node.Output(0) is not { } result)
            {
                continue;
            }

            GraphValue x = node.Input(0)!;
            if (node.Op is "FastGelu" or "BiasGelu" && node.Input(1) is { } bias)
            {
                x = graph.Before(node, x, "", "Add", x, bias);
            }

            GraphNode made = fused == "SwiGlu" ? graph.Fuse(result, fused, x, node.Input(1)) : graph.Fuse(result, fused, x);
            report.Did(this, made, node.Op);
        }
    }
}
