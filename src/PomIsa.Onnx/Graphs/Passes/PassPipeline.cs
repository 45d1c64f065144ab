using System.Collections.Immutable;
using PomIsa.Onnx.Graphs.Passes.Fusion;

namespace PomIsa.Onnx.Graphs.Passes;

/// <summary>Passes in order, over and over until none changes anything.</summary>
internal static class PassPipeline
{
    private const int MostRounds = 16;

    /// <summary>For every model: what shapes and constants tell, and nothing twice.</summary>
    public static ImmutableArray<IGraphPass> Simplify { get; } =
        [new ConstantFolding(), new ShapeInference(), new Branches(), new Identities(), new CommonSubexpressions(), new DeadCode()];

    /// <summary>Patterns of exporters back to the machine's large opcodes.</summary>
    public static ImmutableArray<IGraphPass> Fuse { get; } = [.. FusionPasses.All];

    public static void Run(Graph graph, IEnumerable<IGraphPass> passes, PassReport report)
    {
        int changes = -1;
        for (int round = 0; round < MostRounds && changes != report.Changes; round++)
        {
            changes = report.Changes;
            foreach (IGraphPass pass in passes)
            {
                int before = graph.Nodes.Count;
                pass.Run(graph, report);
                report.Counted(pass, before, graph.Nodes.Count);
            }
        }
    }
}
