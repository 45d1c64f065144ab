using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Lowering;

/// <summary>An order in which every node comes after the nodes that make its inputs. ONNX wants files to be in such an order; not all are.</summary>
internal static class NodeOrder
{
    /// <exception cref="OnnxException">Nodes need one another in a circle.</exception>
    public static IReadOnlyList<NodeProto> Sorted(IReadOnlyList<NodeProto> nodes)
    {
        nodes = LastConstants(nodes);
        var maker = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Output.Where(static o => o.Length > 0))
            {
                maker.TryAdd(output, i); // a second definition is refused where it is made
            }
        }

        // A walk from each node to those that it needs, with a stack of its own: files may be deep.
        var state = new byte[nodes.Count];
        var order = new List<NodeProto>(nodes.Count);
        var stack = new Stack<(int Node, IEnumerator<int> Needs)>();
        for (int first = 0; first < nodes.Count; first++)
        {
            if (state[first] == 0)
            {
                state[first] = 1;
                stack.Push((first, Needs(nodes[first], maker).GetEnumerator()));
            }

            while (stack.TryPeek(out (int Node, IEnumerator<int> Needs) top))
            {
                if (!top.Needs.MoveNext())
                {
                    stack.Pop();
                    state[top.Node] = 2;
                    order.Add(nodes[top.Node]);
                }
                else if (state[top.Needs.Current] == 0)
                {
                    state[top.Needs.Current] = 1;
                    stack.Push((top.Needs.Current, Needs(nodes[top.Needs.Current], maker).GetEnumerator()));
                }
                else if (state[top.Needs.Current] == 1)
                {
                    NodeProto node = nodes[top.Node];
                    throw new OnnxException($"nodes need one another in a circle, {node.OpType} '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault())}' among them");
                }
            }
        }

        return order;
    }

    /// <summary>Exporters that edited a graph left constants of one name behind; the last of them counts, as ONNX Runtime has it.</summary>
    private static IReadOnlyList<NodeProto> LastConstants(IReadOnlyList<NodeProto> nodes)
    {
        var last = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
        foreach (NodeProto node in nodes.Where(static n => n.OpType == "Constant" && n.Output.Count == 1))
        {
            last[node.Output[0]] = node;
        }

        return [.. nodes.Where(n => n.OpType != "Constant" || n.Output.Count != 1 || ReferenceEquals(last[n.Output[0]], n))];
    }

    private static IEnumerable<int> Needs(NodeProto node, Dictionary<string, int> maker)
    {
        foreach (string input in node.Input)
        {
            if (input.Length > 0 && maker.TryGetValue(input, out int made))
            {
                yield return made;
            }
        }

        // Subgraphs see the values around them.
        foreach (string input in Captures.Of(node))
        {
            if (maker.TryGetValue(input, out int made))
            {
                yield return made;
            }
        }
    }
}
