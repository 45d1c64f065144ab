using System.Collections.Immutable;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Explaining;

/// <summary>A node of a picture of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Operator">Its operator; those of other domains than ONNX's with it, fused ones without.</param>
/// <param name="Fused">Whether a pass made it of several nodes.</param>
/// <param name="Sources">Nodes that it reads from, each once, ascending.</param>
/// <param name="Operands">What it reads, as text: names of values, shapes of constants.</param>
/// <param name="Known">Shapes of the constants that it reads.</param>
/// <param name="Result">Name of its first result.</param>
/// <param name="Shape">Type and shape of its first result, or nothing where they are not known.</param>
public sealed record OutlineNode(
    string Name, string Operator, bool Fused, ImmutableArray<int> Sources, ImmutableArray<string> Operands, ImmutableArray<string> Known, string Result, string Shape);

/// <summary>A graph as it was at one time, for reading.</summary>
/// <param name="Inputs">Inputs with type and shape.</param>
/// <param name="Nodes">Nodes in order.</param>
/// <param name="Outputs">Names of the outputs with type and shape.</param>
public sealed record GraphOutline(ImmutableArray<string> Inputs, ImmutableArray<OutlineNode> Nodes, ImmutableArray<string> Outputs)
{
    /// <summary>Nodes by operator: the operator's name and how many there are.</summary>
    public IReadOnlyDictionary<string, int> Operators { get; } = Nodes.GroupBy(static n => n.Operator).ToImmutableSortedDictionary(static g => g.Key, static g => g.Count(), StringComparer.Ordinal);

    internal static GraphOutline Of(Graph graph)
    {
        var places = new Dictionary<GraphValue, int>();
        var nodes = ImmutableArray.CreateBuilder<OutlineNode>(graph.Nodes.Count);
        foreach (GraphNode node in graph.Nodes)
        {
            GraphValue[] reads = [.. node.Inputs.Concat(node.Captured).OfType<GraphValue>()];
            foreach (GraphValue output in node.Outputs.OfType<GraphValue>())
            {
                places[output] = nodes.Count;
            }

            GraphValue? first = node.Outputs.FirstOrDefault(static o => o is not null);
            bool fused = node.Domain == FusedOperators.Domain;
            nodes.Add(new OutlineNode(
                node.Name,
                fused || node.Domain.Length == 0 ? node.Op : $"{node.Domain}.{node.Op}",
                fused,
                [.. reads.Where(places.ContainsKey).Select(r => places[r]).Where(p => p < nodes.Count).Distinct().Order()],
                [.. reads.Select(Operand)],
                [.. reads.Where(static r => r.IsConstant).Select(static r => $"[{string.Join(", ", r.Shape)}]")],
                first?.Name ?? "",
                first is null ? "" : Shape(first)));
        }

        return new GraphOutline([.. graph.Inputs.Select(Described)], nodes.ToImmutable(), [.. graph.Outputs.Select(static o => $"{o.Name}: {Shape(o.Value)}")]);
    }

    /// <summary>How an operand is told: a small number as itself, other constants by their shape.</summary>
    private static string Operand(GraphValue value) =>
        value.Constant is { Length: 1 } known ? OnnxTypes.IsFloat(known.Type) ? FormattableString.Invariant($"{value.Scalar}") : known.Type == OnnxType.String ? value.Name : FormattableString.Invariant($"{value.Integers?[0]}")
        : value.IsConstant ? $"{value.Name} {Shape(value)}"
        : !value.Elements.IsDefault ? $"[{string.Join(", ", value.Elements)}]"
        : value.Name;

    private static string Described(GraphValue value) => $"{value.Name}: {Shape(value)}";

    private static string Shape(GraphValue value) => value.Type == OnnxType.None && !value.HasShape ? ""
        : $"{(value.Type == OnnxType.None ? "?" : OnnxTypes.NameOf(value.Type))}{(value.HasShape ? $"[{string.Join(", ", value.Shape.Select(static d => d.HasUnknown ? "?" : d.ToString()))}]" : "[?]")}";
}
