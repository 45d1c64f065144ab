using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Lowering;

/// <summary>References to attributes of a function become the values that the calling node gives them, in subgraphs too.</summary>
internal static class Attributes
{
    public static NodeProto Resolve(NodeProto node, FunctionProto function, NodeProto caller)
    {
        if (!Refers(node))
        {
            return node;
        }

        NodeProto own = node.Clone();
        Fill(own, function, caller);
        return own;
    }

    private static bool Refers(NodeProto node) =>
        node.Attribute.Any(static a => a.RefAttrName.Length > 0 || (a.G is not null && a.G.Node.Any(Refers)) || a.Graphs.Any(static g => g.Node.Any(Refers)));

    private static void Fill(NodeProto node, FunctionProto function, NodeProto caller)
    {
        for (int i = node.Attribute.Count - 1; i >= 0; i--)
        {
            AttributeProto attribute = node.Attribute[i];
            foreach (NodeProto inner in (attribute.G?.Node ?? []).Concat(attribute.Graphs.SelectMany(static g => g.Node)))
            {
                Fill(inner, function, caller);
            }

            if (attribute.RefAttrName.Length == 0)
            {
                continue;
            }

            AttributeProto? given = caller.Attribute.FirstOrDefault(a => a.Name == attribute.RefAttrName)
                ?? function.AttributeProto.FirstOrDefault(a => a.Name == attribute.RefAttrName);
            if (given is null)
            {
                node.Attribute.RemoveAt(i); // not given: the operator's own default holds
                continue;
            }

            AttributeProto value = given.Clone();
            value.Name = attribute.Name;
            node.Attribute[i] = value;
        }
    }
}
