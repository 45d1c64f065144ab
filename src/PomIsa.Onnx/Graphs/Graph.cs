using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs;

/// <summary>A model as values and nodes that passes change: single assignment, nodes in an order in which each comes after what it needs.</summary>
internal sealed class Graph
{
    private readonly LinkedList<GraphNode> _nodes = [];
    private readonly Dictionary<GraphNode, LinkedListNode<GraphNode>> _places = [];
    private readonly Dictionary<string, GraphValue> _values = new(StringComparer.Ordinal);
    private int _fresh;

    public Graph(GraphContext context) => Context = context;

    /// <summary>The file that it came from.</summary>
    public GraphContext Context { get; }

    /// <summary>True inputs: what the model is given when it runs.</summary>
    public List<GraphValue> Inputs { get; } = [];

    /// <summary>Results by their names in the model; a pass may put another value behind a name.</summary>
    public List<(string Name, GraphValue Value)> Outputs { get; } = [];

    /// <summary>Bounds that sizes keep to in every run that does not fail, such as the length of a mask that was made for 1024 positions.</summary>
    public List<(Size Size, long Most)> Bounds { get; } = [];

    /// <summary>Nodes in order. A pass that changes the graph goes over <see cref="Snapshot"/>.</summary>
    public IReadOnlyCollection<GraphNode> Nodes => _nodes;

    /// <summary>The node that a pass is at, for messages about what goes wrong.</summary>
    public GraphNode? Current { get; set; }

    /// <summary>The nodes as they are now, in order, whatever happens to the graph meanwhile; those that were removed since are skipped, <see cref="Current"/> is set.</summary>
    public IEnumerable<GraphNode> Snapshot()
    {
        foreach (GraphNode node in _nodes.ToArray())
        {
            if (_places.ContainsKey(node))
            {
                Current = node;
                yield return node;
            }
        }

        Current = null;
    }

    public bool Contains(GraphNode node) => _places.ContainsKey(node);

    public GraphValue? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>A value of that name.</summary>
    /// <exception cref="OnnxException">There is one already.</exception>
    public GraphValue Define(string name)
    {
        var value = new GraphValue(name);
        return _values.TryAdd(name, value) ? value : throw new OnnxException($"'{name}' is defined twice");
    }

    /// <summary>A value of a name that nothing has yet, beginning with <paramref name="hint"/>.</summary>
    public GraphValue Fresh(string hint, OnnxType type = OnnxType.None, ImmutableArray<Size> shape = default)
    {
        string name = hint;
        while (_values.ContainsKey(name))
        {
            name = $"{hint}#{++_fresh}";
        }

        GraphValue value = Define(name);
        (value.Type, value.Shape) = (type, shape);
        return value;
    }

    /// <summary>A constant.</summary>
    public GraphValue Constant(string hint, HostTensor tensor) => Constant(hint, new KnownTensor(tensor));

    /// <inheritdoc cref="Constant(string, HostTensor)"/>
    public GraphValue Constant(string hint, KnownTensor tensor)
    {
        GraphValue value = Fresh(hint);
        value.MakeConstant(tensor);
        return value;
    }

    /// <summary>Adds a node behind all others, or in front of one.</summary>
    public GraphNode Append(
        string domain, string op, string name, IReadOnlyDictionary<string, int> opsets, IEnumerable<GraphValue?> inputs, IEnumerable<GraphValue?> outputs, GraphNode? before = null)
    {
        var node = new GraphNode(domain, op, name, opsets, inputs, outputs);
        _places[node] = before is null ? _nodes.AddLast(node) : _nodes.AddBefore(_places[before], node);
        Connect(node);
        return node;
    }

    /// <summary>Adds a node of a fused or simpler operator in front of another one, whose operator sets it shares, with one new output.</summary>
    public GraphNode Insert(GraphNode before, string domain, string op, params ReadOnlySpan<GraphValue?> inputs) =>
        Insert(before, domain, op, [Fresh(before.Name + "/" + op)], inputs);

    /// <summary>As above, with the outputs that are given: new values, or such as nothing makes any more.</summary>
    public GraphNode Insert(GraphNode before, string domain, string op, IReadOnlyList<GraphValue?> outputs, params ReadOnlySpan<GraphValue?> inputs)
    {
        var node = new GraphNode(domain, op, before.Name, before.Opsets, [.. inputs], outputs);
        _places[node] = _nodes.AddBefore(_places[before], node);
        Connect(node);
        return node;
    }

    /// <summary>Everybody who reads <paramref name="old"/>, outputs of the graph included, reads <paramref name="instead"/> from now on.</summary>
    public void Replace(GraphValue old, GraphValue instead)
    {
        foreach (GraphNode user in old.Users.Distinct().ToArray())
        {
            if (user.Captured.Contains(old))
            {
                continue; // a subgraph knows it by its name
            }

            for (int i = 0; i < user.Inputs.Count; i++)
            {
                if (user.Inputs[i] == old)
                {
                    SetInput(user, i, instead);
                }
            }
        }

        for (int i = 0; i < Outputs.Count; i++)
        {
            if (Outputs[i].Value == old)
            {
                Outputs[i] = (Outputs[i].Name, instead);
            }
        }
    }

    public void SetInput(GraphNode node, int index, GraphValue? value)
    {
        node.Inputs[index]?.RemoveUser(node);
        node.SetInput(index, value);
        value?.AddUser(node);
    }

    /// <summary>Gives a node other inputs, as many as they may be.</summary>
    public void SetInputs(GraphNode node, IReadOnlyList<GraphValue?> inputs)
    {
        foreach (GraphValue old in node.Inputs.OfType<GraphValue>())
        {
            old.RemoveUser(node);
        }

        node.SetInputs(inputs);
        foreach (GraphValue input in inputs.OfType<GraphValue>())
        {
            input.AddUser(node);
        }
    }

    /// <summary>Takes a node out. Its outputs have no maker then; whoever still reads them must be given something else.</summary>
    public void Remove(GraphNode node)
    {
        _nodes.Remove(_places[node]);
        _places.Remove(node);
        foreach (GraphValue value in node.Inputs.OfType<GraphValue>().Concat(node.Captured))
        {
            value.RemoveUser(node);
        }

        foreach (GraphValue value in node.Outputs.OfType<GraphValue>())
        {
            if (value.Producer == node)
            {
                value.Producer = null;
            }
        }
    }

    /// <summary>An output that nobody wants is not made any more.</summary>
    public void DropOutput(GraphNode node, int index)
    {
        if (node.Outputs[index] is { } output && output.Producer == node)
        {
            output.Producer = null;
        }

        node.SetOutput(index, null);
    }

    /// <summary>A node whose one output is known: the output becomes a constant of the same name.</summary>
    public void Fold(GraphNode node, GraphValue output, KnownTensor tensor)
    {
        output.MakeConstant(tensor);
        if (node.Outputs.All(static o => o is null or { IsConstant: true }))
        {
            Remove(node);
        }
    }

    /// <summary>A node whose outputs are known as formulas: they need it no more.</summary>
    public void Forget(GraphNode node)
    {
        if (node.Outputs.Any(static o => o is { IsConstant: false } && o.Elements.IsDefault))
        {
            throw new ArgumentException($"{node} has an output that is not known.", nameof(node));
        }

        Remove(node);
    }

    /// <summary>Whether the graph itself gives the value out.</summary>
    public bool IsOutput(GraphValue value) => Outputs.Any(o => o.Value == value);

    /// <summary>Values that subgraphs of a node read by name.</summary>
    public void Capture(GraphNode node, IReadOnlyList<GraphValue> captured)
    {
        node.Captured = captured;
        foreach (GraphValue value in captured)
        {
            value.AddUser(node);
        }
    }

    private static void Connect(GraphNode node)
    {
        foreach (GraphValue input in node.Inputs.OfType<GraphValue>())
        {
            input.AddUser(node);
        }

        foreach (GraphValue output in node.Outputs.OfType<GraphValue>())
        {
            output.Producer = node;
        }
    }
}
