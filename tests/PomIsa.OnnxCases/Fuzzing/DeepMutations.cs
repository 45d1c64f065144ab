using PomIsa.Onnx.Schema;
using static PomIsa.OnnxCases.Fuzzing.Drawn;

namespace PomIsa.OnnxCases.Fuzzing;

/// <summary>Graphs inside graphs: a function that calls itself, branches in branches, a loop without an end.</summary>
internal static class DeepMutations
{
    public static bool Recursive(ModelProto model, Random random)
    {
        var own = new FunctionProto { Name = "Again", Domain = "own" };
        own.Input.Add("x");
        own.Output.Add("y");
        var call = new NodeProto { OpType = "Again", Domain = "own" };
        call.Input.Add("x");
        call.Output.Add("y");
        own.Node.Add(call);
        own.OpsetImport.Add(new OperatorSetId { Domain = "own", Version = 1 });
        model.Functions.Add(own);
        model.OpsetImport.Add(new OperatorSetId { Domain = "own", Version = 1 });
        if (Node(model, random) is { } node)
        {
            (node.OpType, node.Domain) = ("Again", "own");
        }

        return true;
    }

    /// <summary>Up to 40 deep: protobuf readers end at 100 messages.</summary>
    public static bool Nested(ModelProto model, Random random)
    {
        if (Node(model, random) is not { Output.Count: > 0 } node)
        {
            return false;
        }

        NodeProto inner = node.Clone();
        for (int depth = random.Next(1, 40); depth > 0; depth--)
        {
            var graph = new GraphProto { Name = "b" };
            graph.Node.Add(inner);
            graph.Output.Add(new ValueInfoProto { Name = node.Output[0] });
            inner = new NodeProto { OpType = "If" };
            inner.Input.Add(AnyName(model, random));
            inner.Output.Add(node.Output[0]);
            inner.Attribute.Add(new AttributeProto { Name = "then_branch", G = graph, Type = 5 });
            inner.Attribute.Add(new AttributeProto { Name = "else_branch", G = graph.Clone(), Type = 5 });
            if (inner.CalculateSize() > 1 << 20)
            {
                break;
            }
        }

        model.Graph.Node[model.Graph.Node.IndexOf(node)] = inner;
        return true;
    }

    public static bool Endless(ModelProto model, Random random)
    {
        if (Node(model, random) is not { Output.Count: > 0, Input.Count: > 0 } node)
        {
            return false;
        }

        var body = new GraphProto { Name = "b" };
        foreach (string name in (string[])["i", "c", "s"])
        {
            body.Input.Add(new ValueInfoProto { Name = name });
        }

        var twice = new NodeProto { OpType = "Concat" };
        twice.Input.Add(["s", "s"]);
        twice.Output.Add("t");
        twice.Attribute.Add(new AttributeProto { Name = "axis", I = 0, Type = 2 });
        body.Node.Add(twice);
        body.Output.Add(new ValueInfoProto { Name = "c" });
        body.Output.Add(new ValueInfoProto { Name = "t" });
        var loop = new NodeProto { OpType = "Loop" };
        loop.Input.Add(["", "", node.Input[0]]);
        loop.Output.Add(node.Output[0]);
        loop.Attribute.Add(new AttributeProto { Name = "body", G = body, Type = 5 });
        model.Graph.Node[model.Graph.Node.IndexOf(node)] = loop;
        return true;
    }
}
