using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Lowering;

/// <summary>Walks the nodes of graphs and function bodies in order and lowers each.</summary>
internal sealed class GraphLowering(ModelProto model, TensorReader tensors, Emitter emitter)
{
    /// <summary>Functions and subgraphs inside one another; recursion is refused long before.</summary>
    private const int MaxDepth = 64;

    private int _depth;

    public TensorReader Tensors => tensors;

    /// <summary>The node that is being lowered, for messages.</summary>
    public NodeProto? Current { get; private set; }

    /// <summary>What named sizes stand for: numbers, or names of the program's symbols.</summary>
    public IReadOnlyDictionary<string, Size> Sizes { get; init; } = ImmutableDictionary<string, Size>.Empty;

    /// <summary>Told which node comes next, and how many there are.</summary>
    public Action<string, int, int>? Progress { get; init; }

    /// <summary>Ends it.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Operator set versions that a model or function imports, the default domain being <c>""</c>.</summary>
    public static Dictionary<string, int> Imports(IEnumerable<OperatorSetId> imports)
    {
        var opsets = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (OperatorSetId import in imports)
        {
            opsets[import.Domain is "ai.onnx" ? "" : import.Domain] = (int)Math.Clamp(import.Version, 1, int.MaxValue);
        }

        return opsets;
    }

    /// <summary>Lowers what the wanted values need, given some of the values, and returns them.</summary>
    public Val[] Values(Graph graph, IReadOnlyList<GraphValue> wanted, IReadOnlyDictionary<GraphValue, Val> given)
    {
        var scope = new Scope(Imports(model.OpsetImport));
        var needed = new HashSet<GraphNode>();
        foreach ((GraphValue value, Val known) in given)
        {
            scope.Define(value.Name, known);
        }

        var stack = new Stack<GraphValue>(wanted);
        while (stack.TryPop(out GraphValue? value))
        {
            if (scope.TryFind(value.Name) is not null)
            {
                continue;
            }

            if (Known(value) is { } known)
            {
                scope.Define(value.Name, known);
            }
            else if (value.Producer is { } producer && needed.Add(producer))
            {
                foreach (GraphValue input in producer.Inputs.OfType<GraphValue>().Concat(producer.Captured))
                {
                    stack.Push(input);
                }
            }
        }

        int done = 0;
        foreach (GraphNode node in graph.Nodes.Where(needed.Contains))
        {
            Stop.ThrowIfCancellationRequested();
            Progress?.Invoke(node.Name, done++, needed.Count);
            // What is known or given already is not defined again.
            NodeProto proto = node.ToProto();
            for (int i = 0; i < proto.Output.Count; i++)
            {
                proto.Output[i] = proto.Output[i].Length > 0 && scope.TryFind(proto.Output[i]) is null ? proto.Output[i] : "";
            }

            Current = proto;
            emitter.Place = node.Name;
            Node(proto, scope.With(node.Opsets), node);
        }

        Current = null;
        return [.. wanted.Select(v => scope.Find(v.Name))];
    }

    /// <summary>A formula as a dimension: a number, or the code of a symbol.</summary>
    /// <exception cref="OnnxException">It is neither.</exception>
    public int Dimension(Size size)
    {
        Size bound = size.Bind(Sizes);
        return bound.IsNumber ? bound.Number is >= 0 and <= Limits.Dimension ? (int)bound.Number : throw new OnnxException($"a dimension is {bound.Number}")
            : bound.Name is { } name && emitter.SymbolOf(name) is { } symbol ? SymbolCode.Of(Dim.OfSymbol(symbol))
            : throw new OnnxException($"a dimension is {bound}, and no symbol of the program; fix the sizes");
    }

    /// <summary>A constant, or elements whose formulas come to numbers or symbols.</summary>
    private Val? Known(GraphValue value)
    {
        if (value.Constant is { } constant)
        {
            return Val.Of(constant, value.Name);
        }

        if (value.Elements.IsDefault)
        {
            return null;
        }

        var elements = new long[value.Elements.Length];
        for (int i = 0; i < elements.Length; i++)
        {
            Size bound = value.Elements[i].Bind(Sizes);
            if (!bound.IsNumber && (bound.Name is null || emitter.SymbolOf(bound.Name) is null))
            {
                return null;
            }

            elements[i] = bound.IsNumber ? bound.Number : Dimension(bound);
        }

        OnnxType type = value.Type == OnnxType.None ? OnnxType.Int64 : value.Type;
        int[] shape = [.. value.Shape.Select(Dimension)];
        Reg reg = OnnxTypes.CarrierOf(type) switch
        {
            DType.I64 => Emitter.Integers(shape, elements),
            DType.I32 => Reg.OfBytes(DType.I32, shape, [.. elements.SelectMany(static e => BitConverter.GetBytes((int)e))]),
            DType.Bool => Reg.OfBytes(DType.Bool, shape, [.. elements.Select(static e => e != 0 ? (byte)1 : (byte)0)]),
            _ => throw new OnnxException($"shapes are not computed in {OnnxTypes.NameOf(type)}"),
        };
        return new Val(type, reg);
    }

    /// <summary>Initializers of a graph as known values.</summary>
    public void Initializers(GraphProto graph, Scope scope)
    {
        foreach (TensorProto tensor in graph.Initializer)
        {
            scope.Define(tensor.Name, Val.Of(tensors.Read(tensor)));
        }

        if (graph.SparseInitializer.Count > 0)
        {
            throw new OnnxException($"sparse initializers ('{graph.SparseInitializer[0].Values?.Name}') are not supported");
        }
    }

    /// <summary>The values of a subgraph's outputs, given those of its inputs.</summary>
    public Val[] Subgraph(GraphProto graph, Scope outer, params ReadOnlySpan<Val> inputs)
    {
        var scope = new Scope(outer.Opsets, outer);
        for (int i = 0; i < inputs.Length; i++)
        {
            scope.Define(graph.Input[i].Name, inputs[i]);
        }

        Initializers(graph, scope);
        Nodes(graph.Node, scope);
        return [.. graph.Output.Select(o => scope.Find(o.Name))];
    }

    /// <summary>Lowers nodes, each after those that it needs.</summary>
    public void Nodes(IEnumerable<NodeProto> nodes, Scope scope)
    {
        if (++_depth > MaxDepth)
        {
            throw new OnnxException($"functions and subgraphs are more than {MaxDepth} deep inside one another");
        }

        foreach (NodeProto node in NodeOrder.Sorted([.. nodes]))
        {
            Current = node;
            Node(node, scope);
        }

        _depth--;
    }

    private void Node(NodeProto node, Scope scope, GraphNode? origin = null)
    {
        string domain = node.Domain is "ai.onnx" ? "" : node.Domain;
        if (OperatorTable.TryFind(domain, node.OpType, out Lower? lower))
        {
            lower(new NodeContext(this, node, scope, emitter, origin));
            return;
        }

        FunctionProto? function = model.Functions.FirstOrDefault(f => f.Name == node.OpType && (f.Domain is "ai.onnx" ? "" : f.Domain) == domain && f.Overload == node.Overload);
        if (function is null)
        {
            throw new OnnxException("this operator is not supported");
        }

        Inline(function, node, scope);
    }

    private void Inline(FunctionProto function, NodeProto node, Scope scope)
    {
        var inner = new Scope(Imports(function.OpsetImport));
        for (int i = 0; i < Math.Min(function.Input.Count, node.Input.Count); i++)
        {
            if (node.Input[i].Length > 0)
            {
                inner.Define(function.Input[i], scope.Find(node.Input[i]));
            }
        }

        Nodes(function.Node.Select(n => Attributes.Resolve(n, function, node)), inner);
        for (int i = 0; i < Math.Min(function.Output.Count, node.Output.Count); i++)
        {
            if (node.Output[i].Length > 0)
            {
                scope.Define(node.Output[i], inner.Find(function.Output[i]));
            }
        }
    }
}
