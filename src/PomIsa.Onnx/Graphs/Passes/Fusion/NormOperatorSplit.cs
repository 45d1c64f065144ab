using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>Norm operators of ONNX and of ONNX Runtime become fused norms; residual sums that came with them become sums again.</summary>
internal sealed class NormOperatorSplit : IGraphPass
{
    public string Name => "norm-operators";

    public string Idea => "every norm operator is a sum, where it has one, and one norm";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (node.Domain is not ("" or "com.microsoft") || node.Output(0) is null)
            {
                continue;
            }

            string? why = node.Op switch
            {
                "SimplifiedLayerNormalization" or "RMSNormalization" => Norm(graph, report, node, "RmsNorm"),
                "LayerNormalization" => Norm(graph, report, node, "LayerNorm"),
                "SkipSimplifiedLayerNormalization" => Skip(graph, report, node, "RmsNorm", 3, 1e-5f),
                "SkipLayerNormalization" => Skip(graph, report, node, "LayerNorm", 4, 1e-12f),
                "EmbedLayerNormalization" => Embed(graph, report, node),
                _ => null,
            };
            if (why is not null)
            {
                report.Missed(this, node, why);
            }
        }
    }

    private string? Norm(Graph graph, PassReport report, GraphNode node, string op)
    {
        GraphValue x = node.Input(0)!;
        long axis = node.Int("axis", -1);
        string? why = axis != -1 && axis != x.Rank - 1 ? $"it goes over the axes from {axis} on" : Needless(graph, node, 1, 2) ?? Vectors(x, node.Input(1)!, op == "LayerNorm" ? node.Input(2) : null);
        if (why is null)
        {
            Finish(graph, node, op, x, node.Input(1)!, node.Input(2), node.Float("epsilon", 1e-5f));
            report.Did(this, node, node.Op);
        }

        return why;
    }

    private string? Skip(Graph graph, PassReport report, GraphNode node, string op, int bias, float eps)
    {
        GraphValue x = node.Input(0)!, skip = node.Input(1)!;
        GraphValue? beta = op == "LayerNorm" ? node.Input(3) : null;
        string? why = Needless(graph, node, 1, 2) ?? (x.HasShapeOf(skip) ? null : "its two inputs have different shapes") ?? Vectors(x, node.Input(2)!, beta);
        if (why is not null)
        {
            return why;
        }

        GraphValue sum = graph.Before(node, x, "", "Add", x, skip);
        sum = node.Input(bias) is { } added ? graph.Before(node, x, "", "Add", sum, added) : sum;
        if (node.Output(3) is { } total)
        {
            graph.Replace(total, sum);
        }

        Finish(graph, node, op, sum, node.Input(2)!, beta, node.Float("epsilon", eps));
        report.Did(this, node, node.Op);
        return null;
    }

    private string? Embed(Graph graph, PassReport report, GraphNode node)
    {
        if (node.Input(0) is not { HasShape: true } ids || node.Input(2) is not { } words || node.Input(3) is not { } places || node.Input(8) is not { } at || node.Output(0) is not { } y)
        {
            return node.Input(8) is null ? "it counts positions by itself" : "its inputs are not known well enough";
        }

        string? why = Needless(graph, node, 1) ?? Vectors(y, node.Input(5)!, node.Input(6));
        if (why is not null)
        {
            return why;
        }

        GraphValue sum = graph.Before(node, y, "", "Gather", words, ids);
        sum = graph.Before(node, y, "", "Add", sum, Rows(graph, node, y, places, at));
        if (node.Input(1) is { } segments && node.Input(4) is { } table)
        {
            sum = graph.Before(node, y, "", "Add", sum, Rows(graph, node, y, table, segments));
        }

        if (node.Output(2) is { } total)
        {
            graph.Replace(total, sum);
        }

        Finish(graph, node, "LayerNorm", sum, node.Input(5)!, node.Input(6), node.Float("epsilon", 1e-12f));
        report.Did(this, node, node.Op);
        return null;
    }

    /// <summary>Rows of a table; positions may be given once for the whole batch.</summary>
    private static GraphValue Rows(Graph graph, GraphNode node, GraphValue y, GraphValue table, GraphValue ids)
    {
        GraphValue rows = graph.Before(node, y, "", "Gather", table, ids);
        rows.Shape = ids.HasShape ? [.. ids.Shape, y.Shape[^1]] : default;
        return rows;
    }

    /// <summary>Who needs one of these outputs, which the fused norms have not, or null.</summary>
    private static string? Needless(Graph graph, GraphNode node, params ReadOnlySpan<int> outputs)
    {
        foreach (int i in outputs)
        {
            if (node.Output(i) is { } value && (value.Users.Count > 0 || graph.IsOutput(value)))
            {
                return value.Users is [var user, ..] ? $"'{value.Name}' is read by {user.Op} '{user.Name}'" : $"'{value.Name}' is an output of the model";
            }
        }

        return null;
    }

    private static string? Vectors(GraphValue x, GraphValue weight, GraphValue? bias) => weight.WhyNoVector(x, "weight") ?? bias?.WhyNoVector(x, "bias");

    private static void Finish(Graph graph, GraphNode node, string op, GraphValue x, GraphValue weight, GraphValue? bias, float eps)
    {
        GraphValue result = node.Output(0)!;
        GraphValue? scale = IsOnes(weight.Constant!) ? null : graph.AsVector(weight);
        GraphNode made = op == "RmsNorm" ? graph.Insert(node, FusedOperators.Domain, op, x, scale)
            : graph.Insert(node, FusedOperators.Domain, op, x, scale, bias is null ? null : graph.AsVector(bias));
        OnnxType type = result.Type == OnnxType.None ? x.Type : result.Type;
        made.Set("epsilon", eps).Set("to", (long)type);
        (made.Outputs[0]!.Type, made.Outputs[0]!.Shape) = (type, result.HasShape ? result.Shape : x.Shape);
        graph.Replace(result, made.Outputs[0]!);
        graph.Prune(node);
    }

    private static bool IsOnes(KnownTensor weight)
    {
        try
        {
            return weight.IsSmall && Array.TrueForAll(weight.Read().ToFloat(), static f => f == 1);
        }
        catch (OnnxException)
        {
            return false; // its file is not there; the lowering will say so
        }
    }
}
