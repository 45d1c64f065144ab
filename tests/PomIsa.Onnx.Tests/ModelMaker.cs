using Google.Protobuf;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Tests;

/// <summary>Small models, made in place.</summary>
internal static class ModelMaker
{
    public static ModelProto Model(params NodeProto[] nodes)
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "g" } };
        model.OpsetImport.Add(new OperatorSetId { Version = 18 });
        model.Graph.Node.Add(nodes);
        model.Graph.Output.Add(new ValueInfoProto { Name = "y" });
        return model;
    }

    public static ModelProto With(this ModelProto model, string input, params long[] shape)
    {
        var value = new ValueInfoProto { Name = input, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = new TensorShapeProto() } } };
        value.Type.TensorType.Shape.Dim.Add(shape.Select(static d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        model.Graph.Input.Add(value);
        return model;
    }

    public static NodeProto Node(string op, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = "the_" + op };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        node.Attribute.Add(attributes);
        return node;
    }

    public static bool TryCompile(this ModelProto model, out CompiledModel? compiled, out OnnxProblem? problem, string? folder = null) =>
        OnnxCompiler.TryCompile(model.ToByteArray(), new CompileOptions { Folder = folder }, out compiled, out problem);

    public static OnnxProblem Refused(this ModelProto model, string? folder = null)
    {
        Assert.False(model.TryCompile(out _, out OnnxProblem? problem, folder));
        return problem!;
    }
}
