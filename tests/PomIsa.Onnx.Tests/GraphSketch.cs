using System.Collections.Immutable;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Graphs.Passes;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Tests;

/// <summary>A graph drawn in place, with open sizes.</summary>
internal sealed class GraphSketch(int opset = 17)
{
    private readonly Dictionary<string, int> _opsets = new() { [""] = opset, ["com.microsoft"] = 1 };
    private int _count;

    public Graph Graph { get; } = new(new GraphContext(new ModelProto { Graph = new GraphProto() }, new TensorReader(null)));

    /// <summary>Operators that are left, in order.</summary>
    public string[] Operators => [.. Graph.Nodes.Select(static n => n.Op)];

    public GraphValue Input(string name, OnnxType type, params ReadOnlySpan<Size> shape)
    {
        GraphValue value = Graph.Define(name);
        (value.Type, value.Shape) = (type, [.. shape]);
        Graph.Inputs.Add(value);
        return value;
    }

    public GraphValue Floats(string name, params ReadOnlySpan<Size> shape) => Input(name, OnnxType.Float, shape);

    public GraphValue Known(params long[] values) => Graph.Constant("k", HostTensor.OfInt64([values.Length], values));

    public GraphValue Known(long value) => Graph.Constant("k", HostTensor.OfInt64([], value));

    public GraphValue Known(float value) => Graph.Constant("k", HostTensor.OfFloat([], value));

    public GraphValue Node(string op, params ReadOnlySpan<GraphValue?> inputs) => Make(op, inputs).Outputs[0]!;

    public GraphValue Node(string op, (string Name, long Value) attribute, params ReadOnlySpan<GraphValue?> inputs) => Make(op, inputs).Set(attribute.Name, attribute.Value).Outputs[0]!;

    public GraphValue Node(string op, (string Name, long[] Values) attribute, params ReadOnlySpan<GraphValue?> inputs) => Make(op, inputs).Set(attribute.Name, attribute.Values).Outputs[0]!;

    public GraphNode Make(string op, ReadOnlySpan<GraphValue?> inputs, int outputs = 1) =>
        Graph.Append("", op, $"n{_count}", _opsets, [.. inputs], [.. Enumerable.Range(0, outputs).Select(i => Graph.Define($"v{_count++}_{i}"))]);

    /// <summary>The element of a shape, as exporters ask for it.</summary>
    public GraphValue Dim(GraphValue x, int axis) => Node("Gather", Node("Shape", x), Known((long)axis));

    public GraphSketch Output(params ReadOnlySpan<GraphValue> values)
    {
        foreach (GraphValue value in values)
        {
            Graph.Outputs.Add((value.Name, value));
        }

        return this;
    }

    public PassReport Simplify()
    {
        var report = new PassReport();
        PassPipeline.Run(Graph, PassPipeline.Simplify, report);
        return report;
    }

    /// <summary>A branch of one node.</summary>
    public static AttributeProto Branch(string name, string op, string input, string output) => new()
    {
        Name = name,
        G = new GraphProto { Node = { new NodeProto { OpType = op, Input = { input }, Output = { output } } }, Output = { new ValueInfoProto { Name = output } } },
    };

    public static string Text(GraphValue value) => value.HasShape ? string.Join(", ", value.Shape) : "?";
}
