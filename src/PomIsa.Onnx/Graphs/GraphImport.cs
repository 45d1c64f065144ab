using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Graphs;

/// <summary>Makes a graph of a model's messages: functions in place of their calls, initializers as constants, every name defined once.</summary>
internal sealed class GraphImport
{
    /// <summary>Functions inside one another; recursion is refused long before.</summary>
    private const int MaxDepth = 64;

    /// <summary>Nodes after all functions are in place: calls that double at each depth would never end.</summary>
    private const int MaxNodes = 1 << 20;

    private readonly ModelProto _model;
    private readonly TensorReader _tensors;
    private readonly Graph _graph;
    private readonly GraphNode? _before;
    private int _depth;

    private GraphImport(ModelProto model, TensorReader tensors) => (_model, _tensors, _graph) = (model, tensors, new Graph(new GraphContext(model, tensors)));

    private GraphImport(Graph graph, GraphNode? before) => (_model, _tensors, _graph, _before) = (graph.Context.Model, graph.Context.Tensors, graph, before);

    /// <summary>The node that is read, for messages.</summary>
    public NodeProto? Current { get; private set; }

    /// <summary>Reads a model.</summary>
    /// <param name="model">Its messages.</param>
    /// <param name="tensors">Reads its tensors.</param>
    /// <param name="options">Shapes and values that the caller gives.</param>
    /// <exception cref="OnnxException">It is not sound; the node at fault comes with it.</exception>
    public static Graph Read(ModelProto model, TensorReader tensors, CompileOptions options)
    {
        var import = new GraphImport(model, tensors);
        try
        {
            import.Read(options);
        }
        catch (OnnxException e) when (e.Node is null && import.Current is { } node)
        {
            throw new OnnxException(e.Message) { Node = node };
        }

        return import._graph;
    }

    /// <summary>Puts the nodes of a subgraph without inputs in the place of the node that has it; the node's outputs are those of the subgraph.</summary>
    /// <returns>False where that can't be done, the graph being as it was: a name is taken already, and a graph further inside reads it.</returns>
    /// <exception cref="OnnxException">The subgraph is not sound.</exception>
    public static bool TrySplice(Graph graph, GraphNode node, GraphProto branch)
    {
        bool Taken(string name) => name.Length > 0 && graph.Find(name) is not null;
        if (branch.SparseInitializer.Count > 0
            || (branch.Node.Any(HasSubgraph) && (branch.Node.SelectMany(static n => n.Output).Any(Taken) || branch.Initializer.Any(i => Taken(i.Name)))))
        {
            return false;
        }

        var import = new GraphImport(graph, node);
        var names = new Dictionary<string, GraphValue?>(StringComparer.Ordinal);
        foreach (GraphValue captured in node.Captured)
        {
            names[captured.Name] = captured;
        }

        // Names that the branch defines itself hide those outside.
        foreach (string name in branch.Node.SelectMany(static n => n.Output))
        {
            names.Remove(name);
        }

        foreach (TensorProto tensor in branch.Initializer)
        {
            names[tensor.Name] = graph.Constant(tensor.Name, graph.Context.Tensors.Known(tensor));
        }

        import.Nodes(branch.Node, node.Opsets, names);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output)
            {
                import.Append("", "Identity", node.Name, node.Opsets, [import.Find(branch.Output[i].Name, names)], [output]);
            }
        }

        graph.Remove(node);
        return true;
    }

    /// <summary>A subgraph without inputs as a graph of its own, with what is known of the values outside that it reads.</summary>
    /// <exception cref="OnnxException">The subgraph is not sound.</exception>
    public static Graph Branch(Graph outside, GraphNode node, GraphProto branch)
    {
        var graph = new Graph(outside.Context);
        graph.Bounds.AddRange(outside.Bounds);
        var import = new GraphImport(graph, null);
        HashSet<string> own = [.. branch.Node.SelectMany(static n => n.Output).Concat(branch.Initializer.Select(static i => i.Name))];
        foreach (GraphValue captured in node.Captured.Where(c => !own.Contains(c.Name)))
        {
            GraphValue value = graph.Define(captured.Name);
            if (captured.Constant is { } constant)
            {
                value.MakeConstant(constant);
            }
            else
            {
                (value.Type, value.Shape, value.Elements) = (captured.Type, captured.Shape, captured.Elements);
            }
        }

        foreach (TensorProto tensor in branch.Initializer)
        {
            graph.Define(tensor.Name).MakeConstant(graph.Context.Tensors.Known(tensor));
        }

        import.Nodes(branch.Node, node.Opsets, null);
        foreach (ValueInfoProto output in branch.Output)
        {
            graph.Outputs.Add((output.Name, import.Find(output.Name, null)!));
        }

        return graph;
    }

    private GraphNode Append(string domain, string op, string name, IReadOnlyDictionary<string, int> opsets, IEnumerable<GraphValue?> inputs, IEnumerable<GraphValue?> outputs) =>
        _graph.Append(domain, op, name, opsets, inputs, outputs, _before);

    private void Read(CompileOptions options)
    {
        Dictionary<string, int> opsets = GraphLowering.Imports(_model.OpsetImport);
        GraphProto graph = _model.Graph;
        if (graph.SparseInitializer.Count > 0)
        {
            throw new OnnxException($"sparse initializers ('{graph.SparseInitializer[0].Values?.Name}') are not supported");
        }

        foreach (TensorProto tensor in graph.Initializer)
        {
            _graph.Define(tensor.Name).MakeConstant(_tensors.Known(tensor));
        }

        foreach (ValueInfoProto input in graph.Input)
        {
            if (_graph.Find(input.Name) is not null)
            {
                continue; // an initializer that older files list among the inputs
            }

            GraphValue value = _graph.Define(input.Name);
            if (options.Bound.TryGetValue(input.Name, out HostTensor? bound))
            {
                value.MakeConstant(new KnownTensor(bound));
                continue;
            }

            Declare(value, input, options);
            _graph.Inputs.Add(value);
        }

        Nodes(graph.Node, opsets, null);
        Current = null;
        foreach (ValueInfoProto output in graph.Output)
        {
            _graph.Outputs.Add((output.Name, _graph.Find(output.Name) ?? throw new OnnxException($"'{output.Name}', an output of the graph, is not defined")));
        }
    }

    /// <summary>Type and shape of an input, open dimensions as names.</summary>
    private static void Declare(GraphValue value, ValueInfoProto input, CompileOptions options)
    {
        if (input.Type?.TensorType is not { } type)
        {
            throw new OnnxException($"input '{input.Name}' is no tensor");
        }

        value.Type = (OnnxType)type.ElemType;
        OnnxTypes.CarrierOf(value.Type);
        if (options.Shapes.TryGetValue(input.Name, out ImmutableArray<int> given))
        {
            value.Shape = [.. given.Select(static d => Size.Of(d))];
            return;
        }

        var shape = ImmutableArray.CreateBuilder<Size>();
        foreach (TensorShapeProto.Types.Dimension dim in type.Shape?.Dim ?? [])
        {
            if (dim.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue)
            {
                string name = dim.DimParam.Length > 0 ? dim.DimParam : $"{input.Name}.{shape.Count}";
                shape.Add(options.Sizes.TryGetValue(name, out int size) ? Size.Of(size) : Size.Sum(name, options.Sizes));
                continue;
            }

            shape.Add(dim.DimValue is >= 0 and <= Limits.Dimension ? Size.Of(dim.DimValue) : throw new OnnxException($"input '{input.Name}' has a dimension of {dim.DimValue}"));
        }

        value.Shape = type.Shape is null ? default : shape.ToImmutable();
    }

    /// <summary>Nodes of the graph, or of a function's body whose names are then translated.</summary>
    private void Nodes(IReadOnlyList<NodeProto> nodes, IReadOnlyDictionary<string, int> opsets, Dictionary<string, GraphValue?>? names)
    {
        if (++_depth > MaxDepth)
        {
            throw new OnnxException($"functions are more than {MaxDepth} deep inside one another");
        }

        foreach (NodeProto node in NodeOrder.Sorted(nodes))
        {
            Current = node;
            Node(node, opsets, names);
        }

        _depth--;
    }

    private void Node(NodeProto node, IReadOnlyDictionary<string, int> opsets, Dictionary<string, GraphValue?>? names)
    {
        string domain = node.Domain is "ai.onnx" ? "" : node.Domain;
        if (domain == FusedOperators.Domain)
        {
            throw new OnnxException("this domain is not for models");
        }

        GraphValue?[] inputs = [.. node.Input.Select(name => name.Length == 0 ? null : Find(name, names))];
        FunctionProto? function = OperatorTable.TryFind(domain, node.OpType, out _) ? null : Function(node, domain);
        if (function is not null && !function.Node.Any(HasSubgraph))
        {
            Inline(function, node, inputs, names);
            return;
        }

        // Files in the wild use contributed operators without their domain.
        domain = domain.Length == 0 && !OperatorTable.Has("", node.OpType) && OperatorTable.Has("com.microsoft", node.OpType) ? "com.microsoft" : domain;
        GraphValue?[] outputs = [.. node.Output.Select(name => name.Length == 0 ? null : Define(name, names))];
        GraphNode made = Append(domain, node.OpType, node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "", opsets, inputs, outputs);
        foreach (AttributeProto attribute in node.Attribute)
        {
            made.Set(attribute);
        }

        if (HasSubgraph(node))
        {
            _graph.Capture(made, [.. Captures.Of(node).Select(_graph.Find).OfType<GraphValue>()]);
        }

        if (_graph.Nodes.Count > MaxNodes)
        {
            throw new OnnxException($"with its functions written out the model has more than {MaxNodes} nodes");
        }
    }

    private FunctionProto? Function(NodeProto node, string domain) =>
        _model.Functions.FirstOrDefault(f => f.Name == node.OpType && (f.Domain is "ai.onnx" ? "" : f.Domain) == domain && f.Overload == node.Overload);

    private void Inline(FunctionProto function, NodeProto node, GraphValue?[] inputs, Dictionary<string, GraphValue?>? names)
    {
        var inner = new Dictionary<string, GraphValue?>(StringComparer.Ordinal);
        for (int i = 0; i < function.Input.Count; i++)
        {
            inner[function.Input[i]] = i < inputs.Length ? inputs[i] : null;
        }

        Nodes([.. function.Node.Select(n => Attributes.Resolve(n, function, node))], GraphLowering.Imports(function.OpsetImport), inner);
        Current = node;
        for (int i = 0; i < Math.Min(function.Output.Count, node.Output.Count); i++)
        {
            if (node.Output[i].Length == 0)
            {
                continue;
            }

            GraphValue result = Find(function.Output[i], inner) ?? throw new OnnxException($"the function gives no '{function.Output[i]}'");
            if (names is not null)
            {
                Once(names, node.Output[i], result);
            }
            else
            {
                // The graph knows the result by its own name.
                Append("", "Identity", node.Name, GraphLowering.Imports(_model.OpsetImport), [result], [_graph.Define(node.Output[i])]);
            }
        }
    }

    private GraphValue? Find(string name, Dictionary<string, GraphValue?>? names) =>
        names is not null ? names.TryGetValue(name, out GraphValue? value) ? value : throw new OnnxException($"'{name}' is not defined before this node")
        : _graph.Find(name) ?? throw new OnnxException($"'{name}' is not defined before this node");

    private GraphValue Define(string name, Dictionary<string, GraphValue?>? names)
    {
        if (names is null)
        {
            return _graph.Define(name);
        }

        GraphValue value = _graph.Fresh(name);
        Once(names, name, value);
        return value;
    }

    private static void Once(Dictionary<string, GraphValue?> names, string name, GraphValue value)
    {
        if (!names.TryAdd(name, value))
        {
            throw new OnnxException($"'{name}' is defined twice");
        }
    }

    private static bool HasSubgraph(NodeProto node) => node.Attribute.Any(static a => a.G is not null || a.Graphs.Count > 0);
}
