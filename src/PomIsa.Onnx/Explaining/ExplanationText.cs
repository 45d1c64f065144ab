using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace PomIsa.Onnx.Explaining;

/// <summary>An explanation as lines of text.</summary>
internal static class ExplanationText
{
    /// <summary>Names that are told of each finding.</summary>
    private const int MostNames = 3;

    public static string Of(Explanation explanation)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Compiled {explanation.Note}.\n{explanation.Before.Nodes.Length} nodes became {explanation.After.Nodes.Length}.\n\n");
        Operators(text, explanation);
        text.Append("\nPasses: nodes that each took out, less those that it made\n");
        foreach (PassEffect pass in explanation.Passes)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {pass.Pass,-20} {pass.Removed,6}  {pass.Idea}\n");
        }

        Findings(text, "Fused", explanation.Fused);
        Findings(text, "Not fused", explanation.Missed);
        Graph(text, explanation.After);
        return text.ToString();
    }

    private static void Operators(StringBuilder text, Explanation explanation)
    {
        IReadOnlyDictionary<string, int> before = explanation.Before.Operators, after = explanation.After.Operators;
        HashSet<string> fused = [.. explanation.After.Nodes.Where(static n => n.Fused).Select(static n => n.Operator)];
        text.Append(CultureInfo.InvariantCulture, $"{"Operator",-40} {"before",7} {"after",7}\n");
        foreach (string name in before.Keys.Union(after.Keys).OrderBy(fused.Contains).ThenBy(static n => n, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {name,-38} {Number(before, name),7} {Number(after, name),7}{(fused.Contains(name) ? "  fused" : "")}\n");
        }
    }

    private static string Number(IReadOnlyDictionary<string, int> counts, string name) => counts.TryGetValue(name, out int count) ? count.ToString(CultureInfo.InvariantCulture) : "·";

    private static void Findings(StringBuilder text, string title, ImmutableArray<PassFinding> findings)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{title}\n{(findings.IsEmpty ? "  nothing\n" : "")}");
        foreach (PassFinding finding in findings)
        {
            string names = string.Join(", ", finding.Nodes.Take(MostNames)) + (finding.Nodes.Length > MostNames ? ", …" : "");
            text.Append(CultureInfo.InvariantCulture, $"  {finding.Pass,-20} {finding.Nodes.Length,4} × {finding.Text}: {names}\n");
        }
    }

    private static void Graph(StringBuilder text, GraphOutline outline)
    {
        text.Append("\nGraph\n");
        Lines(text, "input", outline.Inputs);
        foreach (LayerRun run in LayerFolding.Fold(outline))
        {
            if (run.Times > 1)
            {
                text.Append(CultureInfo.InvariantCulture, $"  layers 0–{run.Times - 1}, {run.Length} node{(run.Length == 1 ? "" : "s")} each, of which the first is\n");
            }

            foreach (OutlineNode node in outline.Nodes.AsSpan(run.First, run.Length))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {(run.Times > 1 ? "| " : "")}{node.Result} = {node.Operator}({string.Join(", ", node.Operands)}): {node.Shape}\n");
            }
        }

        Lines(text, "output", outline.Outputs);
    }

    private static void Lines(StringBuilder text, string what, ImmutableArray<string> lines)
    {
        foreach (string line in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {what} {line}\n");
        }
    }
}
