using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels.Llama;

/// <summary>The builder's mask for MultiHeadAttention, [batch, heads, sequence, total].</summary>
/// <remarks>The causal square [sequence, sequence] is expanded to [sequence, total], so a step of several tokens after a past is refused by whoever runs it.</remarks>
internal static class BuilderMasks
{
    private const string Base = "/model/attn_mask_reformat";
    private const float Least = float.MinValue;

    public static string ForMultiHead(GraphWriter g, int heads)
    {
        g.Scope = $"{Base}/past_key_subgraph";
        string past = g.Op("Gather", [g.Op("Shape", ["past_key_values.0.key"]), g.Scalar(2L)], ("axis", 0));
        g.Scope = $"{Base}/input_ids_subgraph";
        string batch = g.Size("input_ids", 0), sequence = g.Size("input_ids", 1);
        string total = g.Unsqueeze(g.Op("Add", [sequence, past]), 0);
        string full = g.Op("ConstantOfShape", [g.Concat(0, g.Unsqueeze(sequence, 0), g.Unsqueeze(sequence, 0))], ("value", GraphWriter.One(Least)));
        string shared = g.Unsqueeze(sequence, 0);
        string columns = g.Op("Range", [g.Scalar(0L), Last(g, full), g.Scalar(1L)]);
        string rows = g.Op("Reshape", [g.Op("Add", [columns, g.Scalar(1L)]), g.Concat(0, g.Unsqueeze(Last(g, full), 0), g.Vector(1L))]);
        string square = g.Op("Where", [g.Op("Less", [columns, rows]), g.Scalar(0f), full]);
        string causal = Expanded(g, g.Unsqueeze(g.Unsqueeze(square, 0), 1), g.Concat(0, g.Unsqueeze(batch, 0), g.Vector(1L), shared, total));

        g.Scope = $"{Base}/attn_mask_subgraph";
        string given = g.Unsqueeze(g.Unsqueeze("attention_mask", 1), 2);
        string dims = g.Concat(0, g.Unsqueeze(g.Size("attention_mask", 0), 0), g.Vector(1L), shared, g.Unsqueeze(g.Size("attention_mask", 1), 0));
        string hidden = g.Op("Sub", [g.Scalar(1f), g.Cast(Expanded(g, given, dims), OnnxType.Float)]);
        hidden = g.Op("Where", [g.Cast(hidden, OnnxType.Bool), g.Scalar(Least), hidden]);
        g.Scope = Base;
        return g.Op("Tile", [g.Op("Add", [hidden, causal]), g.Vector(1, heads, 1, 1)]);
    }

    private static string Last(GraphWriter g, string x) =>
        g.Squeeze(g.Op("Slice", [g.Op("Shape", [x]), g.Vector(-1L), g.Vector(long.MaxValue), g.Vector(0L)]), 0);

    private static string Expanded(GraphWriter g, string x, string dims)
    {
        string ones = g.Op("ConstantOfShape", [g.Op("Shape", [dims])], ("value", GraphWriter.One(1L)));
        string open = g.Op("Equal", [dims, g.Op("Mul", [ones, g.Scalar(-1L)])]);
        return g.Op("Expand", [x, g.Op("Where", [open, ones, dims])]);
    }
}
