namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>A norm without weight times a known vector is a norm with weight; plus a known vector, a layer norm with bias.</summary>
/// <remarks>A cast between them goes into the norm, which then rounds once.</remarks>
internal sealed class NormScaleFusion : IGraphPass
{
    public string Name => "norm-scale";

    public string Idea => "a norm takes the weight and bias that follow it";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (node.Is(Operators.FusedOperators.Domain, "RmsNorm") && node.Input(1) is null)
            {
                Take(graph, report, node, "Mul", "weight");
            }
            else if (node.Is(Operators.FusedOperators.Domain, "LayerNorm") && node.Input(2) is null)
            {
                // A sum may come without a product: elementwise weights of 1 are left out by exporters too.
                if (node.Input(1) is not null || !Take(graph, report, node, "Mul", "weight"))
                {
                    Take(graph, report, node, "Add", "bias");
                }
            }
        }
    }

    private bool Take(Graph graph, PassReport report, GraphNode norm, string op, string what)
    {
        GraphValue output = norm.Output(0)!, x = norm.Input(0)!;
        bool took = false;
        foreach (GraphValue y in output.WithCasts().ToArray())
        {
            foreach (GraphNode user in y.ReadBy(op))
            {
                // The other operand is a vector, or it is something else's business (a residual, a gate).
                if (user.Partner(y) is not { IsConstant: true } vector || vector.Constant!.Length == 1)
                {
                    continue;
                }

                string? why = vector.WhyNoVector(x, what) ?? new Chain().Add(norm, y == output ? null : y.Producer, user).Shared(graph, user);
                if (why is not null)
                {
                    report.Missed(this, user, why);
                    continue;
                }

                GraphValue known = graph.AsVector(vector), result = user.Output(0)!;
                GraphNode made = norm.Op == "RmsNorm" ? graph.Fuse(result, norm.Op, x, known)
                    : op == "Mul" ? graph.Fuse(result, norm.Op, x, known, null)
                    : graph.Fuse(result, norm.Op, x, norm.Input(1), known);
                made.Set("epsilon", norm.Float("epsilon", 0)).Set("to", (long)result.Type);
                report.Did(this, user, $"{what} of {norm.Op}");
                took = true;
            }
        }

        return took;
    }
}
