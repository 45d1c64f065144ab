using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Isa;
using PomIsa.Onnx.Decoders;
using PomIsa.Onnx.Explaining;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Graphs.Passes;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;
using PomIsa.Packaging.Weights;

namespace PomIsa.Onnx;

/// <summary>ONNX models to programs of the machine.</summary>
public static class OnnxCompiler
{
    /// <summary>Compiles a model file's bytes, which may be hostile.</summary>
    public static bool TryCompile(ReadOnlyMemory<byte> bytes, CompileOptions options, [NotNullWhen(true)] out CompiledModel? compiled, [NotNullWhen(false)] out OnnxProblem? problem) =>
        TryCompile(() => ModelBytes.Of(bytes), options, out compiled, out problem);

    /// <summary>Compiles a model file; its large tensors are read one by one, when each is needed. External data lie beside it unless the options say otherwise.</summary>
    public static bool TryCompileFile(string path, CompileOptions options, [NotNullWhen(true)] out CompiledModel? compiled, [NotNullWhen(false)] out OnnxProblem? problem)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options.Folder is null ? options with { Folder = Path.GetDirectoryName(Path.GetFullPath(path)) } : options;
        return TryCompile(() => ModelBytes.OfFile(path), options, out compiled, out problem);
    }

    private static bool TryCompile(Func<ModelBytes> open, CompileOptions options, [NotNullWhen(true)] out CompiledModel? compiled, [NotNullWhen(false)] out OnnxProblem? problem)
    {
        ArgumentNullException.ThrowIfNull(options);
        compiled = null;
        problem = null;
        Graph? graph = null;
        GraphLowering? lowering = null;
        try
        {
            using ModelBytes bytes = open();
            ModelProto model = ModelReader.Read(bytes);
            var tensors = new TensorReader(options.Folder, bytes, options.WithoutData);
            OnnxProblem? why = null;
            if (options.Decoder.Kind != ModelKind.Function && Decoder(model, tensors, options, out why) is { } decoder)
            {
                compiled = decoder;
                return true;
            }

            graph = GraphImport.Read(model, tensors, options);
            var report = new PassReport();
            Explainer? explainer = options.Explain is null ? null : new Explainer(graph, why is null ? "as a function of its inputs" : $"as a function of its inputs, and not as a decoder: {why.Reason}");
            PassPipeline.Run(graph, options.Simplify ? PassPipeline.Simplify : [], report);
            PassPipeline.Run(graph, options.Fuse ? PassPipeline.Fuse : [], report);
            options.Watch?.Invoke(graph, report);
            options.Explain?.Invoke(explainer!.Finish(graph, report));
            using var emitter = new Emitter(options.Sink ?? new MemoryWeights(), options.Weights);
            lowering = new GraphLowering(model, tensors, emitter) { Progress = options.Progress, Stop = options.Stop };
            compiled = Lower(graph, lowering, emitter) with { NoDecoder = why };
            return true;
        }
        catch (OnnxException e)
        {
            problem = Problem(e.Message, e.Node ?? lowering?.Current ?? graph?.Current?.ToProto(), e.Unknown) with { Open = e.Open };
            return false;
        }
        catch (Exception e) when ((lowering?.Current ?? graph?.Current?.ToProto()) is { } node && IsNonsense(e))
        {
            // A stranger's ranks, axes and sizes reach array indices and sums in each of many lowerings; what goes wrong there is the node's doing.
            problem = Problem("its inputs' shapes or its attributes make no sense together", node, []);
            return false;
        }
    }

    /// <summary>The program of a decoder; null where the model is none, and may be something else.</summary>
    private static CompiledModel? Decoder(ModelProto model, TensorReader tensors, CompileOptions options, out OnnxProblem? why)
    {
        int before = options.Sink?.Entries.Count ?? 0;
        why = null;
        try
        {
            return DecoderCompiler.Compile(model, tensors, options);
        }
        catch (OnnxException e) when (options.Decoder.Kind == ModelKind.Auto && (options.Sink?.Entries.Count ?? 0) == before)
        {
            why = Problem(e.Message, e.Node, e.Unknown);
            return null;
        }
        catch (Exception e) when (IsNonsense(e))
        {
            why = Problem("the model's shapes or attributes make no sense together", null, []);
            return options.Decoder.Kind == ModelKind.Auto ? null : throw new OnnxException(why.Reason);
        }
    }

    /// <summary>What sums and indices of nonsense throw.</summary>
    internal static bool IsNonsense(Exception e) => e is IndexOutOfRangeException or ArgumentException or OverflowException or DivideByZeroException or KeyNotFoundException or InvalidOperationException;

    private static OnnxProblem Problem(string reason, NodeProto? node, IReadOnlyCollection<string> unknown)
    {
        string name = node is null ? "" : node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}";
        return new OnnxProblem(reason, name, node is null ? "" : node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "", unknown);
    }

    private static CompiledModel Lower(Graph graph, GraphLowering lowering, Emitter emitter)
    {
        RefuseOpen(graph);
        var given = new Dictionary<GraphValue, Val>();
        ImmutableArray<ModelPort> inputs = [.. graph.Inputs.Select(static i => new ModelPort(i.Name, i.Type, Numbers(i)))];
        foreach ((GraphValue input, ModelPort port) in graph.Inputs.Zip(inputs))
        {
            TensorType type = SymbolCode.Type(OnnxTypes.CarrierOf(port.Type), port.Shape.AsSpan());
            given[input] = new Val(port.Type, emitter.Parameter(type, input.Name));
        }

        Val[] results = lowering.Values(graph, [.. graph.Outputs.Select(static o => o.Value)], given);
        ImmutableArray<ModelPort> outputs = [.. results.Select((r, i) => new ModelPort(graph.Outputs[i].Name, r.Type, [.. r.Shape]))];
        return ProgramBuilder.Build(emitter, inputs, outputs, results);
    }

    private static ImmutableArray<int> Numbers(GraphValue input) => [.. input.Shape.Select(static d => (int)d.Number)];

    /// <summary>A function is compiled for one shape of each input: what is open is told, all of it at once.</summary>
    private static void RefuseOpen(Graph graph)
    {
        string[] shapeless = [.. graph.Inputs.Where(static i => !i.HasShape).Select(static i => i.Name)];
        string[] open = [.. graph.Inputs.Where(static i => i.HasShape).SelectMany(static i => i.Shape).SelectMany(static d => d.Names).Distinct(StringComparer.Ordinal)];
        if (shapeless.Length + open.Length > 0)
        {
            IEnumerable<string> all = shapeless.Select(static i => $"the shape of input '{i}'").Concat(open.Select(static o => $"'{o}'"));
            throw new OnnxException($"the model leaves open {string.Join(", ", all)}") { Open = [.. shapeless, .. open] };
        }
    }
}
