namespace PomIsa.OnnxModels.Writing;

/// <summary>Chains of nodes that torch.onnx writes, from traces, for one call of PyTorch's.</summary>
public static class TorchScript
{
    public static string Concat(this GraphWriter g, int axis, params string[] inputs) => g.Op("Concat", inputs, ("axis", axis));

    public static string Transpose(this GraphWriter g, string x, params long[] perm) => g.Op("Transpose", [x], ("perm", perm));

    public static string Cast(this GraphWriter g, string x, OnnxType type) => g.Op("Cast", [x], ("to", (int)type));

    /// <summary>Axes became an input in opset 13.</summary>
    public static string Unsqueeze(this GraphWriter g, string x, long axis) =>
        g.Opset >= 13 ? g.Op("Unsqueeze", [x, g.Vector(axis)]) : g.Op("Unsqueeze", [x], ("axes", new[] { axis }));

    public static string Squeeze(this GraphWriter g, string x, long axis) =>
        g.Opset >= 13 ? g.Op("Squeeze", [x, g.Vector(axis)]) : g.Op("Squeeze", [x], ("axes", new[] { axis }));

    /// <summary>The mean along the last axis; axes became an input in opset 18.</summary>
    public static string Mean(this GraphWriter g, string x) =>
        g.Opset >= 18 ? g.Op("ReduceMean", [x, g.Vector(-1)], ("keepdims", 1)) : g.Op("ReduceMean", [x], ("axes", new long[] { -1 }), ("keepdims", 1));

    /// <summary>x.shape[axis], a scalar.</summary>
    public static string Size(this GraphWriter g, string x, int axis) => g.Op("Gather", [g.Op("Shape", [x]), g.Scalar(axis)], ("axis", 0));

    /// <summary>A shape of numbers and scalars.</summary>
    public static string Dims(this GraphWriter g, params object[] parts)
    {
        string[] inputs = [.. parts.Select(p => p is string name ? g.Unsqueeze(name, 0) : g.Vector(Convert.ToInt64(p, System.Globalization.CultureInfo.InvariantCulture)))];
        return g.Concat(0, inputs);
    }

    /// <summary>x[start:end] along an axis.</summary>
    public static string Slice(this GraphWriter g, string x, string start, string end, long axis) =>
        g.Op("Slice", [x, start, end, g.Vector(axis), g.Vector(1L)]);

    /// <summary>x.expand(…): a size of −1 leaves the axis as it is.</summary>
    public static string Expand(this GraphWriter g, string x, params object[] parts)
    {
        string dims = g.Op("Reshape", [g.Dims(parts), g.Vector(-1L)]);
        string ones = g.Op("ConstantOfShape", [g.Op("Shape", [dims])], ("value", GraphWriter.One(1L)));
        string open = g.Op("Equal", [dims, g.Op("Mul", [ones, g.Scalar(-1L)])]);
        return g.Op("Expand", [x, g.Op("Where", [open, ones, dims])]);
    }

    /// <summary>x · W with W as the exporter has folded it, [in, out].</summary>
    public static string Linear(this GraphWriter g, string x, string weight, long inputs, long outputs, float[] values) =>
        g.Op("MatMul", [x, g.Weight(weight, [inputs, outputs], values)]);
}
