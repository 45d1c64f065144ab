using System.Collections.Frozen;
using System.Collections.Immutable;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;
using PomIsa.Packaging.Weights;

namespace PomIsa.Onnx.Graphs.Passes;

/// <summary>What follows from constants alone is a constant: small results at once, moved or converted weights when somebody reads them.</summary>
/// <remarks>The machine's own operations compute it, through the operators' lowerings, so no bit depends on whether a node was folded.</remarks>
internal sealed class ConstantFolding : IGraphPass
{
    /// <summary>Elements of inputs and outputs together up to which a node is computed at once.</summary>
    private const long MostElements = 1 << 16;

    /// <summary>As above for operators whose work is much more than their elements.</summary>
    private const long MostOfHeavy = 1 << 10;

    /// <summary>Elements in one run over a graph; what is left is computed when the model is lowered.</summary>
    private const long MostInAll = 1 << 24;

    /// <summary>Operators whose work, or what they need on the way, grows faster than their inputs and outputs.</summary>
    private static readonly FrozenSet<string> Heavy = FrozenSet.Create(
        StringComparer.Ordinal, "MatMul", "Gemm", "FusedMatMul", "MatMulInteger", "QLinearMatMul", "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "MatMulNBits", "Det",
        "Conv", "ConvInteger", "QLinearConv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "LRN", "CumProd", "ReverseSequence", "Unique",
        "Attention", "MultiHeadAttention", "GroupQueryAttention", "LinearAttention", "CausalConvWithState", "RNN", "GRU", "LSTM");

    /// <summary>Operators of one large constant whose result is as good as the constant itself, since no more is done than to move or convert each element.</summary>
    private static readonly FrozenSet<string> Moves = FrozenSet.Create(
        StringComparer.Ordinal, "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity", "Cast", "DequantizeLinear", "Slice", "Split", "Concat");

    /// <summary>Operators with results of unknown shape that are no longer than what is known.</summary>
    private static readonly FrozenSet<string> Selections = FrozenSet.Create(StringComparer.Ordinal, "NonZero", "Compress", "Unique");

    public string Name => "folding";

    public string Idea => "what follows from constants alone is a constant";

    public void Run(Graph graph, PassReport report)
    {
        long left = MostInAll;
        Folder? folder = null;
        try
        {
            foreach (GraphNode node in graph.Snapshot())
            {
                if (node.Captured.Count > 0 || node.Attributes.Values.Any(static a => a.G is not null) || !node.Inputs.All(static i => i is null or { IsConstant: true }) || IsRandom(node))
                {
                    continue;
                }

                if (Literal(graph, node) is { } literal)
                {
                    graph.Fold(node, node.Outputs[0]!, literal);
                    report.Did();
                    continue;
                }

                long cost = Cost(node);
                if (cost <= (Heavy.Contains(node.Op) ? MostOfHeavy : MostElements) && cost <= left)
                {
                    left -= cost;
                    folder ??= new Folder(graph.Context);
                    Fold(graph, node, folder.TryCompute(node.ToProto(), node.Opsets, Inputs(node)), report);
                }
                else if (Moves.Contains(node.Op))
                {
                    Defer(graph, node, report);
                }
            }
        }
        finally
        {
            folder?.Dispose();
        }
    }

    private static bool IsRandom(GraphNode node) => node.Op.StartsWith("Random", StringComparison.Ordinal) || node.Op is "Bernoulli" or "Multinomial" or "Dropout" or "Einsum";

    /// <summary>The tensor of a constant's message, which is read when somebody asks.</summary>
    private static KnownTensor? Literal(Graph graph, GraphNode node)
    {
        if (!node.Is("Constant") || node.Output(0) is null || !node.Attributes.TryGetValue("value", out AttributeProto? value) || value.T is null)
        {
            return null;
        }

        try
        {
            return graph.Context.Tensors.Known(value.T);
        }
        catch (OnnxException)
        {
            return null; // told when the node is lowered, if anybody needs it
        }
    }

    private static (string Name, KnownTensor Tensor)[] Inputs(GraphNode node) => [.. node.Inputs.OfType<GraphValue>().Distinct().Select(static i => (i.Name, i.Constant!))];

    /// <summary>Elements that go in and come out, or more than any bound where that is not known.</summary>
    private static long Cost(GraphNode node)
    {
        long cost = 0;
        foreach (GraphValue? input in node.Inputs)
        {
            cost += input?.Constant!.Length ?? 0;
        }

        foreach (GraphValue? output in node.Outputs)
        {
            long length = output is null ? 0
                : output.HasNumbers ? Length(output)
                : Selections.Contains(node.Op) ? 8 * cost
                : node.Op == "Constant" ? 1
                : long.MaxValue / 8;
            cost = Math.Min(cost + length, long.MaxValue / 8);
        }

        return cost;
    }

    private static long Length(GraphValue value) => value.Shape.Aggregate(1L, static (a, d) => Math.Min(a * Math.Clamp(d.Number, 0, int.MaxValue), int.MaxValue));

    private static void Fold(Graph graph, GraphNode node, HostTensor?[]? results, PassReport report)
    {
        if (results is null)
        {
            return;
        }

        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is { } result && node.Output(i) is { IsConstant: false } output)
            {
                graph.Fold(node, output, new KnownTensor(result));
                report.Did();
            }
        }
    }

    /// <summary>Large results are computed anew whenever they are read.</summary>
    private static void Defer(Graph graph, GraphNode node, PassReport report)
    {
        long given = node.Inputs.Sum(static i => i?.Constant!.Length ?? 0);
        GraphValue[] outputs = [.. node.Outputs.OfType<GraphValue>()];
        if (!outputs.All(static o => o is { HasNumbers: true, Type: not OnnxType.None }) || outputs.Sum(Length) > given)
        {
            return;
        }

        NodeProto proto = node.ToProto();
        (string, KnownTensor)[] inputs = Inputs(node);
        (GraphContext context, IReadOnlyDictionary<string, int> opsets) = (graph.Context, node.Opsets);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            int index = i;
            if (node.Output(i) is { } output)
            {
                ImmutableArray<int> shape = [.. output.Shape.Select(static d => (int)d.Number)];
                KnownTensor? turned = node.Is("Transpose") && shape.Length == 2 && node.Ints("perm") is null or [1, 0] ? node.Input(0)!.Constant : null;
                graph.Fold(node, output, new KnownTensor(output.Type, shape, () => Read(context, proto, opsets, inputs, index)) { Turned = turned });
            }
        }

        report.Did();
    }

    private static HostTensor Read(GraphContext context, NodeProto proto, IReadOnlyDictionary<string, int> opsets, (string, KnownTensor)[] inputs, int output)
    {
        using var folder = new Folder(context, int.MaxValue);
        return folder.Compute(proto, opsets, inputs)[output] ?? throw new OnnxException("a constant can't be computed") { Node = proto };
    }

    /// <summary>Lowers single nodes whose inputs are known.</summary>
    private sealed class Folder(GraphContext context, long most = Emitter.MostFolded) : IDisposable
    {
        private Emitter _emitter = new(new MemoryWeights()) { Most = most };

        /// <summary>What comes out, or null where the node can't be computed now.</summary>
        public HostTensor?[]? TryCompute(NodeProto node, IReadOnlyDictionary<string, int> opsets, (string, KnownTensor)[] inputs)
        {
            try
            {
                return Compute(node, opsets, inputs);
            }
            catch (Exception e) when (e is OnnxException || OnnxCompiler.IsNonsense(e))
            {
                return null; // told when the node is lowered, if anybody needs it
            }
        }

        public HostTensor?[] Compute(NodeProto node, IReadOnlyDictionary<string, int> opsets, (string Name, KnownTensor Tensor)[] inputs)
        {
            var scope = new Scope(opsets);
            foreach ((string name, KnownTensor tensor) in inputs)
            {
                scope.Define(name, Val.Of(tensor));
            }

            new GraphLowering(context.Model, context.Tensors, _emitter).Nodes([node], scope);
            HostTensor?[] results = [.. node.Output.Select(o => o.Length > 0 ? scope.Find(o).Known : null)];
            if (_emitter.Body.Count > 0)
            {
                // Something was too large to be computed now; begin with an empty body again.
                _emitter.Dispose();
                _emitter = new Emitter(new MemoryWeights()) { Most = _emitter.Most };
            }

            return results;
        }

        public void Dispose() => _emitter.Dispose();
    }
}
