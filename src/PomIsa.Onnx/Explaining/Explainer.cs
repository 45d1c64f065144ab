using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Graphs.Passes;

namespace PomIsa.Onnx.Explaining;

/// <summary>Takes down a graph before its passes, to explain afterwards what they did.</summary>
/// <param name="before">The graph as the file has it.</param>
/// <param name="note">What the model is compiled as.</param>
internal sealed class Explainer(Graph before, string note)
{
    private readonly GraphOutline _before = GraphOutline.Of(before);

    /// <summary>What became of it.</summary>
    /// <param name="after">The same graph, or another one that was made of it.</param>
    /// <param name="report">What the passes told.</param>
    public Explanation Finish(Graph after, PassReport report) => Explanation.Of(note, _before, GraphOutline.Of(after), report);
}
