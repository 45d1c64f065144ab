using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Onnx.Explaining;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Graphs.Passes;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;
using PomIsa.Packaging.Models;
using PomIsa.Packaging.Weights;

namespace PomIsa.Onnx.Decoders;

/// <summary>Exported decoders to programs that read a prompt and go on from it.</summary>
internal static class DecoderCompiler
{
    /// <summary>Positions where neither the caller nor the model says how many there are.</summary>
    private const int UsualContext = 2048;

    private const int LeastContext = 8;

    /// <summary>The program.</summary>
    /// <exception cref="OnnxException">The model is no decoder that works row by row; the node at fault comes with it.</exception>
    public static CompiledModel Compile(ModelProto model, TensorReader tensors, CompileOptions options)
    {
        DecoderSettings settings = options.Decoder.Settings ?? DecoderSettings.Of(options.Folder);
        int context = Math.Clamp(options.Decoder.Context ?? settings.Context ?? UsualContext, 1, Limits.SymbolMaximum);
        string reason;
        do
        {
            try
            {
                return Compile(model, tensors, options, settings, context);
            }
            catch (ContextException e)
            {
                // Tables and masks of a model end somewhere; what it can do is found by halving.
                reason = e.Message;
                context /= 2;
            }
        }
        while (context >= LeastContext && options.Decoder.Context is null);
        throw new OnnxException(reason);
    }

    private static CompiledModel Compile(ModelProto model, TensorReader tensors, CompileOptions options, DecoderSettings settings, int context)
    {
        Graph graph = GraphImport.Read(model, tensors, options);
        DecoderRoles roles = DecoderRoles.Assign(graph);
        graph.Bounds.Add((Size.Named(Extents.PastName) + RowGraph.RowCount, context));
        var report = new PassReport();
        options.Watch?.Invoke(graph, report);
        Explainer? explainer = options.Explain is null ? null : new Explainer(graph, "as a decoder that keeps keys and values from step to step");
        PassPipeline.Run(graph, PassPipeline.Simplify, report);
        PassPipeline.Run(graph, options.Fuse ? PassPipeline.Fuse : [], report);
        (Graph rows, IReadOnlyList<Cache> caches) = Rewritten(graph, roles, context);
        ColumnOrder.Fold(rows);
        PassPipeline.Run(rows, PassPipeline.Simplify, report);
        PassPipeline.Run(rows, options.Fuse ? PassPipeline.Fuse : [], report);
        if (!options.Decoder.AllRows)
        {
            LastRow.Take(rows);
        }

        options.Watch?.Invoke(rows, report);
        options.Explain?.Invoke(explainer!.Finish(rows, report));
        using var emitter = new Emitter(options.Sink ?? new MemoryWeights(), options.Weights);
        DecoderBuilder.Declare(emitter, caches, context);
        var lowering = new GraphLowering(model, tensors, emitter) { Progress = options.Progress, Stop = options.Stop };
        try
        {
            Reg ids = emitter.Parameter(new TensorType(DType.I32, [Dim.OfSymbol(0)]), "ids");
            Val logits = lowering.Values(rows, [rows.Outputs[0].Value], new Dictionary<GraphValue, Val> { [rows.Inputs[0]] = new(OnnxType.Int32, ids) })[0];
            Reg result = emitter.To(logits.Reg, DType.F32);
            int vocabulary = result.Shape[^1];
            ImmutableArray<int> end = [.. settings.End.Where(t => t < vocabulary).Distinct()];
            var info = new DecoderInfo(context, vocabulary, end, settings.Begin < vocabulary ? settings.Begin : null);
            return DecoderBuilder.Build(emitter, result, info, options.Decoder.AllRows);
        }
        catch (OnnxException e) when (e.Node is null && lowering.Current is { } node)
        {
            throw new OnnxException(e.Message) { Node = node, Unknown = e.Unknown };
        }
    }

    /// <summary>The decoder's own graph, with the logits as its one output, and its caches.</summary>
    private static (Graph Rows, IReadOnlyList<Cache> Caches) Rewritten(Graph graph, DecoderRoles roles, int context)
    {
        var rows = new RowGraph(graph, roles, context);
        RowRewrite.Run(rows);
        (string name, GraphValue output) = graph.Outputs.FirstOrDefault(static o => o.Name.Contains("logits", StringComparison.Ordinal)) is { Value: not null } named ? named
            : graph.Outputs.FirstOrDefault(o => rows.TryFind(o.Value) is not (CacheForm or CachesForm));
        if (output is null)
        {
            throw new OnnxException("no output gives logits");
        }

        RowsForm logits = rows[output] as RowsForm ?? throw new OnnxException($"output '{name}' holds no rows");
        if (!logits.IsWhole || logits.Layout.Columns != logits.Layout.ColumnsOf(logits.Layout.Rank - 1))
        {
            throw new OnnxException($"output '{name}' of {logits.Layout} holds no logits");
        }

        if (rows.Caches.Count == 0)
        {
            throw new OnnxException("it has no attention over earlier rows, and so is no decoder");
        }

        GraphNode at = output.Producer ?? throw new OnnxException($"output '{name}' is an input");
        GraphValue value = rows.Dense(logits, at);
        Words(rows, name, logits.Columns.Length, at);
        CachePorts.Check(rows, graph);
        rows.To.Outputs.Add((name, value));
        return (rows.To, rows.Caches);
    }

    /// <summary>An output narrower than the vocabulary holds what the logits would be made of.</summary>
    private static void Words(RowGraph rows, string name, int width, GraphNode at)
    {
        int words = rows.Words;
        if (width < words)
        {
            throw new OnnxException($"output '{name}' has {width} columns for a vocabulary of {words}: the model lacks its last product, which gives logits") { Node = at.ToProto() };
        }
    }
}
