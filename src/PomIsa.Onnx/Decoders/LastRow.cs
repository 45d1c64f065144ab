using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;

namespace PomIsa.Onnx.Decoders;

/// <summary>Only the last row's logits are wanted, so it is taken as early as what follows works row by row.</summary>
internal static class LastRow
{
    public static void Take(Graph graph)
    {
        GraphValue value = graph.Outputs[0].Value, result = value;
        var path = new List<GraphNode>();
        GraphValue place = value;
        int taken = 0;
        while (Before(graph, value) is { } before)
        {
            path.Add(value.Producer!);
            value = before;
            if (value.Rank == 2)
            {
                (place, taken) = (value, path.Count);
            }
        }

        GraphNode? first = taken > 0 ? path[taken - 1] : null;
        if (first is null)
        {
            GraphNode end = graph.Append(FusedOperators.Domain, "Tail", "last", value.Producer?.Opsets ?? new Dictionary<string, int>(), [result], [graph.Fresh("last", result.Type, One(result))]);
            graph.Outputs[0] = (graph.Outputs[0].Name, end.Output(0)!);
            return;
        }

        GraphNode tail = graph.Insert(first, FusedOperators.Domain, "Tail", place);
        GraphValue last = tail.Output(0)!;
        (last.Type, last.Shape) = (place.Type, One(place));
        for (int i = 0; i < first.Inputs.Count; i++)
        {
            if (first.Input(i) == place)
            {
                graph.SetInput(first, i, last);
            }
        }

        foreach (GraphNode node in path.Take(taken))
        {
            node.Output(0)!.Shape = One(node.Output(0)!);
        }
    }

    private static System.Collections.Immutable.ImmutableArray<Size> One(GraphValue value) => value.HasShape ? [Size.One, .. value.Shape[1..]] : default;

    /// <summary>The one value that is not known and that a value is made of row by row, if nobody else wants the value; else null.</summary>
    private static GraphValue? Before(Graph graph, GraphValue value)
    {
        bool wanted = graph.IsOutput(value) ? value.Users.Count == 0 : value.Users.Distinct().Count() == 1;
        if (!wanted || value.Producer is not { } node || node.Captured.Count > 0)
        {
            return null;
        }

        bool byRow = !node.Is(FusedOperators.Domain, "CachedAttention") && !node.Is(FusedOperators.Domain, "Rope") && !node.Is(FusedOperators.Domain, "Positions");
        GraphValue[] data = [.. node.Inputs.OfType<GraphValue>().Where(static i => !i.IsConstant).Distinct()];
        return byRow && data is [var only] && only.Rank is 2 or 3 && OnnxIsRows(only) ? only : null;
    }

    private static bool OnnxIsRows(GraphValue value) => Reading.OnnxTypes.IsFloat(value.Type) && value.Shape[0].Equals(RowGraph.RowCount);
}
