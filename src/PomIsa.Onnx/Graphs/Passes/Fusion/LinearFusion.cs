using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>Every product with a known matrix is one operator, however it was written: as it is, transposed, with a bias of its own.</summary>
/// <remarks>A matrix that is transposed stays as it lies: it is packed from its own order.</remarks>
internal sealed class LinearFusion : IGraphPass
{
    public string Name => "linear";

    public string Idea => "a product with a known matrix, transposed or not, is one operator";

    public void Run(Graph graph, PassReport report)
    {
        foreach (GraphNode node in graph.Snapshot())
        {
            bool gemm = node.Is("Gemm"), fused = node.Is("com.microsoft", "FusedMatMul");
            if ((!gemm && !fused && !node.Is("MatMul")) || node.Input(0) is not { IsConstant: false } x || node.Input(1) is not { } right || node.Output(0) is not { } result
                || (x.Type != OnnxType.None && !OnnxTypes.IsFloat(x.Type)))
            {
                continue;
            }

            // MatMul(x, Transpose(W)).
            bool turned = node.Int("transB", 0) != 0;
            GraphValue w = right;
            if (!right.IsConstant && right.MadeBy("Transpose") is { } transpose && transpose.Input(0) is { IsConstant: true, Rank: 2 } from && (transpose.Ints("perm") ?? [1, 0]) is [1, 0])
            {
                (w, turned) = (from, !turned);
            }

            if (w.Constant?.Turned is { } lying)
            {
                (w, turned) = (graph.Constant(w.Name, lying), !turned);
            }

            if (w.Constant is not { Shape.Length: 2, Length: > 0 } known || !OnnxTypes.IsFloat(known.Type))
            {
                continue;
            }

            int depth = known.Shape[turned ? 1 : 0], columns = known.Shape[turned ? 0 : 1];
            GraphValue? bias = gemm ? node.Input(2) : null;
            string? why = node.Int("transA", 0) != 0 || node.Int("transBatchA", 0) != 0 || node.Int("transBatchB", 0) != 0 ? "its left side is transposed"
                : node.Float("alpha", 1) != 1 ? $"alpha is {node.Float("alpha", 1)}"
                : bias is not null && node.Float("beta", 1) != 1 ? $"beta is {node.Float("beta", 1)}"
                : x.Rank < 2 ? $"the rank of '{x.Name}' is {(x.Rank < 0 ? "not known" : x.Rank)}"
                : x.Width() != depth ? $"the last dimension of '{x.Name}' is {x.Shape[^1]} and not {depth}"
                : bias?.WhyNoVector(result, "bias");
            if (why is not null)
            {
                report.Missed(this, node, why);
                continue;
            }

            GraphNode made = graph.Fuse(result, "Linear", x, w, bias is null ? null : graph.AsVector(bias)).Set("transB", turned ? 1 : 0);
            (made.Outputs[0]!.Type, made.Outputs[0]!.Shape) = (x.Type, [.. x.Shape[..^1], columns]);
            report.Did(this, node, turned ? "transposed matrix" : "matrix");
        }
    }
}
