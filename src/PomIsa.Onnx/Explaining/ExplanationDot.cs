using System.Globalization;
using System.Text;

namespace PomIsa.Onnx.Explaining;

/// <summary>An explanation for Graphviz: a cluster for each graph, in it one for each run of layers.</summary>
internal static class ExplanationDot
{
    public static string Of(Explanation explanation)
    {
        var text = new StringBuilder("digraph model {\n  node [shape=box style=\"rounded,filled\" fillcolor=white fontname=\"sans-serif\" fontsize=10];\n  edge [arrowsize=0.6 color=\"#888888\"];\n");
        Graph(text, "before", explanation.Before);
        Graph(text, "after", explanation.After);
        return text.Append("}\n").ToString();
    }

    private static void Graph(StringBuilder text, string side, GraphOutline outline)
    {
        text.Append(CultureInfo.InvariantCulture, $"  subgraph cluster_{side} {{\n    label=\"{side}: {outline.Nodes.Length} nodes\";\n");
        DrawnNode[] drawn = DrawnNode.Of(outline);
        foreach (IGrouping<int, DrawnNode> run in drawn.GroupBy(static d => d.Run))
        {
            int times = run.First().Times;
            text.Append(times > 1 ? string.Create(CultureInfo.InvariantCulture, $"    subgraph cluster_{side}_{run.Key} {{\n      label=\"{times} layers\"; style=dashed;\n") : "");
            foreach (DrawnNode node in run)
            {
                text.Append(CultureInfo.InvariantCulture, $"      {side}{node.Index} [label=\"{Escaped(node.Title)}\\n{Escaped(node.Detail)}\" fillcolor=\"{node.Colour}\"];\n");
            }

            text.Append(times > 1 ? "    }\n" : "");
        }

        foreach (DrawnNode node in drawn)
        {
            foreach (int source in node.Sources)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {side}{drawn[source].Index} -> {side}{node.Index};\n");
            }
        }

        text.Append("  }\n");
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
