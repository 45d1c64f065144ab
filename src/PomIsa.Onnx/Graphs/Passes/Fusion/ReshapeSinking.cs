using System.Collections.Immutable;
using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>A reshape that leaves the last axis alone goes behind what works row by row or element by element, until it meets its opposite and both vanish.</summary>
/// <remarks>Exporters flatten what goes into a matrix product and unflatten what comes out; the machine's products take any rank.</remarks>
internal sealed class ReshapeSinking : IGraphPass
{
    private static readonly string[] s_elementwise = ["Sigmoid", "Tanh", "Erf", "Relu", "Neg", "Abs", "Sqrt", "Exp", "Log", "Softplus", "Cast"];
    private static readonly string[] s_fusedElementwise = ["Gelu", "GeluTanh", "Silu", "Softplus"];

    public string Name => "reshape";

    public string Idea => "rows are not flattened for a product and put back after it";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (node.Is("Reshape"))
            {
                Join(graph, report, node);
                if (graph.Contains(node))
                {
                    Hoist(graph, report, node);
                }
            }
            else if (node.Is(FusedOperators.Domain, "Linear") || node.Is(FusedOperators.Domain, "RmsNorm") || node.Is(FusedOperators.Domain, "LayerNorm"))
            {
                if (Shaped(node.Input(0)) is { } shape && shape.Input(0)!.Shape is [.., var last] && last.Equals(node.Input(0)!.Shape[^1]))
                {
                    Sink(graph, report, node, shape);
                }
            }
            else if (IsElementwise(node))
            {
                if (Shaped(node.Input(0)) is { } shape && node.Outputs is [{ } only] && GoesOn(only))
                {
                    Sink(graph, report, node, shape);
                }
            }
            else if (node.Is("Mul") || node.Is(FusedOperators.Domain, "SwiGlu"))
            {
                Both(graph, report, node);
            }
        }
    }

    /// <summary>The reshape that makes a value, if the shapes on both sides are known.</summary>
    private static GraphNode? Shaped(GraphValue? value) =>
        value.MadeBy("Reshape") is { } reshape && value!.Rank > 0 && reshape.Input(0) is { HasShape: true, IsConstant: false } ? reshape : null;

    private static bool IsElementwise(GraphNode node) =>
        (node.Domain.Length == 0 && s_elementwise.Contains(node.Op)) || (node.Domain == FusedOperators.Domain && s_fusedElementwise.Contains(node.Op));

    /// <summary>Whether a reader reshapes the value again, or lets a reshape pass.</summary>
    private static bool GoesOn(GraphValue value) => value.Users.Any(static u => u.Is("Reshape") || u.Is("Mul") || u.Domain == FusedOperators.Domain || IsElementwise(u));

    /// <summary>A reshape of a reshape reads what that one read, or is that.</summary>
    private static void Join(Graph graph, PassReport report, GraphNode node)
    {
        if (node.Output(0) is not { HasShape: true } y || node.Input(0) is not { HasShape: true } x)
        {
            return;
        }

        if (x.Shape.SequenceEqual(y.Shape))
        {
            graph.Replace(y, x);
            graph.Prune(node);
        }
        else if (Shaped(x)?.Input(0) is not { } from)
        {
            return;
        }
        else if (from.Shape.SequenceEqual(y.Shape))
        {
            graph.Replace(y, from);
            graph.Prune(node);
        }
        else if (!y.Shape.Any(static d => d.HasUnknown))
        {
            graph.Instead(y, "", "Reshape", from, graph.Sizes(y)).Set("allowzero", 1);
        }
        else
        {
            return;
        }

        report.Did();
    }

    /// <summary>f(reshape(x)) becomes reshape(f(x)).</summary>
    private void Sink(Graph graph, PassReport report, GraphNode node, GraphNode reshape)
    {
        GraphValue result = node.Output(0)!, from = reshape.Input(0)!;
        if (result.Shape.IsDefault || result.Shape.Any(static d => d.HasUnknown))
        {
            return;
        }

        ImmutableArray<Size> inner = [.. from.Shape[..^1], result.Shape[^1]];
        if (node.Op is not ("Linear" or "RmsNorm" or "LayerNorm"))
        {
            inner = from.Shape;
        }

        GraphValue made = graph.Insert(node, node.Domain, node.Op, [from, .. node.Inputs.Skip(1)]).Outputs[0]!;
        (made.Type, made.Shape) = (result.Type, inner);
        foreach (Schema.AttributeProto attribute in node.Attributes.Values)
        {
            made.Producer!.Set(attribute);
        }

        Put(graph, node, result, made);
        report.Did(this, node, $"in front of {node.Op}");
    }

    /// <summary>reshape(product(reshape(x))), where the inner one changes the last axis (heads side by side) and so can't go behind, becomes product(reshape(reshape(x))).</summary>
    private void Hoist(Graph graph, PassReport report, GraphNode node)
    {
        if (node.Output(0) is not { HasShape: true, Rank: > 1 } result || node.Input(0).MadeByFused("Linear") is not { Outputs: [{ Users.Count: 1 } product] } linear || graph.IsOutput(product)
            || Shaped(linear.Input(0)) is not { } inner || !result.Shape[^1].Equals(product.Shape[^1]) || result.Rank == product.Rank || result.Shape.Any(static d => d.HasUnknown))
        {
            return;
        }

        GraphValue x = linear.Input(0)!;
        ImmutableArray<Size> shape = [.. result.Shape[..^1], x.Shape[^1]];
        GraphValue rows = graph.Insert(linear, "", "Reshape", x, graph.Sizes(x, shape)).Outputs[0]!;
        (rows.Type, rows.Shape) = (x.Type, shape);
        rows.Producer!.Set("allowzero", 1);
        graph.Fuse(result, "Linear", rows, linear.Input(1), linear.Input(2)).Set("transB", linear.Int("transB", 0));
        report.Did(this, linear, $"from {node.Op} '{node.Name}' behind it to '{inner.Name}' in front");
    }

    /// <summary>f(reshape(a), reshape(b)) with equal shapes on both sides becomes reshape(f(a, b)).</summary>
    private void Both(Graph graph, PassReport report, GraphNode node)
    {
        if (node.Inputs is not [{ } left, { } right] || Shaped(left) is not { } a || Shaped(right) is not { } b || node.Output(0) is not { HasShape: true } result
            || result.Shape.Any(static d => d.HasUnknown) || !a.Input(0)!.Shape.SequenceEqual(b.Input(0)!.Shape) || !left.Shape.SequenceEqual(right.Shape))
        {
            return;
        }

        GraphValue made = graph.Before(node, a.Input(0)!, node.Domain, node.Op, a.Input(0), b.Input(0));
        made.Type = result.Type;
        Put(graph, node, result, made);
        report.Did(this, node, $"in front of {node.Op}");
    }

    /// <summary>The result in its own shape again.</summary>
    private static void Put(Graph graph, GraphNode node, GraphValue result, GraphValue made)
    {
        graph.Instead(result, "", "Reshape", made, graph.Sizes(result)).Set("allowzero", 1);
    }
}
