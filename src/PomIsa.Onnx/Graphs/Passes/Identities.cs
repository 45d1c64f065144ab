using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Passes;

/// <summary>Nodes that give what they are given, alone or together with the node before them.</summary>
/// <remarks>
/// Bits stay as they are: x + 0 turns -0 into +0, so it stays; x · 1 makes a NaN canonical, so it goes only where x was computed, and so is canonical.
/// </remarks>
internal sealed class Identities : IGraphPass
{
    public string Name => "identities";

    public string Idea => "a node that gives what it is given is not needed";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (node.Captured.Count > 0 || node.Output(0) is not { } output)
            {
                continue;
            }

            if (Unchanged(node, output) is { } same && same != output)
            {
                Bypass(graph, node, output, same, report);
            }
            else if (ViewOfView(graph, node, output) || WithoutEmpty(graph, node) || TwoTransposes(graph, node) || Count(graph, node, output))
            {
                report.Did();
            }
        }
    }

    /// <summary>Who read the node's first output reads what it was made of.</summary>
    private static void Bypass(Graph graph, GraphNode node, GraphValue output, GraphValue same, PassReport report)
    {
        int users = output.Users.Count;
        bool given = graph.IsOutput(output);
        graph.Replace(output, same);
        if (output.Users.Count == 0 && node.Outputs.Skip(1).All(static o => o is null or { Users.Count: 0 }) && !node.Outputs.Skip(1).OfType<GraphValue>().Any(graph.IsOutput))
        {
            graph.Remove(node);
            report.Did();
        }
        else if (users != output.Users.Count || given)
        {
            report.Did();
        }
    }

    /// <summary>The input that a node's first output equals to the last bit, or null.</summary>
    private static GraphValue? Unchanged(GraphNode node, GraphValue output)
    {
        if (node.Domain.Length > 0 || node.Input(0) is not { } x)
        {
            return null;
        }

        bool shaped = SameShape(x, output);
        switch (node.Op)
        {
            case "Identity":
                return x;
            case "Dropout":
                return node.Opset < 12 || node.Input(2) is null or { Integers: [0] } ? x : null;
            case "Cast" or "CastLike":
                return x.Type != OnnxType.None && x.Type == output.Type ? x : Widened(node, x, output);
            case "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze":
                return shaped ? x : BeforeView(x, output);
            case "Expand":
                return shaped ? x : null;
            case "Slice":
                return shaped && (node.Opset < 10 || node.Input(4) is null || (node.Input(4)!.Integers is { } steps && steps.All(static s => s == 1))) ? x : null;
            case "Concat":
                return node.Inputs.Count == 1 ? x : null;
            case "Transpose":
                return x.HasShape && Order(node, x.Rank) is { } perm && perm.SequenceEqual(Enumerable.Range(0, x.Rank)) ? x : null;
            case "Sub":
                return shaped && node.Input(1) is { Scalar: { } zero } && BitConverter.SingleToInt32Bits(zero) == 0 && IsComputed(x) ? x : null;
            case "Mul":
                return shaped && IsOne(node.Input(1)) && IsComputed(x) ? x
                    : node.Input(1) is { } other && SameShape(other, output) && IsOne(x) && IsComputed(other) ? other : null;
            case "Div":
                return shaped && IsOne(node.Input(1)) && IsComputed(x) ? x : null;
            case "Where":
                return x.Integers is not { Length: > 0 } conditions ? null
                    : conditions.All(static c => c != 0) && node.Input(1) is { } a && SameShape(a, output) ? a
                    : conditions.All(static c => c == 0) && node.Input(2) is { } b && SameShape(b, output) ? b : null;
            case "And":
                return Neutral(x, node.Input(1), output, truth: true) ?? Neutral(node.Input(1), x, output, truth: true);
            case "Or":
                return Neutral(x, node.Input(1), output, truth: false) ?? Neutral(node.Input(1), x, output, truth: false);
            default:
                return null;
        }
    }

    private static bool SameShape(GraphValue a, GraphValue b) =>
        a.HasShape && b.HasShape && a.Shape.Length == b.Shape.Length && a.Shape.Zip(b.Shape).All(static d => d.First.Equals(d.Second));

    /// <summary>A truth value that meets nothing but values that leave it as it is.</summary>
    private static GraphValue? Neutral(GraphValue? value, GraphValue? other, GraphValue output, bool truth) =>
        value is not null && SameShape(value, output) && value.Type == OnnxType.Bool && other?.Integers is { } all && all.All(t => t != 0 == truth) ? value : null;

    private static bool IsOne(GraphValue? value) => value is { Scalar: 1 } or { Integers: [1] };

    /// <summary>Whether an operation that computes made it, so that a NaN in it has the one pattern that results have; integers need none.</summary>
    private static bool IsComputed(GraphValue value) => (value.Type != OnnxType.None && !OnnxTypes.IsFloat(value.Type))
        || value.Producer is { Op: "Add" or "Sub" or "Mul" or "Div" or "Sqrt" or "Tanh" or "Erf" or "Sigmoid" or "Exp" or "Softmax" or "MatMul" or "Gemm" or "ReduceMean" or "LayerNormalization" or "Sin" or "Cos" };

    /// <summary>A conversion back from a type that holds everything of the one before.</summary>
    private static GraphValue? Widened(GraphNode node, GraphValue x, GraphValue output)
    {
        if (x.Producer is not { } first || !(first.Is("Cast") || first.Is("CastLike")) || !node.Is("Cast") || first.Input(0) is not { } from || from.Type != output.Type)
        {
            return null;
        }

        // Whole numbers in a type with more bits, or f64, which f32 carries.
        int narrow = OnnxTypes.IntegerBits(from.Type), wide = OnnxTypes.IntegerBits(x.Type);
        bool kept = (narrow > 0 && wide > narrow && (OnnxTypes.IsUnsigned(from.Type) || !OnnxTypes.IsUnsigned(x.Type)))
            || (from.Type == OnnxType.Float && x.Type == OnnxType.Double) || (from.Type == OnnxType.Bool && wide > 0);
        return kept ? from : null;
    }

    private static bool IsView(GraphNode? node) => node is not null && (node.Is("Reshape") || node.Is("Flatten") || node.Is("Squeeze") || node.Is("Unsqueeze") || MovesOnes(node));

    /// <summary>A transpose that moves only axes of size 1 about is another shape for the same elements.</summary>
    private static bool MovesOnes(GraphNode node)
    {
        if (!node.Is("Transpose") || node.Input(0) is not { HasShape: true } x || Order(node, x.Rank) is not { } perm)
        {
            return false;
        }

        int[] moved = [.. perm.Where(p => !x.Shape[p].Equals(Size.One))];
        return moved.Zip(moved.Skip(1)).All(static p => p.First < p.Second);
    }

    private static int[]? Order(GraphNode node, int rank)
    {
        long[] perm = node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(static i => (long)i)];
        return perm.Length == rank && perm.All(p => p >= -rank && p < rank) ? [.. perm.Select(p => (int)(p < 0 ? p + rank : p))] : null;
    }

    /// <summary>What a chain of views began with, where it ends with the same shape.</summary>
    private static GraphValue? BeforeView(GraphValue x, GraphValue output)
    {
        const int Longest = 8;
        for (int i = 0; i < Longest && IsView(x.Producer); i++)
        {
            if (x.Producer!.Input(0) is not { } from)
            {
                return null;
            }

            if (SameShape(from, output))
            {
                return from;
            }

            x = from;
        }

        return null;
    }

    /// <summary>A reshape of a view is a reshape of what the view is of.</summary>
    private static bool ViewOfView(Graph graph, GraphNode node, GraphValue output)
    {
        if (!node.Is("Reshape") || node.Opset < 5 || node.Input(0) is not { } view || !IsView(view.Producer) || view.Producer!.Input(0) is not { } from
            || !output.HasShape || output.Shape.Any(static d => d.HasUnknown))
        {
            return false;
        }

        GraphValue shape = Shape(graph, node.Name + "/shape", output.Shape);
        graph.SetInput(node, 0, from);
        graph.SetInput(node, 1, shape);
        node.Set("allowzero", 1);
        return true;
    }

    /// <summary>A shape as a value.</summary>
    private static GraphValue Shape(Graph graph, string name, ImmutableArray<Size> dims)
    {
        if (dims.All(static d => d.IsNumber))
        {
            return graph.Constant(name, HostTensor.OfInt64([dims.Length], [.. dims.Select(static d => d.Number)]));
        }

        GraphValue value = graph.Fresh(name, OnnxType.Int64, [Size.Of(dims.Length)]);
        value.Elements = dims;
        return value;
    }

    /// <summary>What has no elements adds nothing.</summary>
    private static bool WithoutEmpty(Graph graph, GraphNode node)
    {
        if (!node.Is("Concat") || node.Inputs.Count < 2 || !node.Inputs.All(static i => i is { HasShape: true, Rank: > 0 }))
        {
            return false;
        }

        int rank = node.Inputs[0]!.Rank;
        long given = node.Int("axis", 1), axis = given < 0 ? given + rank : given;
        if (axis < 0 || axis >= rank || node.Inputs.Any(i => i!.Rank != rank))
        {
            return false;
        }

        GraphValue[] kept = [.. node.Inputs.OfType<GraphValue>().Where(i => !i.Shape[(int)axis].Equals(Size.Zero))];
        if (kept.Length is 0 || kept.Length == node.Inputs.Count)
        {
            return false;
        }

        graph.SetInputs(node, kept);
        return true;
    }

    /// <summary>Two transposes are one.</summary>
    private static bool TwoTransposes(Graph graph, GraphNode node)
    {
        if (!node.Is("Transpose") || node.Input(0) is not { Producer: { } first } || !first.Is("Transpose") || first.Input(0) is not { HasShape: true } from
            || Order(first, from.Rank) is not { } inner || Order(node, from.Rank) is not { } outer)
        {
            return false;
        }

        graph.SetInput(node, 0, from);
        node.Set("perm", [.. outer.Select(p => (long)inner[p])]);
        return true;
    }

    /// <summary>TorchScript's way to count: the places of ones in a tensor of ones.</summary>
    private static bool Count(Graph graph, GraphNode node, GraphValue output)
    {
        if (!node.Is("NonZero") || node.Input(0) is not { HasShape: true, Shape: [{ HasUnknown: false, IsNumber: false } length], Producer: { } ones } || !ones.Is("ConstantOfShape")
            || !ones.Attributes.TryGetValue("value", out Schema.AttributeProto? value) || value.T is null || !IsNotZero(graph, value.T))
        {
            return false;
        }

        GraphValue zero = graph.Constant(node.Name + "/0", HostTensor.OfInt64([], 0)), one = graph.Constant(node.Name + "/1", HostTensor.OfInt64([], 1));
        GraphValue limit = graph.Fresh(node.Name + "/n", OnnxType.Int64, []);
        limit.Elements = [length];
        GraphValue numbers = graph.Insert(node, "", "Range", zero, limit, one).Outputs[0]!;
        (numbers.Type, numbers.Shape) = (OnnxType.Int64, [length]);
        GraphNode row = node.Opset < 13 ? graph.Insert(node, "", "Unsqueeze", numbers).Set("axes", [0L])
            : graph.Insert(node, "", "Unsqueeze", numbers, graph.Constant(node.Name + "/axes", HostTensor.OfInt64([1], 0)));
        (row.Outputs[0]!.Type, row.Outputs[0]!.Shape) = (OnnxType.Int64, [Size.One, length]);
        graph.Replace(output, row.Outputs[0]!);
        return true;
    }

    private static bool IsNotZero(Graph graph, Schema.TensorProto tensor)
    {
        try
        {
            HostTensor one = graph.Context.Tensors.Read(tensor);
            return one.Length == 1 && (OnnxTypes.IsFloat(one.Type) ? one.ToFloat()[0] != 0 : one.ToInt64()[0] != 0);
        }
        catch (OnnxException)
        {
            return false;
        }
    }
}
