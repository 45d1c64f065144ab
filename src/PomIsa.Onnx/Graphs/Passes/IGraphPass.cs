namespace PomIsa.Onnx.Graphs.Passes;

/// <summary>One idea about graphs: changes a graph so that it means the same and says it better.</summary>
internal interface IGraphPass
{
    /// <summary>What reports call it, such as <c>rmsnorm</c>.</summary>
    string Name { get; }

    /// <summary>The idea in one sentence.</summary>
    string Idea { get; }

    /// <summary>Goes over the graph once, telling the report what it did and what it nearly did.</summary>
    void Run(Graph graph, PassReport report);
}
