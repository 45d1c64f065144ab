using System.Collections.Immutable;
using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>Changes that fusions make.</summary>
internal static class Rewrite
{
    /// <summary>A fused operator takes the place of what makes <paramref name="result"/>; what nobody reads any more goes.</summary>
    /// <returns>The new node, its output of the result's type and shape; attributes are the caller's.</returns>
    public static GraphNode Fuse(this Graph graph, GraphValue result, string op, params ReadOnlySpan<GraphValue?> inputs) =>
        graph.Instead(result, FusedOperators.Domain, op, inputs);

    /// <summary>As <see cref="Fuse"/>, with an operator of any domain.</summary>
    public static GraphNode Instead(this Graph graph, GraphValue result, string domain, string op, params ReadOnlySpan<GraphValue?> inputs)
    {
        GraphNode old = result.Producer!;
        GraphNode made = graph.Insert(old, domain, op, inputs);
        (made.Outputs[0]!.Type, made.Outputs[0]!.Shape) = (result.Type, result.Shape);
        graph.Replace(result, made.Outputs[0]!);
        graph.Prune(old);
        return made;
    }

    /// <summary>A node in front of another one, its output of a given type and shape.</summary>
    public static GraphValue Before(this Graph graph, GraphNode node, GraphValue like, string domain, string op, params ReadOnlySpan<GraphValue?> inputs)
    {
        GraphValue made = graph.Insert(node, domain, op, inputs).Outputs[0]!;
        (made.Type, made.Shape) = (like.Type, like.Shape);
        return made;
    }

    /// <summary>A value's dimensions as a value that needs no node, for a reshape.</summary>
    public static GraphValue Sizes(this Graph graph, GraphValue of) => graph.Sizes(of, of.Shape);

    /// <summary>Dimensions as a value that needs no node; called after <paramref name="of"/>.</summary>
    public static GraphValue Sizes(this Graph graph, GraphValue of, ImmutableArray<Size> dimensions)
    {
        if (dimensions.All(static d => d.IsNumber))
        {
            return graph.Constant(of.Name + "/shape", HostTensor.OfInt64([dimensions.Length], [.. dimensions.Select(static d => d.Number)]));
        }

        GraphValue sizes = graph.Fresh(of.Name + "/shape", OnnxType.Int64, [dimensions.Length]);
        sizes.Elements = dimensions;
        return sizes;
    }

    /// <summary>Takes a node out if nobody reads what it makes, and then those that only it has read.</summary>
    public static void Prune(this Graph graph, GraphNode node)
    {
        var left = new Stack<GraphNode>([node]);
        while (left.TryPop(out GraphNode? next))
        {
            if (!graph.Contains(next) || next.Outputs.OfType<GraphValue>().Any(v => v.Users.Count > 0 || graph.IsOutput(v)))
            {
                continue;
            }

            GraphNode[] makers = [.. next.Inputs.OfType<GraphValue>().Concat(next.Captured).Select(static v => v.Producer).OfType<GraphNode>()];
            graph.Remove(next);
            foreach (GraphNode maker in makers)
            {
                left.Push(maker);
            }
        }
    }
}
