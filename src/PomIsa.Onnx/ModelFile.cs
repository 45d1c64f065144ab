using System.Collections.Immutable;
using Google.Protobuf;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx;

/// <summary>What a model file says of itself, and tensors in files of their own.</summary>
public static class ModelFile
{
    /// <summary>Names of the graph's true inputs, in order: initializers that older files list among them, which come last, are left out.</summary>
    /// <exception cref="InvalidDataException">No ONNX model.</exception>
    public static ImmutableArray<string> InputNames(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            GraphProto graph = ModelReader.Read(bytes).Graph;
            HashSet<string> known = [.. graph.Initializer.Select(static i => i.Name)];
            return [.. graph.Input.Select(static i => i.Name).Where(n => !known.Contains(n))];
        }
        catch (OnnxException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>Declared shape of a graph's input, or none where a dimension is open.</summary>
    public static ImmutableArray<int> InputShape(ReadOnlyMemory<byte> bytes, string name)
    {
        ValueInfoProto? input = ModelReader.Read(bytes).Graph.Input.FirstOrDefault(i => i.Name == name);
        var dims = input?.Type?.TensorType?.Shape?.Dim;
        return dims is null || dims.Any(static d => d.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue)
            ? default : [.. dims.Select(static d => (int)d.DimValue)];
    }

    /// <summary>A tensor from a file that holds nothing else.</summary>
    /// <exception cref="InvalidDataException">No tensor.</exception>
    public static HostTensor Tensor(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new TensorReader(null).Read(TensorProto.Parser.ParseFrom(bytes));
        }
        catch (Exception e) when (e is OnnxException or InvalidProtocolBufferException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
