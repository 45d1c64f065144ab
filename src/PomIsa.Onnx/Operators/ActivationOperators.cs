using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Activations that are made of several opcodes.</summary>
internal static class ActivationOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("LeakyRelu", F32(static (n, x) => Negative(n.E, x, n.E.Zip("vmul", x, Constant(n.Float("alpha", 0.01f)))))),
        ("PRelu", PRelu),
        ("ThresholdedRelu", F32(static (n, x) => n.E.Emit("where", [n.E.Zip("vgt", x, Constant(n.Float("alpha", 1))), x, Constant(0)]))),
        ("Elu", F32(static (n, x) => Negative(n.E, x, Exponential(n.E, x, n.Float("alpha", 1))))),
        ("Selu", F32(static (n, x) => n.E.Zip("vmul",
            Negative(n.E, x, Exponential(n.E, x, n.Float("alpha", 1.6732632f))), Constant(n.Float("gamma", 1.050701f))))),
        ("Celu", F32(Celu)),
        ("HardSigmoid", F32(static (n, x) => HardSigmoid(n.E, x, n.Float("alpha", 0.2f), n.Float("beta", 0.5f)))),
        ("HardSwish", F32(static (n, x) => n.E.Emit("vmul", [x, HardSigmoid(n.E, x, 1f / 6, 0.5f)]))),
        ("Mish", F32(static (n, x) => n.E.Emit("vmul", [x, n.E.Emit("tanh", [n.E.Emit("softplus", [x])])]))),
        ("Softsign", F32(static (n, x) => n.E.Emit("vdiv", [x, n.E.Zip("vadd", n.E.Emit("abs", [x]), Constant(1))]))),
        ("Shrink", Shrink),
        ("Swish", F32(static (n, x) => Swish(n.E, x, n.Float("alpha", 1)))),
        ("SwiGLU", static n => n.Output(0, n.E.As(n.E.Emit("vmul", [Swish(n.E, n.E.F32(n.Input(0)), n.Float("alpha", 1)), n.E.F32(n.Input(1))]), n.Input(0).Type))),
        ("com.microsoft.Gelu", F32(static (n, x) => n.E.Emit("gelu", [x]))),
        ("com.microsoft.QuickGelu", F32(static (n, x) => Swish(n.E, x, n.Float("alpha", 1.702f)))),
        ("com.microsoft.FastGelu", F32(static (n, x) => n.E.Emit("gelu.tanh", [Biased(n, x)]))),
        ("com.microsoft.BiasGelu", F32(static (n, x) => n.E.Emit("gelu", [Biased(n, x)]))),
        ("Tan", F32(static (n, x) => n.E.Emit("vdiv", [n.E.Emit("sin", [x]), n.E.Emit("cos", [x])]))),
        ("Sinh", F32(static (n, x) => Half(n.E, n.E.Emit("vsub", [n.E.Emit("exp", [x]), n.E.Emit("exp", [n.E.Emit("neg", [x])])])))),
        ("Cosh", F32(static (n, x) => Half(n.E, n.E.Emit("vadd", [n.E.Emit("exp", [x]), n.E.Emit("exp", [n.E.Emit("neg", [x])])])))),
        ("Asinh", F32(static (n, x) => InverseHyperbolicSine(n.E, x))),
        ("Acosh", F32(static (n, x) => n.E.Emit("log", [n.E.Emit("vadd", [x, n.E.Emit("sqrt", [n.E.Zip("vsub", n.E.Emit("vmul", [x, x]), Constant(1))])])]))),
        ("Atanh", F32(static (n, x) => Half(n.E, n.E.Emit("log", [n.E.Emit("vdiv", [n.E.Zip("vadd", x, Constant(1)), n.E.Zip("vsub", Constant(1), x)])])))),
    ];

    /// <summary>Computed in f32 and rounded to the value's own type once, at the end.</summary>
    private static Lower F32(Func<NodeContext, Reg, Reg> compute) => n =>
    {
        Val x = n.Input(0);
        n.Output(0, n.E.As(compute(n, n.E.F32(x)), x.Type));
    };

    private static Reg Constant(float value) => Emitter.Scalar(DType.F32, value);

    private static Reg Half(Emitter e, Reg x) => e.Zip("vmul", x, Constant(0.5f));

    /// <summary>One thing below zero, x itself elsewhere, NaN too.</summary>
    private static Reg Negative(Emitter e, Reg x, Reg below) => e.Emit("where", [e.Zip("vlt", x, Constant(0)), below, x]);

    private static Reg Exponential(Emitter e, Reg x, float alpha) =>
        e.Zip("vmul", e.Zip("vsub", e.Emit("exp", [e.Zip("vmin", x, Constant(0))]), Constant(1)), Constant(alpha));

    public static Reg Swish(Emitter e, Reg x, float alpha) => alpha == 1 ? e.Emit("silu", [x])
        : e.Emit("vmul", [x, e.Emit("sigmoid", [e.Zip("vmul", x, Constant(alpha))])]);

    private static Reg Biased(NodeContext n, Reg x) => n.Optional(1) is { } bias ? n.E.Zip("vadd", x, n.E.F32(bias)) : x;

    private static Reg HardSigmoid(Emitter e, Reg x, float alpha, float beta) =>
        e.Zip("vmin", e.Zip("vmax", e.Zip("vadd", e.Zip("vmul", x, Constant(alpha)), Constant(beta)), Constant(0)), Constant(1));

    /// <summary>sign(x) · ln(|x| + √(x² + 1)), which does not cancel below zero.</summary>
    private static Reg InverseHyperbolicSine(Emitter e, Reg x)
    {
        Reg size = e.Emit("abs", [x]);
        Reg root = e.Emit("sqrt", [e.Zip("vadd", e.Emit("vmul", [x, x]), Constant(1))]);
        return e.Emit("vmul", [e.Emit("sign", [x]), e.Emit("log", [e.Emit("vadd", [size, root])])]);
    }

    private static Reg Celu(NodeContext n, Reg x)
    {
        float alpha = n.Float("alpha", 1);
        Reg below = Exponential(n.E, n.E.Zip("vdiv", x, Constant(alpha)), alpha);
        return n.E.Zip("vadd", n.E.Zip("vmax", x, Constant(0)), n.E.Zip("vmin", below, Constant(0)));
    }

    private static void PRelu(NodeContext n)
    {
        Val x = n.Input(0), slope = n.Input(1);
        Reg from = ArithmeticOperators.Computed(n.E, x), by = ArithmeticOperators.Computed(n.E, slope);

        // Before version 7 the slope had one element, or one for each channel.
        by = n.Opset < 7 && by.Rank == 1 && by.Length > 1 && x.Rank > 1 ? n.E.Reshape(by, [by.Length, .. Enumerable.Repeat(1, x.Rank - 2)]) : by;
        if (OnnxTypes.IsUnsigned(x.Type))
        {
            n.Output(0, x with { Reg = n.E.Expand(x.Reg, Types.Broadcast(x.Shape, by.Shape)) });
            return;
        }

        Reg zero = Emitter.Scalar(from.Element, 0);
        n.Output(0, n.E.As(n.E.Emit("where", [n.E.Zip("vlt", from, zero), n.E.Zip("vmul", from, by), from]), x.Type));
    }

    private static void Shrink(NodeContext n)
    {
        Val x = n.Input(0);
        Reg from = n.E.To(x.Reg, DType.F32);
        Reg lambda = Constant(n.Float("lambd", 0.5f)), bias = Constant(n.Float("bias", 0));
        Reg above = n.E.Emit("where", [n.E.Zip("vgt", from, lambda), n.E.Zip("vsub", from, bias), Constant(0)]);
        Reg y = n.E.Emit("where", [n.E.Zip("vlt", from, n.E.Emit("neg", [lambda])), n.E.Zip("vadd", from, bias), above]);
        n.Output(0, n.E.As(y, x.Type));
    }
}
