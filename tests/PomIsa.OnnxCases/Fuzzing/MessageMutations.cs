using Google.Protobuf;
using Google.Protobuf.Collections;
using PomIsa.Onnx.Schema;

namespace PomIsa.OnnxCases.Fuzzing;

/// <summary>Changes to what a file says: names, dimensions, types, nodes. What comes out is well-formed protobuf.</summary>
internal static class MessageMutations
{
    private static readonly long[] Numbers =
        [0, 1, -1, 2, 7, -8, 64, 1000, int.MaxValue, int.MinValue, 1L << 31, 1L << 32, 1L << 40, 1L << 60, -(1L << 60), long.MaxValue, long.MinValue, long.MaxValue - 7];

    private static readonly (string Name, Func<ModelProto, Random, bool> Change)[] Changes =
    [
        ("a dimension", Dimension),
        ("a number in an attribute", AttributeNumber),
        ("a number in a tensor", TensorNumber),
        ("a tensor's shape", TensorShape),
        ("a type", ElementType),
        ("an input is another value", Rewire),
        ("an input is omitted", Omit),
        ("an input more", MoreInputs),
        ("an output of another's name", Rename),
        ("two nodes exchanged", Exchange),
        ("a node twice", Repeat),
        ("a node gone", Remove),
        ("another operator", Operator),
        ("another version", Version),
        ("an attribute gone", RemoveAttribute),
        ("an attribute of another's kind", SwapAttribute),
        ("an initializer gone", RemoveInitializer),
        ("data elsewhere", External),
        ("a function that calls itself", Recursive),
        ("branches in branches", Nested),
        ("a loop for ever", Endless),
        ("an output that nobody makes", LooseOutput),
    ];

    /// <summary>A changed copy, and what was done to it; bytes that are no model are changed as bytes.</summary>
    public static (string How, byte[] Bytes) Change(byte[] bytes, Random random)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return ByteMutations.Change(bytes, random);
        }

        if (model.Graph is null)
        {
            return ByteMutations.Change(bytes, random);
        }

        var done = new List<string>();
        for (int changes = 1 + random.Next(3), tries = 0; done.Count < changes && tries < 50; tries++)
        {
            (string name, Func<ModelProto, Random, bool> change) = Changes[random.Next(Changes.Length)];
            if (change(model, random))
            {
                done.Add(name);
            }
        }

        return (string.Join(", ", done), model.ToByteArray());
    }

    private static T? Pick<T>(IList<T> list, Random random)
        where T : class => list.Count == 0 ? null : list[random.Next(list.Count)];

    private static long Number(Random random) => random.Next(4) == 0 ? random.NextInt64(-20, 20) : Numbers[random.Next(Numbers.Length)];

    private static NodeProto? Node(ModelProto model, Random random) => Pick(model.Graph.Node, random);

    private static bool Dimension(ModelProto model, Random random)
    {
        if (Pick([.. model.Graph.Input, .. model.Graph.Output, .. model.Graph.ValueInfo], random)?.Type?.TensorType?.Shape is not { } shape)
        {
            return false;
        }

        switch (random.Next(4))
        {
            case 0:
                shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = Number(random) });
                return true;
            case 1:
                shape.Dim.Clear();
                return true;
            case 2 when shape.Dim.Count > 0:
                shape.Dim[random.Next(shape.Dim.Count)].DimParam = "n";
                return true;
            default:
                if (Pick(shape.Dim, random) is not { } dim)
                {
                    return false;
                }

                dim.DimValue = Number(random);
                return true;
        }
    }

    private static bool AttributeNumber(ModelProto model, Random random)
    {
        if (Node(model, random) is not { } node || Pick(node.Attribute, random) is not { } attribute)
        {
            return false;
        }

        if (attribute.Ints.Count > 0)
        {
            Change(attribute.Ints, random);
        }
        else if (attribute.T is not null)
        {
            attribute.T.DataType = random.Next(30);
        }
        else
        {
            attribute.I = Number(random);
            attribute.F = random.Next(4) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => -1e30f, _ => 0 };
        }

        return true;
    }

    private static void Change(RepeatedField<long> list, Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                list.Add(Number(random));
                break;
            case 1:
                list.RemoveAt(random.Next(list.Count));
                break;
            default:
                list[random.Next(list.Count)] = Number(random);
                break;
        }
    }

    private static TensorProto? Tensor(ModelProto model, Random random) =>
        Pick([.. model.Graph.Initializer, .. model.Graph.Node.SelectMany(static n => n.Attribute).Select(static a => a.T).Where(static t => t is not null)], random);

    private static bool TensorNumber(ModelProto model, Random random)
    {
        if (Tensor(model, random) is not { } tensor)
        {
            return false;
        }

        if (tensor.Int64Data.Count > 0)
        {
            tensor.Int64Data[random.Next(tensor.Int64Data.Count)] = Number(random);
            return true;
        }

        byte[] raw = tensor.RawData.ToByteArray();
        if (raw.Length < sizeof(long))
        {
            return false;
        }

        BitConverter.TryWriteBytes(raw.AsSpan(random.Next((raw.Length / sizeof(long))) * sizeof(long)), Number(random));
        tensor.RawData = ByteString.CopyFrom(raw);
        return true;
    }

    private static bool TensorShape(ModelProto model, Random random)
    {
        if (Tensor(model, random) is not { } tensor)
        {
            return false;
        }

        if (tensor.Dims.Count == 0 || random.Next(4) == 0)
        {
            tensor.Dims.Add(Number(random));
            return true;
        }

        Change(tensor.Dims, random);
        return true;
    }

    private static bool ElementType(ModelProto model, Random random)
    {
        if (random.Next(2) == 0 && Tensor(model, random) is { } tensor)
        {
            tensor.DataType = random.Next(-1, 30);
            return true;
        }

        if (Pick([.. model.Graph.Input, .. model.Graph.Output], random)?.Type?.TensorType is not { } type)
        {
            return false;
        }

        type.ElemType = random.Next(-1, 30);
        return true;
    }

    private static string? AnyName(ModelProto model, Random random)
    {
        string[] names =
        [
            .. model.Graph.Input.Select(static i => i.Name), .. model.Graph.Initializer.Select(static i => i.Name),
            .. model.Graph.Node.SelectMany(static n => n.Output), "nowhere",
        ];
        return names[random.Next(names.Length)];
    }

    private static bool Rewire(ModelProto model, Random random)
    {
        if (Node(model, random) is not { Input.Count: > 0 } node)
        {
            return false;
        }

        node.Input[random.Next(node.Input.Count)] = AnyName(model, random); // of a later node: a circle
        return true;
    }

    private static bool Omit(ModelProto model, Random random)
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

    private static bool MoreInputs(ModelProto model, Random random)
    {
        Node(model, random)?.Input.Add(AnyName(model, random));
        return true;
    }

    private static bool Rename(ModelProto model, Random random)
    {
        if (Node(model, random) is not { Output.Count: > 0 } node)
        {
            return false;
        }

        node.Output[random.Next(node.Output.Count)] = random.Next(3) == 0 ? "" : AnyName(model, random);
        return true;
    }

    private static bool Exchange(ModelProto model, Random random)
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

    private static bool Repeat(ModelProto model, Random random)
    {
        if (Node(model, random) is not { } node)
        {
            return false;
        }

        model.Graph.Node.Add(node.Clone());
        return true;
    }

    private static bool Remove(ModelProto model, Random random)
    {
        if (model.Graph.Node.Count == 0)
        {
            return false;
        }

        model.Graph.Node.RemoveAt(random.Next(model.Graph.Node.Count));
        return true;
    }

    private static bool Operator(ModelProto model, Random random)
    {
        if (Node(model, random) is not { } node)
        {
            return false;
        }

        (string domain, string name)[] all = [.. PomIsa.Onnx.Operators.OperatorTable.All, ("", "Unheard"), ("nobody", "Add")];
        (node.Domain, node.OpType) = all[random.Next(all.Length)];
        return true;
    }

    private static bool Version(ModelProto model, Random random)
    {
        if (Pick(model.OpsetImport, random) is not { } import)
        {
            return false;
        }

        import.Version = random.Next(3) == 0 ? Number(random) : random.Next(0, 30);
        return true;
    }

    private static bool RemoveAttribute(ModelProto model, Random random)
    {
        if (Node(model, random) is not { Attribute.Count: > 0 } node)
        {
            return false;
        }

        node.Attribute.RemoveAt(random.Next(node.Attribute.Count));
        return true;
    }

    private static bool SwapAttribute(ModelProto model, Random random)
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

    private static bool RemoveInitializer(ModelProto model, Random random)
    {
        if (model.Graph.Initializer.Count == 0)
        {
            return false;
        }

        model.Graph.Initializer.RemoveAt(random.Next(model.Graph.Initializer.Count));
        return true;
    }

    private static bool External(ModelProto model, Random random)
    {
        if (Tensor(model, random) is not { } tensor)
        {
            return false;
        }

        string[] places = ["../../../../etc/passwd", "/etc/passwd", "model.onnx", "nothing.bin", "", "a/../../b", "model.onnx\0"];
        tensor.DataLocation = 1;
        tensor.ExternalData.Add(new StringEntry { Key = "location", Value = places[random.Next(places.Length)] });
        tensor.ExternalData.Add(new StringEntry { Key = "offset", Value = Number(random).ToString(System.Globalization.CultureInfo.InvariantCulture) });
        tensor.ExternalData.Add(new StringEntry { Key = "length", Value = Number(random).ToString(System.Globalization.CultureInfo.InvariantCulture) });
        return true;
    }

    private static bool Recursive(ModelProto model, Random random)
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
    private static bool Nested(ModelProto model, Random random)
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

    private static bool Endless(ModelProto model, Random random)
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

    private static bool LooseOutput(ModelProto model, Random random)
    {
        model.Graph.Output.Add(new ValueInfoProto { Name = random.Next(2) == 0 ? "nowhere" : AnyName(model, random) });
        return true;
    }
}
