using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Softmax and its kin, and the norms: results of the input's shape, statistics with ones where axes were summed.</summary>
internal static class NormRules
{
    public static (string, Rule)[] All { get; } =
    [
        ("Softmax", ElementRules.Same),
        ("LogSoftmax", ElementRules.Same),
        ("Hardmax", ElementRules.Same),
        ("LayerNormalization", static n => Tail(n, 2)),
        ("RMSNormalization", static n => Tail(n, 1)),
        ("SimplifiedLayerNormalization", static n => Tail(n, 1)),
        ("com.microsoft.SimplifiedLayerNormalization", static n => Tail(n, 1)),
        ("com.microsoft.LayerNormalization", static n => Tail(n, 2)),
        ("InstanceNormalization", ElementRules.Same),
        ("GroupNormalization", ElementRules.Same),
        ("LpNormalization", ElementRules.Same),
        ("MeanVarianceNormalization", ElementRules.Same),
        ("LRN", ElementRules.Same),
        ("BatchNormalization", Batch),
        ("com.microsoft.SkipLayerNormalization", Skip),
        ("com.microsoft.SkipSimplifiedLayerNormalization", Skip),
        ("com.microsoft.EmbedLayerNormalization", Embed),
    ];

    private static void Tail(Facts n, int statistics)
    {
        ImmutableArray<Size> shape = n.Shape(0);
        n.Output(0, n.Type(0), shape);
        int axis = shape.IsDefault ? 0 : Facts.Axis(n.Node.Int("axis", -1), shape.Length);
        for (int i = 1; i <= statistics; i++)
        {
            n.Output(i, OnnxType.Float, shape.IsDefault ? default : [.. shape.Select((d, a) => a < axis ? d : Size.One)]);
        }
    }

    private static void Batch(Facts n)
    {
        n.Output(0, n.Type(0), n.Shape(0));
        if (n.Node.Int("training_mode", 0) != 0)
        {
            n.Output(1, n.Type(3), n.Shape(3));
            n.Output(2, n.Type(4), n.Shape(4));
        }
    }

    private static void Skip(Facts n)
    {
        // The skip may lack the batch.
        ImmutableArray<Size> shape = n.Broadcast(0, n.Shape(0), n.Shape(1));
        ImmutableArray<Size> rows = shape.IsDefaultOrEmpty ? default : shape.SetItem(shape.Length - 1, Size.One);
        n.Output(0, n.Type(0), shape);
        n.Output(1, OnnxType.Float, rows);
        n.Output(2, OnnxType.Float, rows);
        n.Output(3, n.Type(0), shape);
    }

    private static void Embed(Facts n)
    {
        ImmutableArray<Size> ids = n.Shape(0), words = n.Shape(2);
        ImmutableArray<Size> shape = ids.IsDefault || words is not { IsDefault: false, Length: 2 } ? default : [.. ids, words[1]];
        n.Output(0, n.Type(2), shape);
        n.Output(1, OnnxType.Int32, ids.IsDefaultOrEmpty ? default : [ids[0]]);
        n.Output(2, n.Type(2), shape);
    }
}
