using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Graphs.Passes;

/// <summary>An <c>If</c> whose condition is decided is the branch that it takes.</summary>
internal sealed class Branches : IGraphPass
{
    public string Name => "branches";

    public string Idea => "an If whose condition is decided is the branch that it takes";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (!node.Is("If") || node.Input(0) is not { Integers: { Length: 1 } condition }
                || !node.Attributes.TryGetValue(condition[0] != 0 ? "then_branch" : "else_branch", out AttributeProto? branch) || branch.G is null)
            {
                continue;
            }

            if (GraphImport.TrySplice(graph, node, branch.G))
            {
                report.Did(this, node, $"its condition is {(condition[0] != 0 ? "true" : "false")}");
            }
            else
            {
                report.Missed(this, node, "names in its branch are taken outside, and a graph inside it reads them");
            }
        }
    }
}
