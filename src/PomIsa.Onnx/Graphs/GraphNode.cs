using System.Collections.Immutable;
using System.Text;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Graphs;

/// <summary>An operator of a graph with its inputs, outputs and attributes. Made and changed by its <see cref="Graph"/>.</summary>
internal sealed class GraphNode
{
    private readonly List<GraphValue?> _inputs;
    private readonly List<GraphValue?> _outputs;
    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);

    internal GraphNode(string domain, string op, string name, IReadOnlyDictionary<string, int> opsets, IEnumerable<GraphValue?> inputs, IEnumerable<GraphValue?> outputs)
    {
        (Domain, Op, Name, Opsets, _inputs, _outputs) = (domain, op, name, opsets, [.. inputs], [.. outputs]);
    }

    /// <summary>Domain of the operator, <c>""</c> for ONNX's own.</summary>
    public string Domain { get; }

    /// <summary>Name of the operator.</summary>
    public string Op { get; }

    /// <summary>Name of the node in the file, or of its first output.</summary>
    public string Name { get; }

    /// <summary>Operator set versions that hold where it stands.</summary>
    public IReadOnlyDictionary<string, int> Opsets { get; }

    /// <summary>Version of the operator set of its domain.</summary>
    public int Opset => Opsets.GetValueOrDefault(Domain, 1);

    /// <summary>Inputs; null where one is omitted.</summary>
    public IReadOnlyList<GraphValue?> Inputs => _inputs;

    /// <summary>Outputs; null where nobody wants one.</summary>
    public IReadOnlyList<GraphValue?> Outputs => _outputs;

    /// <summary>Values that subgraphs read from around them, beside <see cref="Inputs"/>.</summary>
    public IReadOnlyList<GraphValue> Captured { get; internal set; } = [];

    public IReadOnlyDictionary<string, AttributeProto> Attributes => _attributes;

    /// <summary>Formulas that a pass leaves for later passes and the lowering, by name.</summary>
    public Dictionary<string, ImmutableArray<Size>> Sizes { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it is the operator <paramref name="op"/> of ONNX's own domain.</summary>
    public bool Is(string op) => Op == op && Domain.Length == 0;

    /// <summary>Whether it is an operator of the given domain.</summary>
    public bool Is(string domain, string op) => Op == op && Domain == domain;

    /// <summary>An input, or null where it is omitted.</summary>
    public GraphValue? Input(int index) => index < _inputs.Count ? _inputs[index] : null;

    /// <summary>An output, or null where nobody wants it.</summary>
    public GraphValue? Output(int index) => index < _outputs.Count ? _outputs[index] : null;

    public long Int(string name, long otherwise) => _attributes.TryGetValue(name, out AttributeProto? a) ? a.I : otherwise;

    public float Float(string name, float otherwise) => _attributes.TryGetValue(name, out AttributeProto? a) ? a.F : otherwise;

    public long[]? Ints(string name) => _attributes.TryGetValue(name, out AttributeProto? a) ? [.. a.Ints] : null;

    public string Text(string name, string otherwise) => _attributes.TryGetValue(name, out AttributeProto? a) ? Encoding.UTF8.GetString(a.S.Span) : otherwise;

    public GraphNode Set(AttributeProto attribute)
    {
        _attributes[attribute.Name] = attribute;
        return this;
    }

    public GraphNode Set(string name, long value) => Set(new AttributeProto { Name = name, I = value });

    public GraphNode Set(string name, float value) => Set(new AttributeProto { Name = name, F = value });

    public GraphNode Set(string name, ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name };
        attribute.Ints.AddRange(values.ToArray());
        return Set(attribute);
    }

    public override string ToString() =>
        $"{string.Join(", ", _outputs.Select(static o => o?.Name ?? "_"))} = {(Domain.Length > 0 ? Domain + "." : "")}{Op}({string.Join(", ", _inputs.Select(static i => i?.Name ?? "_"))})";

    /// <summary>The node as a message, which lowerings read.</summary>
    public NodeProto ToProto()
    {
        var proto = new NodeProto { Domain = Domain, OpType = Op, Name = Name };
        proto.Input.AddRange(_inputs.Select(static i => i?.Name ?? ""));
        proto.Output.AddRange(_outputs.Select(static o => o?.Name ?? ""));
        proto.Attribute.AddRange(_attributes.Values);
        return proto;
    }

    internal void SetInput(int index, GraphValue? value) => _inputs[index] = value;

    internal void SetInputs(IReadOnlyList<GraphValue?> inputs)
    {
        _inputs.Clear();
        _inputs.AddRange(inputs);
    }

    internal void SetOutput(int index, GraphValue? value) => _outputs[index] = value;
}
