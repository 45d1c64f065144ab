using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Softmax and its kin, and the norms.</summary>
internal static class NormOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("Softmax", Along(static (e, x) => e.Emit("softmax", [x]))),
        ("LogSoftmax", Along(LogSoftmax)),
        ("Hardmax", Along(Hardmax)),
        ("LayerNormalization", LayerNormalization),
        ("RMSNormalization", RmsNormalization),
        ("SimplifiedLayerNormalization", RmsNormalization),
        ("com.microsoft.SimplifiedLayerNormalization", RmsNormalization),
        ("com.microsoft.LayerNormalization", LayerNormalization),
    ];

    /// <summary>Along one axis from version 13 on; before, over the whole tail from an axis on.</summary>
    private static Lower Along(Func<Emitter, Reg, Reg> compute) => n =>
    {
        Val x = n.Input(0);
        Reg from = n.E.F32(x);
        if (n.Opset < 13)
        {
            int first = NodeContext.Axis(n.Int("axis", 1), Math.Max(x.Rank, 1));
            Reg flat = n.E.Reshape(from, MoveOperators.Product(x.Shape.AsSpan(0, first)), MoveOperators.Product(x.Shape.AsSpan(first)));
            n.Output(0, n.E.As(n.E.Reshape(compute(n.E, flat), x.Shape), x.Type));
            return;
        }

        int axis = NodeContext.Axis(n.Int("axis", -1), x.Rank);
        n.Output(0, n.E.As(ReduceOperators.Back(n.E, compute(n.E, ReduceOperators.Last(n.E, from, axis)), axis), x.Type));
    };

    /// <summary>Logarithms of the softmax of rows.</summary>
    public static Reg LogSoftmax(Emitter e, Reg x)
    {
        Reg shifted = e.Emit("vsub", [x, e.Emit("reduce.max", [x])]);
        return e.Emit("vsub", [shifted, e.Emit("log", [e.Emit("sum", [e.Emit("exp", [shifted])])])]);
    }

    private static Reg Hardmax(Emitter e, Reg x)
    {
        int dim = x.Shape[^1];
        if (dim == 0)
        {
            return x;
        }

        Reg places = Emitter.Integers([dim], [.. Enumerable.Range(0, dim).Select(static i => (long)i)]);
        Reg index = e.Emit("vargmax", [x]);
        return e.To(e.Emit("veq", [e.Expand(places, x.Shape), index]), DType.F32);
    }

    /// <summary>The axes from one on, as one last axis, with what they are to be again.</summary>
    private static (Reg Rows, int Axis) Tail(NodeContext n, Val x)
    {
        int axis = NodeContext.Axis(n.Int("axis", -1), x.Rank);
        return (n.E.Reshape(n.E.F32(x), [.. x.Shape[..axis], MoveOperators.Product(x.Shape.AsSpan(axis))]), axis);
    }

    private static void LayerNormalization(NodeContext n)
    {
        Val x = n.Input(0);
        (Reg rows, int axis) = Tail(n, x);
        int width = rows.Shape[^1];
        Val? bias = n.Optional(2);
        float eps = n.Float("epsilon", 1e-5f);
        Reg scale = n.E.F32(n.Input(1)), b = bias is null ? Emitter.Filled(DType.F32, [width], 0) : n.E.F32(bias);
        n.Output(0, n.E.As(n.E.Reshape(Layer(n.E, rows, scale, b, eps), x.Shape), x.Type));
        if (n.Wants(1) || n.Wants(2))
        {
            int[] kept = [.. x.Shape[..axis], .. Enumerable.Repeat(1, x.Rank - axis)];
            Reg mean = n.E.Emit("mean", [rows]), centred = n.E.Emit("vsub", [rows, mean]);
            Reg variance = n.E.Emit("mean", [n.E.Emit("vmul", [centred, centred])]);
            Reg inverse = n.E.Zip("vdiv", Emitter.Scalar(DType.F32, 1), n.E.Emit("sqrt", [n.E.Zip("vadd", variance, Emitter.Scalar(DType.F32, eps))]));
            n.Output(1, new Val(OnnxType.Float, n.E.Reshape(mean, kept)));
            n.Output(2, new Val(OnnxType.Float, n.E.Reshape(inverse, kept)));
        }
    }

    /// <summary>Layer norm of rows: the opcode where scale and bias are known vectors, else the same in parts.</summary>
    public static Reg Layer(Emitter e, Reg rows, Reg scale, Reg bias, float eps)
    {
        int width = rows.Shape[^1];
        if (scale.IsConstant && bias.IsConstant && scale.Length == width && bias.Length == width && width > 0 && !rows.IsConstant)
        {
            return e.EmitWith("layernorm", [rows],
                [e.Weight(DType.F32, [width], WeightLayout.Rows, scale.Bytes), e.Weight(DType.F32, [width], WeightLayout.Rows, bias.Bytes)], Operand.OfF32(eps));
        }

        Reg centred = e.Emit("vsub", [rows, e.Emit("mean", [rows])]);
        return Affine(e, centred, Inverse(e, centred, eps), scale, bias);
    }

    /// <summary>RMS norm of rows, likewise.</summary>
    public static Reg Rms(Emitter e, Reg rows, Reg scale, float eps)
    {
        int width = rows.Shape[^1];
        if (scale.IsConstant && scale.Length == width && width > 0 && !rows.IsConstant)
        {
            return e.EmitWith("rmsnorm", [rows], [e.Weight(DType.F32, [width], WeightLayout.Rows, scale.Bytes)], Operand.OfF32(eps));
        }

        return Affine(e, rows, Inverse(e, rows, eps), scale, null);
    }

    /// <summary>1 / √(mean of squares + eps) of rows.</summary>
    public static Reg Inverse(Emitter e, Reg x, float eps)
    {
        Reg square = e.Zip("vadd", e.Emit("mean", [e.Emit("vmul", [x, x])]), Emitter.Scalar(DType.F32, eps));
        return e.Zip("vdiv", Emitter.Scalar(DType.F32, 1), e.Emit("sqrt", [square]));
    }

    private static Reg Affine(Emitter e, Reg x, Reg inverse, Reg scale, Reg? bias)
    {
        // Scale and bias of several axes are one row here, as x is.
        Reg Row(Reg r) => r.Rank > 1 && r.Length == x.Shape[^1] ? e.Reshape(r, r.Length) : r;
        Reg y = e.Zip("vmul", e.Emit("vmul", [x, inverse]), Row(scale));
        return bias is null ? y : e.Zip("vadd", y, Row(bias));
    }

    private static void RmsNormalization(NodeContext n)
    {
        Val x = n.Input(0);
        (Reg rows, int axis) = Tail(n, x);
        float eps = n.Float("epsilon", 1e-5f);
        n.Output(0, n.E.As(n.E.Reshape(Rms(n.E, rows, n.E.F32(n.Input(1)), eps), x.Shape), x.Type));
        if (n.Wants(1))
        {
            n.Output(1, new Val(OnnxType.Float, n.E.Reshape(Inverse(n.E, rows, eps), [.. x.Shape[..axis], .. Enumerable.Repeat(1, x.Rank - axis)])));
        }
    }
}
