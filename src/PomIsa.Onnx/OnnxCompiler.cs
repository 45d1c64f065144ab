using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx;

/// <summary>ONNX models to programs of the machine.</summary>
public static class OnnxCompiler
{
    /// <summary>Compiles a model file's bytes, which may be hostile.</summary>
    public static bool TryCompile(ReadOnlySpan<byte> bytes, CompileOptions options, [NotNullWhen(true)] out CompiledModel? compiled, [NotNullWhen(false)] out OnnxProblem? problem)
    {
        ArgumentNullException.ThrowIfNull(options);
        compiled = null;
        problem = null;
        GraphLowering? lowering = null;
        try
        {
            ModelProto model = ModelReader.Read(bytes);
            using var emitter = new Emitter();
            lowering = new GraphLowering(model, new TensorReader(options.Folder), emitter);
            compiled = Lower(model, options, lowering, emitter);
            return true;
        }
        catch (OnnxException e)
        {
            NodeProto? node = lowering?.Current;
            string name = node is null ? "" : node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}";
            problem = new OnnxProblem(e.Message, name, node is null ? "" : node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "", e.Unknown);
            return false;
        }
        catch (Exception e) when (lowering?.Current is not null && IsNonsense(e))
        {
            // A stranger's ranks, axes and sizes reach array indices and sums in each of many lowerings; what goes wrong there is the node's doing.
            NodeProto node = lowering.Current;
            problem = new OnnxProblem("its inputs' shapes or its attributes make no sense together", node.OpType, node.Name, []);
            return false;
        }
    }

    private static bool IsNonsense(Exception e) => e is IndexOutOfRangeException or ArgumentException or OverflowException or DivideByZeroException;

    private static CompiledModel Lower(ModelProto model, CompileOptions options, GraphLowering lowering, Emitter emitter)
    {
        GraphProto graph = model.Graph;
        var scope = new Scope(GraphLowering.Imports(model.OpsetImport));
        lowering.Initializers(graph, scope);
        var inputs = ImmutableArray.CreateBuilder<ModelPort>();
        foreach (ValueInfoProto input in graph.Input)
        {
            if (scope.TryFind(input.Name) is not null)
            {
                continue; // an initializer that older files list among the inputs
            }

            if (options.Bound.TryGetValue(input.Name, out HostTensor? bound))
            {
                scope.Define(input.Name, Val.Of(bound));
                continue;
            }

            ModelPort port = Port(input, options);
            inputs.Add(port);
            TensorType type = TensorType.Of(OnnxTypes.CarrierOf(port.Type), [.. port.Shape.Select(Dim.Of)]);
            scope.Define(input.Name, new Val(port.Type, emitter.Parameter(type, input.Name)));
        }

        lowering.Nodes(graph.Node, scope);
        Val[] results = [.. graph.Output.Select(o => scope.Find(o.Name))];
        ImmutableArray<ModelPort> outputs = [.. results.Select((r, i) => new ModelPort(graph.Output[i].Name, r.Type, [.. r.Shape]))];
        return ProgramBuilder.Build(emitter, inputs.ToImmutable(), outputs, results);
    }

    private static ModelPort Port(ValueInfoProto input, CompileOptions options)
    {
        if (input.Type?.TensorType is not { } type)
        {
            throw new OnnxException($"input '{input.Name}' is no tensor");
        }

        if (options.Shapes.TryGetValue(input.Name, out ImmutableArray<int> given))
        {
            return new ModelPort(input.Name, (OnnxType)type.ElemType, given);
        }

        var shape = ImmutableArray.CreateBuilder<int>();
        foreach (TensorShapeProto.Types.Dimension dim in type.Shape?.Dim ?? [])
        {
            if (dim.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue)
            {
                throw new OnnxException($"input '{input.Name}' has an open dimension '{dim.DimParam}'; give its shape");
            }

            shape.Add(dim.DimValue is >= 0 and <= Limits.Dimension ? (int)dim.DimValue : throw new OnnxException($"input '{input.Name}' has a dimension of {dim.DimValue}"));
        }

        return new ModelPort(input.Name, (OnnxType)type.ElemType, shape.ToImmutable());
    }
}
