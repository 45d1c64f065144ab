using System.Collections.Immutable;
using PomIsa.Onnx.Graphs.Passes;

namespace PomIsa.Onnx.Explaining;

/// <summary>Something that a pass did, or nearly did, at several nodes.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Text">What happened, or why nothing did.</param>
/// <param name="Nodes">Names of the nodes, in order.</param>
public sealed record PassFinding(string Pass, string Text, ImmutableArray<string> Nodes);

/// <summary>What a pass did to the number of nodes.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Idea">Its idea in one sentence.</param>
/// <param name="Removed">Nodes that it took out, less those that it made, over all its rounds.</param>
public sealed record PassEffect(string Pass, string Idea, int Removed);

/// <summary>What became of a model's graph and why.</summary>
/// <param name="Note">What the model is compiled as, and why not as something better.</param>
/// <param name="Before">The graph as the file has it.</param>
/// <param name="After">The graph that is lowered.</param>
/// <param name="Passes">The passes that changed the number of nodes, in their order.</param>
/// <param name="Fused">What was done.</param>
/// <param name="Missed">What was nearly done.</param>
public sealed record Explanation(
    string Note, GraphOutline Before, GraphOutline After, ImmutableArray<PassEffect> Passes, ImmutableArray<PassFinding> Fused, ImmutableArray<PassFinding> Missed)
{
    /// <summary>For a terminal.</summary>
    public string ToText() => ExplanationText.Of(this);

    /// <summary>For Graphviz: both graphs, repeated layers once.</summary>
    public string ToDot() => ExplanationDot.Of(this);

    /// <summary>For a browser: both graphs side by side, repeated layers once.</summary>
    public string ToSvg() => ExplanationSvg.Of(this);

    internal static Explanation Of(string note, GraphOutline before, GraphOutline after, PassReport report)
    {
        // What was missed once and done later is no longer there under its old operator.
        HashSet<string> left = [.. after.Nodes.Select(static n => n.Name)];
        return new Explanation(
            note,
            before,
            after,
            [.. report.Counts.GroupBy(static c => c.Pass).Select(g => new PassEffect(g.Key, report.Ideas.GetValueOrDefault(g.Key, ""), g.Sum(static c => c.Before - c.After)))],
            Findings(report.Notes.Where(static n => n.Done)),
            Findings(report.Notes.Where(n => !n.Done && left.Contains(n.Node))));
    }

    private static ImmutableArray<PassFinding> Findings(IEnumerable<PassNote> notes) =>
        [.. notes.GroupBy(static n => (n.Pass, n.Text)).Select(static g => new PassFinding(g.Key.Pass, g.Key.Text, [.. g.Select(static n => n.Node)]))];
}
