using System.Collections.Immutable;

namespace PomIsa.Onnx.Explaining;

/// <summary>A node that a picture shows: all of an outline but constants and the second and further ones of repeated layers.</summary>
/// <param name="Index">Its index in the outline.</param>
/// <param name="Run">The run of layers that it belongs to.</param>
/// <param name="Times">How often that run comes.</param>
/// <param name="Title">Its operator.</param>
/// <param name="Detail">Its matrices and its result's shape.</param>
/// <param name="Colour">By the kind of its work.</param>
/// <param name="Sources">Drawn nodes that it reads from, by their place among the drawn ones.</param>
internal sealed record DrawnNode(int Index, int Run, int Times, string Title, string Detail, string Colour, ImmutableArray<int> Sources)
{
    private const int MostDetail = 44;

    private static readonly string[] s_moves =
    [
        "Cast", "Concat", "Constant", "ConstantOfShape", "Expand", "Flatten", "Gather", "Identity", "Range", "Reshape", "Shape", "Slice", "Split", "Squeeze", "Tile", "Transpose",
        "Unsqueeze",
    ];

    /// <summary>What is drawn of an outline, in order.</summary>
    public static DrawnNode[] Of(GraphOutline outline)
    {
        var drawn = new List<DrawnNode>();
        var places = new int[outline.Nodes.Length];
        ImmutableArray<LayerRun> runs = LayerFolding.Fold(outline);
        for (int r = 0; r < runs.Length; r++)
        {
            LayerRun run = runs[r];
            for (int i = run.First; i < run.First + run.Length; i++)
            {
                // Further layers are drawn as the first one: whoever reads from them reads from there.
                bool constant = outline.Nodes[i].Operator == "Constant";
                for (int k = 0; k < run.Times; k++)
                {
                    places[i + (k * run.Length)] = constant ? -1 : drawn.Count;
                }

                OutlineNode node = outline.Nodes[i];
                if (constant)
                {
                    continue; // an initializer in disguise; initializers are not drawn either
                }

                string known = string.Join(' ', node.Known.Where(static k => k.Contains(',', StringComparison.Ordinal)).Take(2));
                string detail = (known.Length > 0 ? $"{known} → " : "") + node.Shape;
                drawn.Add(new DrawnNode(
                    i, r, run.Times, node.Operator, detail.Length > MostDetail ? detail[..(MostDetail - 1)] + "…" : detail, ColourOf(node),
                    [.. node.Sources.Select(s => places[s]).Where(p => p >= 0 && p < drawn.Count).Distinct().Order()]));
            }
        }

        return [.. drawn];
    }

    private static string ColourOf(OutlineNode node) => node.Operator switch
    {
        _ when node.Operator.Contains("Norm", StringComparison.Ordinal) => "#d9ead3",
        _ when node.Operator.Contains("Attention", StringComparison.Ordinal) || node.Operator.Contains("Softmax", StringComparison.Ordinal) => "#f4cccc",
        "Linear" or "MatMul" or "Gemm" or "com.microsoft.FusedMatMul" or "com.microsoft.MatMulNBits" => "#cfe2f3",
        _ when node.Fused => "#fff2cc",
        _ when s_moves.Contains(node.Operator) => "#eeeeee",
        _ => "#ffffff",
    };
}
