using Google.Protobuf;
using PomIsa.Kernels;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;
using PomIsa.OnnxCases;

namespace PomIsa.Onnx.Tests;

/// <summary>One node with inputs a, b, c … and outputs y, z, w …, compiled and run.</summary>
internal static class OperatorRun
{
    private static readonly string[] OutputNames = ["y", "z", "w", "v"];

    /// <summary>The node's outputs; an input that is null is omitted.</summary>
    public static HostTensor[] Run(string op, int opset, HostTensor?[] inputs, AttributeProto[]? attributes = null, int outputs = 1)
    {
        Dictionary<string, HostTensor> given = Named(inputs);
        byte[] model = Model(op, opset, inputs, attributes ?? [], outputs).ToByteArray();
        Assert.True(ModelRun.TryCompile(model, given, null, out CompiledModel? compiled, out _, out string reason), reason);
        using var pool = new WorkerPool(1);
        Assert.True(ModelRun.TryExecute(compiled, given, pool, out var results, out string error), error);
        return [.. results];
    }

    /// <summary>Why the node is refused.</summary>
    public static string Refused(string op, int opset, HostTensor?[] inputs, params AttributeProto[] attributes)
    {
        Assert.False(ModelRun.TryCompile(Model(op, opset, inputs, attributes, 1).ToByteArray(), Named(inputs), null, out _, out _, out string reason));
        return reason;
    }

    public static AttributeProto Int(string name, long value) => new() { Name = name, I = value, Type = 2 };

    public static AttributeProto Float(string name, float value) => new() { Name = name, F = value, Type = 1 };

    public static AttributeProto Text(string name, string value) => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = 3 };

    public static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 7 };
        attribute.Ints.Add(values);
        return attribute;
    }

    public static HostTensor Floats(int[] shape, params float[] values) => HostTensor.OfFloat([.. shape], values);

    public static HostTensor Longs(int[] shape, params long[] values) => HostTensor.OfInt64([.. shape], values);

    /// <summary>Integers of any type, in its carrier.</summary>
    public static HostTensor Integers(OnnxType type, int[] shape, params long[] values) => OnnxTypes.CarrierOf(type) switch
    {
        Isa.DType.I64 => new HostTensor(type, [.. shape], HostTensor.OfInt64([.. shape], values).Bytes),
        Isa.DType.Bool => new HostTensor(type, [.. shape], [.. values.Select(static v => (byte)v)]),
        _ => new HostTensor(type, [.. shape], [.. values.SelectMany(static v => BitConverter.GetBytes((int)v))]),
    };

    private static Dictionary<string, HostTensor> Named(HostTensor?[] inputs) =>
        inputs.Select(static (t, i) => (Name: Name(i), Tensor: t)).Where(static p => p.Tensor is not null).ToDictionary(static p => p.Name, static p => p.Tensor!);

    private static string Name(int input) => ((char)('a' + input)).ToString();

    private static ModelProto Model(string op, int opset, HostTensor?[] inputs, AttributeProto[] attributes, int outputs)
    {
        int dot = op.LastIndexOf('.');
        var node = new NodeProto { OpType = op[(dot + 1)..], Domain = dot < 0 ? "" : op[..dot], Name = "it" };
        node.Attribute.Add(attributes);
        var graph = new GraphProto { Name = "g" };
        for (int i = 0; i < inputs.Length; i++)
        {
            node.Input.Add(inputs[i] is null ? "" : Name(i));
            if (inputs[i] is not { } tensor)
            {
                continue;
            }

            var type = new TypeProto.Types.Tensor { ElemType = (int)tensor.Type, Shape = new TensorShapeProto() };
            type.Shape.Dim.Add(tensor.Shape.Select(static d => new TensorShapeProto.Types.Dimension { DimValue = d }));
            graph.Input.Add(new ValueInfoProto { Name = Name(i), Type = new TypeProto { TensorType = type } });
        }

        for (int i = 0; i < outputs; i++)
        {
            node.Output.Add(OutputNames[i]);
            graph.Output.Add(new ValueInfoProto { Name = OutputNames[i] });
        }

        graph.Node.Add(node);
        var model = new ModelProto { IrVersion = 10, Graph = graph };
        model.OpsetImport.Add(new OperatorSetId { Version = opset });
        if (dot >= 0)
        {
            model.OpsetImport.Add(new OperatorSetId { Domain = op[..dot], Version = 1 });
        }

        return model;
    }
}
