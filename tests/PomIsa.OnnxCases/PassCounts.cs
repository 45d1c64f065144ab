using System.Diagnostics;
using System.Globalization;
using PomIsa.Onnx;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Graphs.Passes;
using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxCases;

/// <summary>What simplification leaves of a model whose sizes stay as open as the file has them.</summary>
internal static class PassCounts
{
    /// <summary>Nodes before and after, the time that the passes took, and the operators that are left.</summary>
    public static string Line(Case one)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(one.Folder, "model.onnx"));
            var options = new CompileOptions { Folder = one.Folder };
            Graph graph = GraphImport.Read(ModelReader.Read(bytes), new TensorReader(options.Folder), options);
            int before = graph.Nodes.Count;
            long start = Stopwatch.GetTimestamp();
            PassPipeline.Run(graph, PassPipeline.Simplify, new PassReport());
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            string left = string.Join(" ", graph.Nodes.GroupBy(static n => n.Op).OrderByDescending(static g => g.Count()).ThenBy(static g => g.Key, StringComparer.Ordinal).Select(static g => $"{g.Key}:{g.Count()}"));

            int open = graph.Nodes.SelectMany(static n => n.Outputs).OfType<GraphValue>().Count(static v => !v.HasShape || v.Shape.Any(static d => d.HasUnknown));
            return string.Create(CultureInfo.InvariantCulture, $"{one.Name}: {before} nodes, {graph.Nodes.Count} left, {open} shapes not told, {took.TotalMilliseconds:0} ms: {left}");
        }
        catch (OnnxException e)
        {
            return $"{one.Name}: {e.Message}";
        }
    }
}
