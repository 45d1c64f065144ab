using PomIsa.Isa;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Decoders;

/// <summary>Columns that a product makes in one order and that are wanted in another: its matrix gives them in that order at once.</summary>
/// <remarks>So interleaved and partial rotary embeddings cost what the usual ones do.</remarks>
internal static class ColumnOrder
{
    public static void Fold(Graph graph)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            if (node.Is("Gather") && node.Int("axis", 0) == 1)
            {
                Gather(graph, node);
            }
        }
    }

    private static void Gather(Graph graph, GraphNode node)
    {
        GraphValue? value = node.Input(0);
        long[]? columns = node.Input(1)?.Integers;
        GraphNode? product = value?.Producer;
        if (value is null || columns is null || product is null || value.Users.Count != 1 || graph.IsOutput(value) || !IsProduct(product))
        {
            return;
        }

        GraphValue matrix = product.Input(1)!;
        GraphValue? bias = product.Input(2);
        if (matrix.Constant is null || matrix.Constant.Shape.Length != 2)
        {
            return;
        }

        int[] order = Array.ConvertAll(columns, static c => (int)c);
        graph.SetInput(product, 1, graph.Constant(matrix.Name, Picked(matrix.Constant, product.Int("transB", 0) != 0 ? 0 : 1, order)));
        if (bias?.Constant is not null && bias.Constant.Length > 1)
        {
            graph.SetInput(product, 2, graph.Constant(bias.Name, Picked(bias.Constant, bias.Constant.Shape.Length - 1, order)));
        }

        graph.Replace(node.Output(0)!, value);
        value.Shape = [RowGraph.RowCount, Size.Of(order.Length)];
        graph.Remove(node);
    }

    private static bool IsProduct(GraphNode node) => (node.Is("MatMul") || node.Is("Gemm") || node.Is(FusedOperators.Domain, "Linear"))
        && (node.Input(2) is null || node.Input(2)!.IsConstant);

    /// <summary>Some slices of a tensor along one axis, read when somebody asks.</summary>
    private static KnownTensor Picked(KnownTensor tensor, int axis, int[] order)
    {
        int[] shape = [.. tensor.Shape];
        shape[axis] = order.Length;
        return new KnownTensor(tensor.Type, [.. shape], () =>
        {
            HostTensor from = tensor.Read();
            int size = DTypes.SizeOf(from.Carrier), have = from.Shape[axis], after = from.Shape.Skip(axis + 1).Aggregate(size, static (a, b) => a * b);
            int before = from.Bytes.Length / (have * after);
            var bytes = new byte[before * order.Length * after];
            for (int b = 0; b < before; b++)
            {
                for (int i = 0; i < order.Length; i++)
                {
                    from.Bytes.AsSpan(((b * have) + order[i]) * after, after).CopyTo(bytes.AsSpan(((b * order.Length) + i) * after));
                }
            }

            return new HostTensor(tensor.Type, [.. shape], bytes);
        });
    }
}
