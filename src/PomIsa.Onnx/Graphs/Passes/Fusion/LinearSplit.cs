using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>A product whose columns are only taken apart again is several products, each with its own part of the matrix: packed queries, keys and values; packed gates.</summary>
/// <remarks>Each column's sum stays as it is, so the bits do too. The parts of the matrix are read when they are packed.</remarks>
internal sealed class LinearSplit : IGraphPass
{
    public string Name => "linear-split";

    public string Idea => "a product whose columns are only taken apart is one product for each part";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (!node.Is(FusedOperators.Domain, "Linear") || node.Output(0) is not { Users.Count: > 0 } y || y.Width() is not { } width || !y.Users.Any(static u => u.Is("Split") || u.Is("Slice")))
            {
                continue;
            }

            var parts = new List<(GraphValue Part, int First, int Count)>();
            GraphNode? other = graph.IsOutput(y) ? node : y.Users.Distinct().FirstOrDefault(u => !Columns(u, y, width, parts));
            if (other is not null)
            {
                if (parts.Count > 0)
                {
                    report.Missed(this, node, other == node ? $"'{y.Name}' is an output of the model" : $"'{y.Name}' is also read by {other.Op} '{other.Name}'");
                }

                continue;
            }

            foreach ((GraphValue part, int first, int count) in parts)
            {
                bool turned = node.Int("transB", 0) != 0;
                GraphValue w = graph.Constant($"{node.Input(1)!.Name}[{first}..{first + count}]", Part(node.Input(1)!.Constant!, turned ? 0 : 1, first, count));
                GraphValue? bias = node.Input(2) is { } whole ? graph.Constant($"{whole.Name}[{first}..{first + count}]", Part(whole.Constant!, 0, first, count)) : null;
                GraphNode made = graph.Fuse(part, "Linear", node.Input(0), w, bias).Set("transB", turned ? 1 : 0);
                (made.Outputs[0]!.Type, made.Outputs[0]!.Shape) = (y.Type, [.. y.Shape[..^1], count]);
            }

            report.Did(this, node, $"{parts.Count} parts");
        }
    }

    /// <summary>Adds the parts that a node takes of the last axis; false where it does something else.</summary>
    private static bool Columns(GraphNode node, GraphValue y, int width, List<(GraphValue, int, int)> parts)
    {
        if (node.Input(0) != y || node.Inputs.Skip(1).Contains(y))
        {
            return false;
        }

        if (node.Is("Split"))
        {
            long axis = node.Int("axis", 0);
            long[]? sizes = axis != -1 && axis != y.Rank - 1 ? null : node.Ints("split") ?? (node.Input(1) is { } given ? given.Integers : Even(width, node.Outputs.Count));
            if (sizes is null || sizes.Length != node.Outputs.Count || sizes.Sum() != width || sizes.Any(static s => s < 1))
            {
                return false;
            }

            for (int i = 0, first = 0; i < sizes.Length; first += (int)sizes[i++])
            {
                if (node.Output(i) is { } part)
                {
                    parts.Add((part, first, (int)sizes[i]));
                }
            }

            return true;
        }

        if (!node.Is("Slice") || (node.Ints("starts") ?? node.Input(1)?.Integers) is not [var start] || (node.Ints("ends") ?? node.Input(2)?.Integers) is not [var end]
            || ((node.Ints("axes") ?? node.Input(3)?.Integers) is not [var along]) || (along != -1 && along != y.Rank - 1)
            || (node.Input(4) is { } steps && steps.Integers is not [1]))
        {
            return false;
        }

        int from = (int)Math.Clamp(start < 0 ? start + width : start, 0, width), to = (int)Math.Clamp(end < 0 ? end + width : end, 0, width);
        if (to <= from)
        {
            return false;
        }

        parts.Add((node.Output(0)!, from, to - from));
        return true;
    }

    /// <summary>Equal parts, the last one smaller where it does not come out even.</summary>
    private static long[] Even(int width, int count)
    {
        int each = (width + count - 1) / count;
        return [.. Enumerable.Range(0, count).Select(i => (long)Math.Clamp(width - (i * each), 0, each))];
    }

    private static KnownTensor Part(KnownTensor whole, int axis, int first, int count)
    {
        int[] shape = [.. whole.Shape];
        shape[axis] = count;
        return new KnownTensor(whole.Type, [.. shape], () =>
        {
            HostTensor tensor = whole.Read();
            int size = Isa.DTypes.SizeOf(tensor.Carrier), rows = axis == 0 ? 1 : tensor.Shape[0];
            int stride = size * (axis == 0 ? tensor.Length : tensor.Shape[1]), unit = size * (axis == 0 && tensor.Shape.Length == 2 ? tensor.Shape[1] : 1);
            var bytes = new byte[rows * count * unit];
            for (int i = 0; i < rows; i++)
            {
                tensor.Bytes.AsSpan((i * stride) + (first * unit), count * unit).CopyTo(bytes.AsSpan(i * count * unit));
            }

            return new HostTensor(tensor.Type, [.. shape], bytes);
        });
    }
}
