using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Quantization, losses, and what few models use.</summary>
internal static class QuantizeRules
{
    public static (string, Rule)[] All { get; } =
    [
        ("QuantizeLinear", Quantize),
        ("com.microsoft.QuantizeLinear", Quantize),
        ("DequantizeLinear", Dequantize),
        ("com.microsoft.DequantizeLinear", Dequantize),
        ("DynamicQuantizeLinear", Dynamic),
        ("com.microsoft.GatherBlockQuantized", GatherBlocks),
        ("NegativeLogLikelihoodLoss", Loss),
        ("SoftmaxCrossEntropyLoss", Loss),
        ("Unique", Unique),
    ];

    private static void Quantize(Facts n)
    {
        OnnxType type = n.Has(2) ? n.Type(2) : (OnnxType)n.Node.Int("output_dtype", 0) is var given && given != OnnxType.None ? given : OnnxType.UInt8;
        n.Output(0, type, n.Shape(0));
    }

    private static void Dequantize(Facts n) =>
        n.Output(0, (OnnxType)n.Node.Int("output_dtype", 0) is var given && given != OnnxType.None ? given : n.Type(1), n.Shape(0));

    private static void Dynamic(Facts n)
    {
        n.Output(0, OnnxType.UInt8, n.Shape(0));
        n.Output(1, OnnxType.Float, []);
        n.Output(2, OnnxType.UInt8, []);
    }

    private static void GatherBlocks(Facts n)
    {
        ImmutableArray<Size> table = n.Shape(0), ids = n.Shape(1);
        if (table.IsDefaultOrEmpty || ids.IsDefault || n.Type(0) == OnnxType.None)
        {
            n.Output(0, n.Type(2));
            return;
        }

        // Bytes hold several entries, along the last axis.
        long bits = n.Node.Int("bits", 4);
        ImmutableArray<Size> wide = n.Type(0) == OnnxType.UInt8 ? table.SetItem(table.Length - 1, table[^1] * Size.Of(8 / bits)) : table;
        int axis = Facts.Axis(n.Node.Int("gather_axis", 0), wide.Length);
        n.Output(0, n.Type(2), [.. wide.Take(axis), .. ids, .. wide.Skip(axis + 1)]);
    }

    private static void Loss(Facts n)
    {
        n.Output(0, n.Type(0), n.Node.Text("reduction", "mean") == "none" ? n.Shape(1) : []);
        if (n.Node.Op == "SoftmaxCrossEntropyLoss")
        {
            n.Output(1, n.Type(0), n.Shape(0));
        }
    }

    private static void Unique(Facts n)
    {
        ImmutableArray<Size> shape = n.Shape(0);
        int axis = shape.IsDefault || !n.HasAttribute("axis") ? 0 : Facts.Axis(n.Node.Int("axis", 0), shape.Length);
        n.Output(0, n.Type(0), !n.HasAttribute("axis") ? n.Unknowns(0, 1) : shape.IsDefault ? default : shape.SetItem(axis, n.Unknown(0, axis)));
        for (int i = 1; i < 4; i++)
        {
            n.Output(i, OnnxType.Int64, n.Unknowns(i, 1));
        }
    }
}
