using System.Globalization;
using System.Runtime.InteropServices;

namespace PomIsa.OnnxModels.Writing;

/// <summary>An ONNX model in the making, with the names that exporters give. Field numbers are onnx.proto's.</summary>
/// <param name="producer">What the file says wrote it.</param>
/// <param name="opset">Of the standard domain; com.microsoft is at 1.</param>
/// <param name="weights">Where weights are written to as they are added, or null to keep them in the model.</param>
/// <param name="weightsName">What the model calls that file.</param>
public sealed class GraphWriter(string producer, int opset, Stream? weights = null, string weightsName = "")
{
    public const string Microsoft = "com.microsoft";

    private const int Alignment = 4096; // pages, so that a runtime can map them

    private readonly ProtoWriter _nodes = new();
    private readonly ProtoWriter _initializers = new();
    private readonly ProtoWriter _inputs = new();
    private readonly ProtoWriter _outputs = new();
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _constants = new(StringComparer.Ordinal);
    private bool _microsoft;

    /// <summary>Of the standard domain.</summary>
    public int Opset => opset;

    /// <summary>The module that the next nodes come from, as <c>/model/layers.0/mlp</c>.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Whether each use of a constant is a node of its own, as TorchScript writes it, rather than one initializer for all.</summary>
    public bool ConstantNodes { get; init; }

    /// <summary>A dimension is a number, in decimal, or the name of one that is known at run time.</summary>
    public string Input(string name, OnnxType type, params ReadOnlySpan<string> shape)
    {
        _inputs.Message(11, Value(name, type, shape));
        return name;
    }

    public void Output(string name, OnnxType type, params ReadOnlySpan<string> shape) => _outputs.Message(12, Value(name, type, shape));

    /// <summary>An output whose type follows from the graph.</summary>
    public void Output(string name) => _outputs.Message(12, new ProtoWriter().Text(1, name));

    /// <summary>An initializer with data of any size.</summary>
    public string Weight(string name, OnnxType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        ProtoWriter tensor = Tensor(name, type, shape);
        if (weights is null)
        {
            _initializers.Message(5, tensor.Bytes(9, bytes));
            return name;
        }

        weights.Position = (weights.Position + Alignment - 1) / Alignment * Alignment;
        tensor.Message(13, Entry("location", weightsName))
            .Message(13, Entry("offset", weights.Position.ToString(CultureInfo.InvariantCulture)))
            .Message(13, Entry("length", bytes.Length.ToString(CultureInfo.InvariantCulture)))
            .Int(14, 1);
        weights.Write(bytes);
        _initializers.Message(5, tensor);
        return name;
    }

    public string Weight(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) => Weight(name, OnnxType.Float, shape, MemoryMarshal.AsBytes(values));

    public string Scalar(long value) => Constant($"i64_{value}", OnnxType.Int64, [], BitConverter.GetBytes(value));

    public string Scalar(float value) => Constant(string.Create(CultureInfo.InvariantCulture, $"f32_{value:R}"), OnnxType.Float, [], BitConverter.GetBytes(value));

    /// <summary>A vector of whole numbers: axes, a shape, places.</summary>
    public string Vector(params ReadOnlySpan<long> values) =>
        Constant("i64s_" + string.Join('_', values.ToArray()), OnnxType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    public string Vector(params ReadOnlySpan<float> values) =>
        Constant("f32s_" + string.Join('_', values.ToArray().Select(static v => v.ToString("R", CultureInfo.InvariantCulture))), OnnxType.Float, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>A node of the standard domain with one output.</summary>
    public string Op(string operation, string[] inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Node(operation, "", inputs, 1, attributes)[0];

    /// <summary>A node whose outputs get the names that an exporter gives them.</summary>
    public string[] Node(string operation, string domain, string[] inputs, int outputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string name = Next(operation);
        string[] names = [.. Enumerable.Range(0, outputs).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name}_output_{i}"))];
        Write(name, operation, domain, inputs, names, attributes);
        return names;
    }

    /// <summary>A node with outputs of given names; an empty name is an output that is left out.</summary>
    public void Into(string[] outputs, string operation, string domain, string[] inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Write(Next(operation), operation, domain, inputs, outputs, attributes);

    /// <summary>The whole model.</summary>
    public byte[] Model()
    {
        ProtoWriter model = new ProtoWriter().Int(1, opset >= 21 ? 10 : 8).Text(2, producer);
        model.Message(7, new ProtoWriter().Append(_nodes).Text(2, "main_graph").Append(_initializers).Append(_inputs).Append(_outputs));
        model.Message(8, new ProtoWriter().Text(1, "").Int(2, opset));
        return (_microsoft ? model.Message(8, new ProtoWriter().Text(1, Microsoft).Int(2, 1)) : model).ToArray();
    }

    private string Constant(string name, OnnxType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        if (ConstantNodes)
        {
            return Op("Constant", [], ("value", Tensor("", type, shape).Bytes(9, bytes)));
        }

        if (_constants.Add(name))
        {
            _initializers.Message(5, Tensor(name, type, shape).Bytes(9, bytes));
        }

        return name;
    }

    private string Next(string operation)
    {
        string name = $"{Scope}/{operation}";
        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, name, out bool known);
        return known ? string.Create(CultureInfo.InvariantCulture, $"{name}_{++count}") : name;
    }

    private void Write(string name, string operation, string domain, string[] inputs, string[] outputs, ReadOnlySpan<(string Name, object Value)> attributes)
    {
        _microsoft |= domain == Microsoft;
        var node = new ProtoWriter();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        foreach (string output in outputs)
        {
            node.Text(2, output);
        }

        node.Text(3, name).Text(4, operation);
        foreach ((string attribute, object value) in attributes)
        {
            node.Message(5, Attribute(attribute, value));
        }

        _nodes.Message(1, domain.Length > 0 ? node.Text(7, domain) : node);
    }

    private static ProtoWriter Attribute(string name, object value)
    {
        ProtoWriter attribute = new ProtoWriter().Text(1, name);
        switch (value)
        {
            case float f:
                return attribute.Float(2, f).Int(20, 1);
            case float[] numbers:
                foreach (float number in numbers)
                {
                    attribute.Float(7, number);
                }

                return attribute.Int(20, 6);
            case string[] texts:
                foreach (string text in texts)
                {
                    attribute.Text(9, text);
                }

                return attribute.Int(20, 8);
            case string text:
                return attribute.Text(4, text).Int(20, 3);
            case ProtoWriter tensor:
                return attribute.Message(5, tensor).Int(20, 4);
            case long[] numbers:
                foreach (long number in numbers)
                {
                    attribute.Int(8, number);
                }

                return attribute.Int(20, 7);
            default:
                return attribute.Int(3, Convert.ToInt64(value, CultureInfo.InvariantCulture)).Int(20, 2);
        }
    }

    /// <summary>A tensor of one value, for an attribute.</summary>
    public static object One(float value) => Tensor("", OnnxType.Float, [1]).Bytes(9, BitConverter.GetBytes(value));

    /// <inheritdoc cref="One(float)"/>
    public static object One(long value) => Tensor("", OnnxType.Int64, [1]).Bytes(9, BitConverter.GetBytes(value));

    private static ProtoWriter Tensor(string name, OnnxType type, ReadOnlySpan<long> shape)
    {
        var tensor = new ProtoWriter();
        foreach (long dimension in shape)
        {
            tensor.Int(1, dimension);
        }

        tensor.Int(2, (int)type);
        return name.Length > 0 ? tensor.Text(8, name) : tensor;
    }

    private static ProtoWriter Value(string name, OnnxType type, ReadOnlySpan<string> shape)
    {
        var dimensions = new ProtoWriter();
        foreach (string dimension in shape)
        {
            dimensions.Message(1, long.TryParse(dimension, NumberStyles.None, CultureInfo.InvariantCulture, out long fixedSize)
                ? new ProtoWriter().Int(1, fixedSize)
                : new ProtoWriter().Text(2, dimension));
        }

        return new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, new ProtoWriter().Int(1, (int)type).Message(2, dimensions)));
    }

    private static ProtoWriter Entry(string key, string value) => new ProtoWriter().Text(1, key).Text(2, value);
}
