using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>Activations written out as formulas: a function of a polynomial in x, then a polynomial in x and the function's value, in whatever order an exporter has them.</summary>
/// <param name="name">What reports call it.</param>
/// <param name="fused">The fused operator.</param>
/// <param name="function">The operator that it is recognized by.</param>
/// <param name="inside">What the function is of, as coefficients of 1, x, x² ….</param>
/// <param name="alone">The result's terms without the function.</param>
/// <param name="withFunction">The result's terms with it.</param>
internal sealed class ActivationFusion(string name, string fused, string function, double[] inside, double[] alone, double[] withFunction) : IGraphPass
{
    /// <summary>Nodes after the function that are followed.</summary>
    private const int Steps = 5;

    private readonly Polynomial _inside = Polynomial.Of(inside, []), _result = Polynomial.Of(alone, withFunction);

    /// <summary>x/2 · (1 + erf(x/√2)).</summary>
    public static ActivationFusion Gelu { get; } = new("gelu", "Gelu", "Erf", [0, Math.Sqrt(0.5)], [0, 0.5], [0, 0.5]);

    /// <summary>x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))).</summary>
    public static ActivationFusion GeluTanh { get; } = new("gelu.tanh", "GeluTanh", "Tanh", [0, Math.Sqrt(2 / Math.PI), 0, Math.Sqrt(2 / Math.PI) * 0.044715], [0, 0.5], [0, 0.5]);

    /// <summary>x · sigmoid(x).</summary>
    public static ActivationFusion Silu { get; } = new("silu", "Silu", "Sigmoid", [0, 1], [], [0, 1]);

    public string Name => name;

    public string Idea => $"the formula of {name} is one function, rounded once";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (!node.Is(function) || node.Input(0) is not { } argument || node.Output(0) is not { } t)
            {
                continue;
            }

            double near = node.Input(0)!.Type is OnnxType.Float16 or OnnxType.BFloat16 ? 5e-3 : 2e-5;
            string? why = null;
            foreach (GraphValue x in Variables(argument))
            {
                var nodes = new HashSet<GraphNode> { node };
                if (Polynomial.Of(argument, x, null, nodes) is not { } found || !found.IsNear(_inside, near))
                {
                    continue;
                }

                if (Result(x, t, near, nodes) is not { } result)
                {
                    why = inside.Length > 2 || x != argument ? "what follows is not the rest of the formula" : null;
                    continue;
                }

                var chain = new Chain();
                chain.Add(nodes);
                why = chain.Shared(graph, result.Producer!) ?? (result.HasShapeOf(x) ? null : $"'{result.Name}' has another shape than '{x.Name}'");
                if (why is null)
                {
                    graph.Fuse(result, fused, x);
                    report.Did(this, node, $"{nodes.Count} nodes");
                    break;
                }
            }

            if (why is not null && graph.Contains(node))
            {
                report.Missed(this, node, why);
            }
        }
    }

    /// <summary>Values that a formula may be in: what it is made of, itself included.</summary>
    private static IEnumerable<GraphValue> Variables(GraphValue formula)
    {
        var seen = new HashSet<GraphValue>();
        var left = new Queue<GraphValue>([formula]);
        while (left.TryDequeue(out GraphValue? value) && seen.Count < 16)
        {
            if (value.IsConstant || !seen.Add(value))
            {
                continue;
            }

            yield return value;
            if (value.Producer is { Domain: "", Op: "Add" or "Sub" or "Mul" or "Div" or "Neg" or "Pow" } node)
            {
                foreach (GraphValue input in node.Inputs.OfType<GraphValue>())
                {
                    left.Enqueue(input);
                }
            }
        }
    }

    /// <summary>Follows the function's value until the formula is complete.</summary>
    private GraphValue? Result(GraphValue x, GraphValue t, double near, HashSet<GraphNode> nodes)
    {
        List<GraphValue> front = [t];
        for (int step = 0; step < Steps; step++)
        {
            var next = new List<GraphValue>();
            foreach (GraphValue value in front.SelectMany(static v => v.Users).Distinct().Select(static u => u.Output(0)).OfType<GraphValue>())
            {
                var own = new HashSet<GraphNode>();
                if (Polynomial.Of(value, x, t, own) is not { } found)
                {
                    continue;
                }

                if (found.IsNear(_result, near))
                {
                    nodes.UnionWith(own);
                    return value;
                }

                next.Add(value);
            }

            front = next;
        }

        return null;
    }
}
