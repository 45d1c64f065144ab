using Google.Protobuf.Collections;
using PomIsa.Onnx.Schema;
using static PomIsa.OnnxCases.Fuzzing.Drawn;

namespace PomIsa.OnnxCases.Fuzzing;

/// <summary>Other nodes, and nodes that are connected otherwise.</summary>
internal static class NodeMutations
{
    public static bool Rewire(ModelProto model, Random random)
    {
        if (Node(model, random) is not { Input.Count: > 0 } node)
        {
            return false;
        }

        node.Input[random.Next(node.Input.Count)] = AnyName(model, random); // of a later node: a circle
        return true;
    }

    public static bool Omit(ModelProto model, Random random)
    {
        if (Node(model, random) is not { Input.Count: > 0 } node)
        {
            return false;
        }

        int at = random.Next(node.Input.Count);
        if (random.Next(2) == 0)
        {
            node.Input[at] = "";
        }
        else
        {
            node.Input.RemoveAt(at);
        }

        return true;
    }

    public static bool MoreInputs(ModelProto model, Random random)
    {
        Node(model, random)?.Input.Add(AnyName(model, random));
        return true;
    }

    public static bool Rename(ModelProto model, Random random)
    {
        if (Node(model, random) is not { Output.Count: > 0 } node)
        {
            return false;
        }

        node.Output[random.Next(node.Output.Count)] = random.Next(3) == 0 ? "" : AnyName(model, random);
        return true;
    }

    public static bool Exchange(ModelProto model, Random random)
    {
        RepeatedField<NodeProto> nodes = model.Graph.Node;
        if (nodes.Count < 2)
        {
            return false;
        }

        int a = random.Next(nodes.Count), b = random.Next(nodes.Count);
        (nodes[a], nodes[b]) = (nodes[b].Clone(), nodes[a].Clone());
        return true;
    }

    public static bool Repeat(ModelProto model, Random random)
    {
        if (Node(model, random) is not { } node)
        {
            return false;
        }

        model.Graph.Node.Add(node.Clone());
        return true;
    }

    public static bool Remove(ModelProto model, Random random)
    {
        if (model.Graph.Node.Count == 0)
        {
            return false;
        }

        model.Graph.Node.RemoveAt(random.Next(model.Graph.Node.Count));
        return true;
    }

    public static bool Operator(ModelProto model, Random random)
    {
        if (Node(model, random) is not { } node)
        {
            return false;
        }

        (string domain, string name)[] all = [.. PomIsa.Onnx.Operators.OperatorTable.All, ("", "Unheard"), ("nobody", "Add")];
        (node.Domain, node.OpType) = all[random.Next(all.Length)];
        return true;
    }

    public static bool RemoveAttribute(ModelProto model, Random random)
    {
        if (Node(model, random) is not { Attribute.Count: > 0 } node)
        {
            return false;
        }

        node.Attribute.RemoveAt(random.Next(node.Attribute.Count));
        return true;
    }

    public static bool SwapAttribute(ModelProto model, Random random)
    {
        if (Node(model, random) is not { } to || Node(model, random) is not { } from || Pick(from.Attribute, random) is not { } attribute)
        {
            return false;
        }

        AttributeProto copy = attribute.Clone();
        copy.Name = Pick(to.Attribute, random)?.Name ?? copy.Name;
        to.Attribute.Add(copy); // of a name that is there already: twice
        return true;
    }

    public static bool RemoveInitializer(ModelProto model, Random random)
    {
        if (model.Graph.Initializer.Count == 0)
        {
            return false;
        }

        model.Graph.Initializer.RemoveAt(random.Next(model.Graph.Initializer.Count));
        return true;
    }

    public static bool LooseOutput(ModelProto model, Random random)
    {
        model.Graph.Output.Add(new ValueInfoProto { Name = random.Next(2) == 0 ? "nowhere" : AnyName(model, random) });
        return true;
    }
}
