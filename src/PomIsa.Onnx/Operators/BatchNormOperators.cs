using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Norms over batches, channels and groups.</summary>
internal static class BatchNormOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("BatchNormalization", Batch),
        ("InstanceNormalization", Instance),
        ("GroupNormalization", Group),
        ("LpNormalization", Lp),
        ("MeanVarianceNormalization", MeanVariance),
    ];

    /// <summary>A value for each channel, shaped so that it broadcasts over [B, C, …].</summary>
    private static Reg Channel(Emitter e, Reg x, int rank) => e.Reshape(x, [x.Length, .. Enumerable.Repeat(1, Math.Max(rank - 2, 0))]);

    /// <summary>(x - mean) / √(variance + eps).</summary>
    private static Reg Normal(Emitter e, Reg x, Reg mean, Reg variance, float eps) =>
        e.Zip("vdiv", e.Zip("vsub", x, mean), e.Emit("sqrt", [e.Zip("vadd", variance, Emitter.Scalar(DType.F32, eps))]));

    private static (Reg Mean, Reg Variance) Moments(Emitter e, Reg x, int[] axes)
    {
        Reg mean = ReduceOperators.Over(e, "mean", x, axes, keep: true), centred = e.Zip("vsub", x, mean);
        return (mean, ReduceOperators.Over(e, "mean", e.Emit("vmul", [centred, centred]), axes, keep: true));
    }

    private static void Batch(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        Reg from = e.F32(x);
        float eps = n.Float("epsilon", 1e-5f);
        Reg scale = Channel(e, e.F32(n.Input(1)), x.Rank), bias = Channel(e, e.F32(n.Input(2)), x.Rank);
        Reg mean = Channel(e, e.F32(n.Input(3)), x.Rank), variance = Channel(e, e.F32(n.Input(4)), x.Rank);
        if (n.Int("training_mode", 0) != 0)
        {
            int[] axes = [0, .. Enumerable.Range(2, Math.Max(x.Rank - 2, 0))];
            (Reg now, Reg spread) = Moments(e, from, axes);
            (now, spread) = (e.Reshape(now, mean.Shape), e.Reshape(spread, mean.Shape));
            float momentum = n.Float("momentum", 0.9f);
            Reg Mix(Reg old, Reg fresh, int input) => e.Reshape(
                e.Emit("vadd", [e.Zip("vmul", old, Emitter.Scalar(DType.F32, momentum)), e.Zip("vmul", fresh, Emitter.Scalar(DType.F32, 1 - momentum))]), n.Input(input).Shape);
            n.Output(1, e.As(Mix(mean, now, 3), n.Input(3).Type));
            n.Output(2, e.As(Mix(variance, spread, 4), n.Input(4).Type));
            (mean, variance) = (now, spread);
        }

        Reg y = e.Zip("vadd", e.Zip("vmul", Normal(e, from, mean, variance, eps), scale), bias);
        n.Output(0, e.As(y, x.Type));
    }

    private static void Instance(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        Reg from = e.F32(x);
        (Reg mean, Reg variance) = Moments(e, from, [.. Enumerable.Range(2, x.Rank - 2)]);
        Reg y = e.Zip("vmul", Normal(e, from, mean, variance, n.Float("epsilon", 1e-5f)), Channel(e, e.F32(n.Input(1)), x.Rank));
        n.Output(0, e.As(e.Zip("vadd", y, Channel(e, e.F32(n.Input(2)), x.Rank)), x.Type));
    }

    private static void Group(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        int groups = (int)n.Int("num_groups", 1), channels = x.Shape[1];
        if (groups < 1 || channels % groups != 0)
        {
            throw new OnnxException($"{channels} channels are not {groups} groups");
        }

        Reg grouped = e.Reshape(e.F32(x), [x.Shape[0], groups, channels / groups, .. x.Shape[2..]]);
        (Reg mean, Reg variance) = Moments(e, grouped, [.. Enumerable.Range(2, grouped.Rank - 2)]);
        Reg y = Normal(e, grouped, mean, variance, n.Float("epsilon", 1e-5f));

        // A scale for each group up to version 20, for each channel from 21 on.
        Reg scale = e.F32(n.Input(1)), bias = e.F32(n.Input(2));
        if (scale.Length == groups && n.Opset < 21)
        {
            int[] one = [groups, .. Enumerable.Repeat(1, grouped.Rank - 2)];
            y = e.Zip("vadd", e.Zip("vmul", y, e.Reshape(scale, one)), e.Reshape(bias, one));
            n.Output(0, e.As(e.Reshape(y, x.Shape), x.Type));
            return;
        }

        y = e.Zip("vmul", e.Reshape(y, x.Shape), Channel(e, scale, x.Rank));
        n.Output(0, e.As(e.Zip("vadd", y, Channel(e, bias, x.Rank)), x.Type));
    }

    private static void Lp(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        int[] axis = [NodeContext.Axis(n.Int("axis", -1), x.Rank)];
        Reg from = e.F32(x);
        Reg norm = n.Int("p", 2) == 1 ? ReduceOperators.Over(e, "sum", e.Emit("abs", [from]), axis, keep: true)
            : e.Emit("sqrt", [ReduceOperators.Over(e, "sum", e.Emit("vmul", [from, from]), axis, keep: true)]);

        // A row of zeros stays one.
        Reg zero = e.Zip("veq", norm, Emitter.Scalar(DType.F32, 0));
        n.Output(0, e.As(e.Zip("vdiv", from, e.Emit("where", [zero, Emitter.Filled(DType.F32, norm.Shape, 1), norm])), x.Type));
    }

    private static void MeanVariance(NodeContext n)
    {
        Emitter e = n.E;
        Val x = n.Input(0);
        int[] axes = [.. (n.Ints("axes") ?? [0, 2, 3]).Select(a => NodeContext.Axis(a, x.Rank))];
        Reg from = e.F32(x);
        (Reg mean, Reg variance) = Moments(e, from, axes);
        Reg deviation = e.Zip("vadd", e.Emit("sqrt", [variance]), Emitter.Scalar(DType.F32, 1e-9f));
        n.Output(0, e.As(e.Zip("vdiv", e.Zip("vsub", from, mean), deviation), x.Type));
    }
}
