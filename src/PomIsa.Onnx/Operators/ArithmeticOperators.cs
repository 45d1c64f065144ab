using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Operators of one or two operands, element by element: arithmetic and functions.</summary>
internal static class ArithmeticOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("Add", Binary("vadd")),
        ("Sub", Binary("vsub")),
        ("Mul", Binary("vmul")),
        ("Div", Binary("vdiv")),
        ("Sqrt", Unary("sqrt")),
        ("Tanh", Unary("tanh")),
        ("Erf", Unary("erf")),
        ("Sigmoid", Unary("sigmoid")),
        ("Sin", Unary("sin")),
        ("Cos", Unary("cos")),
        ("Exp", Unary("exp")),
        ("Log", Unary("log")),
        ("Floor", Unary("floor")),
        ("Ceil", Unary("ceil")),
        ("Round", Unary("round")),
        ("Softplus", Unary("softplus")),
        ("Neg", Signed("neg")),
        ("Abs", Signed("abs")),
        ("Sign", Signed("sign")),
    ];

    /// <summary>A function of one floating-point value, computed in f32.</summary>
    private static Lower Unary(string mnemonic) => n =>
    {
        Val x = n.Input(0);
        n.Output(0, n.E.As(n.E.Emit(mnemonic, [n.E.F32(x)]), x.Type));
    };

    /// <summary>A function of one number of any type.</summary>
    private static Lower Signed(string mnemonic) => n =>
    {
        Val x = n.Input(0);
        n.Output(0, n.E.As(n.E.Emit(mnemonic, [Computed(n.E, x)]), x.Type));
    };

    private static Lower Binary(string mnemonic) => n =>
    {
        Val a = n.Input(0), b = n.Input(1);
        if (mnemonic == "vdiv" && a.Type == OnnxType.UInt64)
        {
            throw new OnnxException("division of uint64 is not supported");
        }

        n.Output(0, n.E.As(n.E.Zip(mnemonic, Computed(n.E, a), Computed(n.E, b)), a.Type));
    };

    /// <summary>A value in the type that the machine computes in: f32 for every floating-point type, the carrier for integers.</summary>
    public static Reg Computed(Emitter e, Val value) => OnnxTypes.IsFloat(value.Type) ? e.F32(value) : value.Reg;
}
