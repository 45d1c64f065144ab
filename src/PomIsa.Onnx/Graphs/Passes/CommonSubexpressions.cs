using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Graphs.Passes;

/// <summary>The same operator on the same inputs with the same attributes is computed once; small constants are the same where their elements are.</summary>
internal sealed class CommonSubexpressions : IGraphPass
{
    /// <summary>Elements up to which constants are compared.</summary>
    private const long MostElements = 1 << 10;

    public string Name => "common subexpressions";

    public string Idea => "the same operator on the same inputs is computed once";

    public void Run(Graph graph, PassReport report)
    {
        var constants = new Dictionary<string, GraphValue>(StringComparer.Ordinal);
        var seen = new HashSet<GraphValue>();
        var nodes = new Dictionary<string, GraphNode>(StringComparer.Ordinal);
        foreach (GraphNode node in graph.Snapshot())
        {
            foreach (GraphValue input in node.Inputs.OfType<GraphValue>().ToArray())
            {
                if (seen.Add(input) && input.Producer is null && Known(input) is { } key && !constants.TryAdd(key, input))
                {
                    Replace(graph, input, constants[key], report);
                }
            }

            if (node.Captured.Count > 0 || node.Sizes.Count > 0 || IsRandom(node) || node.Attributes.Values.Any(static a => a.G is not null || a.Graphs.Count > 0))
            {
                continue;
            }

            string text = Text(node);
            if (!nodes.TryGetValue(text, out GraphNode? first))
            {
                nodes.Add(text, node);
                continue;
            }

            if (!Enumerable.Range(0, node.Outputs.Count).All(i => node.Outputs[i] is null || first.Output(i) is not null))
            {
                continue; // the first one lacks an output that this one gives
            }

            for (int i = 0; i < node.Outputs.Count; i++)
            {
                if (node.Outputs[i] is { } output)
                {
                    Replace(graph, output, first.Outputs[i]!, report);
                }
            }
        }
    }

    private static void Replace(Graph graph, GraphValue value, GraphValue first, PassReport report)
    {
        if (value.Users.Count > 0 || graph.IsOutput(value))
        {
            int before = value.Users.Count;
            graph.Replace(value, first);
            if (value.Users.Count != before || before == 0)
            {
                report.Did();
            }
        }
    }

    private static bool IsRandom(GraphNode node) => node.Op.StartsWith("Random", StringComparison.Ordinal) || node.Op is "Bernoulli" or "Multinomial" or "Dropout";

    /// <summary>A text that is the same for values whose elements are known and the same; null where they are not known or too many.</summary>
    private static string? Known(GraphValue value)
    {
        if (value.Constant is not { } constant)
        {
            return value.Elements.IsDefault || !value.HasShape ? null : $"{value.Type} [{string.Join(",", value.Shape)}] {string.Join(",", value.Elements)}";
        }

        if (constant.Length > MostElements)
        {
            return null;
        }

        try
        {
            HostTensor tensor = constant.Read();
            return $"{tensor.Type} [{string.Join(",", tensor.Shape)}] {Convert.ToHexString(tensor.Bytes.Length <= 64 ? tensor.Bytes : SHA256.HashData(tensor.Bytes))}";
        }
        catch (OnnxException)
        {
            return null; // told when somebody needs it
        }
    }

    private static string Text(GraphNode node)
    {
        var text = new StringBuilder().Append(node.Domain).Append('.').Append(node.Op).Append(' ').Append(node.Opset).Append('(');
        text.AppendJoin(',', node.Inputs.Select(static i => i is null ? "" : $"{i.Name.Length}:{i.Name}")).Append(')').Append(node.Outputs.Count);
        foreach (AttributeProto attribute in node.Attributes.Values.OrderBy(static a => a.Name, StringComparer.Ordinal))
        {
            text.Append(' ').Append(Convert.ToHexString(attribute.ToByteArray()));
        }

        return text.ToString();
    }
}
