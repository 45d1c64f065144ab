using Google.Protobuf;
using PomIsa.Onnx.Schema;

namespace PomIsa.OnnxCases.Fuzzing;

/// <summary>Changes to what a file says: names, dimensions, types, nodes. What comes out is well-formed protobuf.</summary>
internal static class MessageMutations
{
    private static readonly (string Name, Func<ModelProto, Random, bool> Change)[] Changes =
    [
        ("a dimension", NumberMutations.Dimension),
        ("a number in an attribute", NumberMutations.AttributeNumber),
        ("a number in a tensor", NumberMutations.TensorNumber),
        ("a tensor's shape", NumberMutations.TensorShape),
        ("a type", NumberMutations.ElementType),
        ("an input is another value", NodeMutations.Rewire),
        ("an input is omitted", NodeMutations.Omit),
        ("an input more", NodeMutations.MoreInputs),
        ("an output of another's name", NodeMutations.Rename),
        ("two nodes exchanged", NodeMutations.Exchange),
        ("a node twice", NodeMutations.Repeat),
        ("a node gone", NodeMutations.Remove),
        ("another operator", NodeMutations.Operator),
        ("another version", NumberMutations.Version),
        ("an attribute gone", NodeMutations.RemoveAttribute),
        ("an attribute of another's kind", NodeMutations.SwapAttribute),
        ("an initializer gone", NodeMutations.RemoveInitializer),
        ("data elsewhere", NumberMutations.External),
        ("a function that calls itself", DeepMutations.Recursive),
        ("branches in branches", DeepMutations.Nested),
        ("a loop for ever", DeepMutations.Endless),
        ("an output that nobody makes", NodeMutations.LooseOutput),
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
}
