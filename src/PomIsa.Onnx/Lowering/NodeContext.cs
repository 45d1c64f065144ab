using System.Text;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Lowering;

/// <summary>One node while it is lowered: its inputs, attributes and outputs, and the instructions that it becomes.</summary>
internal sealed class NodeContext(GraphLowering graph, NodeProto node, Scope scope, Emitter e, GraphNode? origin = null)
{
    private readonly Dictionary<string, AttributeProto> _attributes = node.Attribute.ToDictionary(static a => a.Name, StringComparer.Ordinal);

    /// <summary>The node as the file has it.</summary>
    public NodeProto Node => node;

    /// <summary>Where the node stands: names of values, and what encloses them.</summary>
    public Scope Scope => scope;

    /// <summary>Takes instructions.</summary>
    public Emitter E => e;

    /// <summary>Lowers subgraphs.</summary>
    public GraphLowering Graph => graph;

    /// <summary>Version of the operator set of the node's domain.</summary>
    public int Opset { get; } = scope.Opset(node.Domain);

    /// <summary>Number of inputs, omitted ones between them included.</summary>
    public int Inputs => node.Input.Count;

    /// <summary>Number of outputs, omitted ones between them included.</summary>
    public int Outputs => node.Output.Count;

    /// <summary>An input that must be there.</summary>
    public Val Input(int index) => Optional(index) ?? throw new OnnxException($"input {index} is missing");

    /// <summary>An input, or null where it is omitted.</summary>
    public Val? Optional(int index) => index < node.Input.Count && node.Input[index].Length > 0 ? scope.Find(node.Input[index]) : null;

    /// <summary>Whether somebody may want an output.</summary>
    public bool Wants(int index) => index < node.Output.Count && node.Output[index].Length > 0;

    /// <summary>Gives an output its value.</summary>
    public void Output(int index, Val value)
    {
        if (Wants(index))
        {
            scope.Define(node.Output[index], value);
        }
    }

    public bool Has(string attribute) => _attributes.ContainsKey(attribute);

    public long Int(string attribute, long otherwise) => _attributes.TryGetValue(attribute, out AttributeProto? a) ? a.I : otherwise;

    public float Float(string attribute, float otherwise) => _attributes.TryGetValue(attribute, out AttributeProto? a) ? a.F : otherwise;

    public string Text(string attribute, string otherwise) => _attributes.TryGetValue(attribute, out AttributeProto? a) ? Encoding.UTF8.GetString(a.S.Span) : otherwise;

    /// <summary>A list of integers, or null.</summary>
    public long[]? Ints(string attribute) => _attributes.TryGetValue(attribute, out AttributeProto? a) ? [.. a.Ints] : null;

    public float[]? Floats(string attribute) => _attributes.TryGetValue(attribute, out AttributeProto? a) ? [.. a.Floats] : null;

    public string[]? Texts(string attribute) =>
        _attributes.TryGetValue(attribute, out AttributeProto? a) ? [.. a.Strings.Select(static s => Encoding.UTF8.GetString(s.Span))] : null;

    public HostTensor? Tensor(string attribute) => _attributes.TryGetValue(attribute, out AttributeProto? a) && a.T is not null ? graph.Tensors.Read(a.T) : null;

    public GraphProto Subgraph(string attribute) =>
        _attributes.TryGetValue(attribute, out AttributeProto? a) && a.G is not null ? a.G : throw new OnnxException($"attribute {attribute} is missing");

    /// <summary>Formulas that a pass left at the node, as dimensions.</summary>
    public int[] Sizes(string name) => origin is not null && origin.Sizes.TryGetValue(name, out var sizes)
        ? [.. sizes.Select(graph.Dimension)] : throw new OnnxException($"there are no sizes '{name}'");

    /// <summary>The elements of an input that decides shapes or flow, and so must be known when the model is compiled.</summary>
    public long[] Constants(int index) => ConstantsOf(Input(index), $"input {index}");

    /// <summary>As <see cref="Constants"/>, or null where the input is omitted.</summary>
    public long[]? OptionalConstants(int index) => Optional(index) is { } value ? ConstantsOf(value, $"input {index}") : null;

    /// <summary>Floating-point elements that must be known.</summary>
    public float[] ConstantFloats(int index) => (Input(index).Known ?? throw Unknown(Input(index), $"input {index}")).ToFloat();

    /// <summary>The elements of a value that must be known.</summary>
    public static long[] ConstantsOf(Val value, string what) => (value.Known ?? throw Unknown(value, what)).ToInt64();

    private static OnnxException Unknown(Val value, string what) =>
        new($"the value of {what} must be known when the model is compiled; it follows from {string.Join(", ", value.Reg.Unknown.Order(StringComparer.Ordinal))}")
        {
            Unknown = value.Reg.Unknown,
        };

    /// <summary>An axis counted from the end where it is negative.</summary>
    public static int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw new OnnxException($"axis {axis} is not below rank {rank}");
}
