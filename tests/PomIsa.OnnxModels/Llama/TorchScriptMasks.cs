using PomIsa.OnnxModels.Writing;

namespace PomIsa.OnnxModels.Llama;

/// <summary>Masks [batch, 1, sequence, past + sequence] of zeros and the least number, as traces of transformers make them.</summary>
internal static class TorchScriptMasks
{
    private const float Least = float.MinValue;

    /// <summary>_prepare_4d_causal_attention_mask: a square by Less, zeros for the past beside it, and what attention_mask hides by Where.</summary>
    public static string ByLess(GraphWriter g, string past, string sequence, string batch)
    {
        string total = g.Op("Add", [sequence, past]);
        string full = g.Op("ConstantOfShape", [g.Dims(sequence, sequence)], ("value", GraphWriter.One(Least)));
        string last = g.Op("Slice", [g.Op("Shape", [full]), g.Vector(-1L), g.Vector(long.MaxValue), g.Vector(0L)]);
        string length = g.Squeeze(last, 0);
        string columns = g.Op("Range", [g.Scalar(0L), length, g.Scalar(1L)]);
        string rows = g.Op("Reshape", [g.Op("Add", [columns, g.Scalar(1L)]), g.Dims(length, 1L)]);
        string square = g.Op("Where", [g.Op("Less", [columns, rows]), g.Scalar(0f), full]);
        string before = g.Op("ConstantOfShape", [g.Dims(sequence, past)], ("value", GraphWriter.One(0f)));
        string causal = g.Expand(g.Unsqueeze(g.Unsqueeze(g.Concat(-1, before, square), 0), 1), batch, 1L, sequence, total);

        string given = g.Expand(g.Unsqueeze(g.Unsqueeze("attention_mask", 1), 2), batch, 1L, sequence, total);
        string hidden = g.Op("Sub", [g.Scalar(1f), g.Cast(given, OnnxType.Float)]);
        hidden = g.Op("Where", [g.Cast(hidden, OnnxType.Bool), g.Scalar(Least), hidden]);
        return g.Op("Where", [g.Cast(hidden, OnnxType.Bool), g.Scalar(Least), causal]);
    }

    /// <summary>_update_causal_mask: a triangle, times what comes after, and an assignment to a slice, which a trace makes a ScatterND.</summary>
    public static string ByScatter(GraphWriter g, string past, string sequence, string batch)
    {
        string places = g.Op("Range", [past, g.Op("Add", [past, sequence]), g.Scalar(1L)]);
        string total = g.Size("attention_mask", 1);
        string full = g.Op("ConstantOfShape", [g.Dims(sequence, total)], ("value", GraphWriter.One(Least)));
        string upper = g.Op("Trilu", [full, g.Scalar(1L)], ("upper", 1));
        string after = g.Op("Greater", [g.Op("Range", [g.Scalar(0L), total, g.Scalar(1L)]), g.Op("Reshape", [places, g.Vector(-1, 1)])]);
        string causal = g.Op("Mul", [upper, g.Cast(after, OnnxType.Float)]);
        causal = g.Expand(g.Unsqueeze(g.Unsqueeze(causal, 0), 1), batch, 1L, -1L, -1L);

        string end = g.Unsqueeze(total, 0);
        string part = g.Slice(causal, g.Vector(0L), end, 3);
        string given = g.Cast(g.Unsqueeze(g.Unsqueeze("attention_mask", 1), 2), OnnxType.Float);
        string padding = g.Op("Equal", [g.Op("Add", [part, given]), g.Scalar(0f)]);
        string masked = g.Op("Where", [padding, g.Scalar(Least), g.Slice(causal, g.Vector(0L), end, 3)]);
        return Assign(g, causal, masked, end);
    }

    /// <summary>x[:, :, :, :end] = values, through the places of all its elements.</summary>
    private static string Assign(GraphWriter g, string x, string values, string end)
    {
        var places = new string[4];
        string sum = "";
        for (int axis = 0; axis < places.Length; axis++)
        {
            string all = g.Op("Range", [g.Scalar(0L), g.Size(x, axis), g.Scalar(1L)]);
            string some = axis == 3 ? g.Slice(all, g.Vector(0L), end, 0) : all;
            long[] shape = [1, 1, 1, 1];
            shape[axis] = -1;
            places[axis] = g.Op("Reshape", [some, g.Vector(shape)]);
            sum = axis == 0 ? places[0] : g.Op("Add", [sum, places[axis]]);
        }

        string dims = g.Op("Shape", [sum]);
        string indices = g.Concat(-1, [.. places.Select(p => g.Unsqueeze(g.Op("Expand", [p, dims]), -1))]);
        return g.Op("ScatterND", [x, indices, g.Op("Reshape", [values, dims])]);
    }
}
