namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>(x − mean(x)) / √(mean((x − mean(x))²) + eps) in nodes of its own is one layer norm without weight and bias; <see cref="NormScaleFusion"/> adds them.</summary>
internal sealed class LayerNormFusion : IGraphPass
{
    public string Name => "layernorm";

    public string Idea => "(x − mean(x)) / √(mean((x − mean(x))²) + eps) is one norm";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (RootMeanSquare.SquaredIn(node) is not { } squared || Centred(squared) is not { } x)
            {
                continue;
            }

            string? why = null;
            if (RootMeanSquare.Find(node, v => Centred(v) == x, out why) is { } found)
            {
                GraphNode centre = squared.Narrow().MadeBy("Sub") ?? Uncast(squared).MadeBy("Sub")!;
                found.Nodes.Add(centre, centre.Input(1)!.Producer, squared.Producer);
                why = found.Normalized is { } normalized ? Plain(graph, report, node, x, normalized, found)
                    : Factored(graph, report, node, x, centre.Input(1)!, found);
            }

            if (why is not null)
            {
                report.Missed(this, node, why);
            }
        }
    }

    /// <summary>What a value is the difference of from its own mean, seen through casts; else null.</summary>
    private static GraphValue? Centred(GraphValue value)
    {
        GraphValue seen = Uncast(value);
        return seen.MadeBy("Sub") is { Inputs: [{ } x, { } mean] } && mean.MadeBy("ReduceMean") is { } reduce && reduce.Input(0) == x && reduce.IsOverLastAxis() ? x : null;
    }

    /// <summary>Exporters cast where nothing is to be cast.</summary>
    private static GraphValue Uncast(GraphValue value) => value.MadeBy("Cast") is { } cast && cast.Input(0) is { } from ? from : value;

    private string? Plain(Graph graph, PassReport report, GraphNode node, GraphValue x, GraphValue normalized, RootMeanSquare found)
    {
        // A second difference, equal to the first one, may be what is divided.
        found.Nodes.Add(normalized.Producer!.Inputs.OfType<GraphValue>().Where(v => Centred(v) == x).SelectMany(static v => new[] { v.Producer!, Uncast(v).Producer! }));
        string? why = found.Nodes.Shared(graph, normalized.Producer) ?? (normalized.HasShapeOf(x) ? null : $"'{normalized.Name}' has another shape than '{x.Name}'");
        if (why is null)
        {
            graph.Fuse(normalized, "LayerNorm", x.Narrow(), null, null).Set("epsilon", found.Eps).Set("to", (long)normalized.Type);
            report.Did(this, node, "two means, difference, root and quotient");
        }

        return why;
    }

    /// <summary>TensorFlow's form: x · (w · r) + (b − mean · (w · r)) with r the inverse root.</summary>
    private string? Factored(Graph graph, PassReport report, GraphNode node, GraphValue x, GraphValue mean, RootMeanSquare found)
    {
        foreach (GraphNode scaling in found.Inverse?.ReadBy("Mul") ?? [])
        {
            GraphValue scale = scaling.Output(0)!, weight = scaling.Partner(found.Inverse!)!;
            if (scale.ReadBy("Mul") is not [_, _] products
                || products.FirstOrDefault(p => p.Partner(scale) == x) is not { } scaled || products.FirstOrDefault(p => p.Partner(scale) == mean) is not { } shift
                || shift.Output(0)!.ReadBy("Sub") is not [{ Inputs: [{ } bias, var subtracted] } difference] || subtracted != shift.Output(0)
                || difference.Output(0)!.ReadBy("Add") is not [var end] || end.Partner(difference.Output(0)!) != scaled.Output(0))
            {
                continue;
            }

            string? why = weight.WhyNoVector(x, "weight") ?? bias.WhyNoVector(x, "bias")
                ?? found.Nodes.Add(scaling, scaled, shift, difference, end).Shared(graph, end);
            if (why is null)
            {
                GraphValue result = end.Output(0)!;
                graph.Fuse(result, "LayerNorm", x.Narrow(), graph.AsVector(weight), graph.AsVector(bias)).Set("epsilon", found.Eps).Set("to", (long)result.Type);
                report.Did(this, node, "a batch-norm-like product and sum");
            }

            return why;
        }

        return "the inverse root does not multiply the difference";
    }
}
