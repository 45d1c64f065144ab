using System.Globalization;

namespace PomIsa.Benchmarks.Onnx;

/// <summary>Element types by their numbers in onnx.proto.</summary>
internal enum OnnxType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
}

/// <summary>An ONNX model in the making: its nodes in memory, its weights in a file beside it. Field numbers are onnx.proto's.</summary>
/// <param name="weights">Where weights are written to, as they are added.</param>
/// <param name="weightsName">What the model calls that file.</param>
internal sealed class OnnxGraph(Stream weights, string weightsName)
{
    public const string Microsoft = "com.microsoft";

    private const int IrVersion = 10;
    private const int Opset = 21;
    private const int Alignment = 4096; // pages, so that a runtime can map them

    private readonly ProtoWriter _graph = new();
    private int _nodes;

    /// <summary>A dimension that is known at run time, by name, or a fixed one, in decimal.</summary>
    public void Input(string name, OnnxType type, params ReadOnlySpan<string> shape) => _graph.Message(11, Value(name, type, shape));

    public void Output(string name, OnnxType type, params ReadOnlySpan<string> shape) => _graph.Message(12, Value(name, type, shape));

    /// <summary>A constant, written to the weights' file.</summary>
    public string Weight(string name, OnnxType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        weights.Position = (weights.Position + Alignment - 1) / Alignment * Alignment;
        ProtoWriter tensor = Tensor(name, type, shape)
            .Message(13, Entry("location", weightsName))
            .Message(13, Entry("offset", weights.Position.ToString(CultureInfo.InvariantCulture)))
            .Message(13, Entry("length", bytes.Length.ToString(CultureInfo.InvariantCulture)))
            .Int(14, 1);
        weights.Write(bytes);
        _graph.Message(5, tensor);
        return name;
    }

    /// <summary>A small constant, kept in the model.</summary>
    public string Constant(string name, OnnxType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        _graph.Message(5, Tensor(name, type, shape).Bytes(9, bytes));
        return name;
    }

    /// <summary>A node with any outputs; an empty name is one that is left out.</summary>
    public void Node(string operation, string domain, string[] inputs, string[] outputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new ProtoWriter();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        foreach (string output in outputs)
        {
            node.Text(2, output);
        }

        node.Text(3, string.Create(CultureInfo.InvariantCulture, $"{operation}_{_nodes++}")).Text(4, operation);
        foreach ((string name, object value) in attributes)
        {
            ProtoWriter attribute = new ProtoWriter().Text(1, name);
            node.Message(5, value is float f ? attribute.Float(2, f).Int(20, 1) : attribute.Int(3, (int)value).Int(20, 2));
        }

        _graph.Message(1, node.Text(7, domain));
    }

    /// <summary>A node of the standard domain with one output, which it names.</summary>
    public string Node(string operation, string output, string[] inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        Node(operation, "", inputs, [output], attributes);
        return output;
    }

    /// <summary>The whole model.</summary>
    public byte[] Model() => new ProtoWriter()
        .Int(1, IrVersion)
        .Text(2, "PomIsa.Benchmarks")
        .Message(7, _graph.Text(2, "decoder"))
        .Message(8, new ProtoWriter().Text(1, "").Int(2, Opset))
        .Message(8, new ProtoWriter().Text(1, Microsoft).Int(2, 1))
        .ToArray();

    private static ProtoWriter Tensor(string name, OnnxType type, ReadOnlySpan<long> shape)
    {
        var tensor = new ProtoWriter();
        foreach (long dimension in shape)
        {
            tensor.Int(1, dimension);
        }

        return tensor.Int(2, (int)type).Text(8, name);
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
