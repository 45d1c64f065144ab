using System.Collections.Immutable;
using PomIsa.Onnx.Graphs.Inference;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Graphs.Passes;

/// <summary>Types, shapes and small integer elements as formulas of the sizes that the model leaves open; what is known altogether needs its nodes no more.</summary>
internal sealed class ShapeInference : IGraphPass
{
    public string Name => "shapes";

    public string Idea => "types and shapes follow from the inputs', so arithmetic with shapes is done now";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (RuleTable.Find(node.Domain, node.Op) is { } rule)
            {
                Infer(graph, node, rule, report);
            }
            else if (node.Is("If"))
            {
                Infer(graph, node, n => Either(graph, n), report);
            }

            Forget(graph, node, report);
        }
    }

    /// <summary>Asks the rule, and keeps what it tells beside what is known already.</summary>
    private static void Infer(Graph graph, GraphNode node, Rule rule, PassReport report)
    {
        var facts = new Facts(graph, node);
        try
        {
            rule(facts);
        }
        catch (Exception e) when (e is OnnxException or NullReferenceException || OnnxCompiler.IsNonsense(e))
        {
            return; // an input is missing or its shape unknown where a rule needs it; the lowering will say what is wrong, if it is
        }

        foreach ((int output, (OnnxType type, ImmutableArray<Size> shape, ImmutableArray<Size> elements)) in facts.Told)
        {
            if (node.Output(output) is not { IsConstant: false } value)
            {
                continue;
            }

            bool open = !IsTold(value), counted = !value.Elements.IsDefault;
            value.Type = type == OnnxType.None ? value.Type : type;
            value.Shape = Better(value.Shape, shape.IsDefault ? default : [.. shape.Select(d => d.Within(graph.Bounds))]);
            bool fits = !elements.IsDefault && Facts.Count(value.Shape) == elements.Length && elements.Length <= Facts.MostElements && elements.All(e => Fits(e, value.Type));
            value.Elements = fits ? [.. elements.Select(e => e.Within(graph.Bounds))] : value.Elements;
            if ((open && IsTold(value)) || (!counted && !value.Elements.IsDefault))
            {
                report.Did(); // other passes may go on from here
            }
        }
    }

    private static bool IsTold(GraphValue value) => value.HasShape && !value.Shape.Any(static d => d.HasUnknown);

    /// <summary>An undecided condition: what both branches say.</summary>
    private void Either(Graph graph, Facts n)
    {
        if (!n.Node.Attributes.TryGetValue("then_branch", out AttributeProto? then) || !n.Node.Attributes.TryGetValue("else_branch", out AttributeProto? other) || then.G is null || other.G is null)
        {
            return;
        }

        Graph[] branches = [GraphImport.Branch(graph, n.Node, then.G), GraphImport.Branch(graph, n.Node, other.G)];
        foreach (Graph branch in branches)
        {
            Run(branch, new PassReport());
        }

        for (int i = 0; i < n.Node.Outputs.Count; i++)
        {
            (GraphValue a, GraphValue b) = (branches[0].Outputs[i].Value, branches[1].Outputs[i].Value);
            int output = i;
            n.Output(i, a.Type == b.Type ? a.Type : OnnxType.None, a.Rank >= 0 && a.Rank == b.Rank
                ? [.. a.Shape.Select((d, axis) => d.Equals(b.Shape[axis]) && !d.HasUnknown ? d : n.Unknown(output, axis))] : default);
        }
    }

    /// <summary>What is told now, unless it says less than what was known.</summary>
    private static ImmutableArray<Size> Better(ImmutableArray<Size> known, ImmutableArray<Size> told) =>
        told.IsDefault || (!known.IsDefault && (known.Length != told.Length || told.Any(static d => d.HasUnknown))) ? known : told;

    /// <summary>Whether a formula has no wrap-around in a type, whatever its sizes are.</summary>
    private static bool Fits(Size element, OnnxType type)
    {
        (Int128 least, Int128 most) = element.Range;
        int bits = OnnxTypes.IntegerBits(type);
        return type == OnnxType.Bool ? least >= 0 && most <= 1
            : bits > 0 && type != OnnxType.UInt64
                && (OnnxTypes.IsUnsigned(type) ? least >= 0 && most < (Int128)1 << bits : least >= -((Int128)1 << (bits - 1)) && most < (Int128)1 << (bits - 1));
    }

    private static void Forget(Graph graph, GraphNode node, PassReport report)
    {
        foreach (GraphValue output in node.Outputs.OfType<GraphValue>())
        {
            if (!output.IsConstant && !output.Elements.IsDefault && output.Elements.All(static e => e.IsNumber))
            {
                graph.Fold(node, output, Known(output));
            }
        }

        if (!graph.Contains(node))
        {
            report.Did();
        }
        else if (node.Outputs.All(static o => o is null or { IsConstant: true } || (!o.Elements.IsDefault && !o.Elements.Any(static e => e.HasUnknown))))
        {
            graph.Forget(node);
            report.Did();
        }
    }

    private static KnownTensor Known(GraphValue value)
    {
        long[] numbers = [.. value.Elements.Select(static e => e.Number)];
        return new KnownTensor(HostTensor.OfIntegers(value.Type, [.. value.Shape.Select(static d => (int)d.Number)], numbers));
    }
}
