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

    private void Node(NodeProto node, Scope scope)
    {
        string domain = node.Domain is "ai.onnx" ? "" : node.Domain;
        if (OperatorTable.TryFind(domain, node.OpType, out Lower? lower))
        {
            lower(new NodeContext(this, node, scope, emitter));
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
