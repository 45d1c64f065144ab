using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Graphs.Passes;

namespace PomIsa.Onnx.Explaining;

/// <summary>Takes down a graph before its passes, to explain afterwards what they did.</summary>
internal sealed class Explainer(Graph before)
{
    private readonly GraphOutline _before = GraphOutline.Of(before);

    /// <summary>What became of it.</summary>
    /// <param name="after">The same graph, or another one that was made of it.</param>
    /// <param name="report">What the passes told.</param>
    public Explanation Finish(Graph after, PassReport report) => Explanation.Of(_before, GraphOutline.Of(after), report);
}
