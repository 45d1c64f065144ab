using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x30 to 0x3f and 0x80 to 0x8f: each element by itself.</summary>
internal static class ElementWiseRows
{
    /// <summary>Rows in the first range.</summary>
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Arithmetic(0x30, "vadd", "y[i] = x1[i] + x2[i]"),
        Arithmetic(0x31, "vmul", "y[i] = x1[i] * x2[i]"),
        One(0x32, "exp", "y[i] = e^x[i], correctly rounded"),
        One(0x33, "sigmoid", "y[i] = 1 / (1 + e^-x[i]), correctly rounded"),
        One(0x34, "silu", "y[i] = x[i] / (1 + e^-x[i]), correctly rounded"),
        One(0x35, "log", "y[i] = ln x[i], correctly rounded"),
        One(0x36, "exp2", "y[i] = 2^x[i], correctly rounded"),
        One(0x37, "log2", "y[i] = log2 x[i], correctly rounded"),
        One(0x38, "tanh", "y[i] = tanh x[i], correctly rounded"),
        One(0x39, "erf", "y[i] = erf x[i], correctly rounded"),
        One(0x3a, "gelu", "y[i] = x[i] / 2 * (1 + erf(x[i] / sqrt 2)), correctly rounded"),
        One(0x3b, "gelu.tanh", "y[i] = x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3))), correctly rounded"),
        One(0x3c, "softplus", "y[i] = ln(1 + e^x[i]), correctly rounded"),
        One(0x3d, "sin", "y[i] = sin x[i], correctly rounded"),
        One(0x3e, "cos", "y[i] = cos x[i], correctly rounded"),
        One(0x3f, "rsqrt", "y[i] = 1 / sqrt x[i], correctly rounded"),
    ];

    /// <summary>Rows in the second range.</summary>
    public static ImmutableArray<OpcodeRow> More { get; } =
    [
        Arithmetic(0x80, "vsub", "y[i] = x1[i] - x2[i]"),
        Arithmetic(0x81, "vdiv", "y[i] = x1[i] / x2[i]; whole numbers toward zero"),
        Arithmetic(0x82, "vmin", "y[i] = the smaller of x1[i] and x2[i]; NaN wins, -0 is below +0"),
        Arithmetic(0x83, "vmax", "y[i] = the greater of x1[i] and x2[i]; NaN wins, +0 is above -0"),
        Row(0x84, "vpow", "y[i] = x1[i]^x2[i], correctly rounded",
            [Write("y", "*", DType.F32), Read("x1", "*", DType.F32), Read("x2", "~", DType.F32)]),
        Row(0x85, "swiglu", "y[i] = silu(x1[i]) * x2[i], each rounded",
            [Write("y", "*", DType.F32), Read("x1", "*", DType.F32), Read("x2", "*", DType.F32)]) with { Work = static d => 2 * d["*"] },
        Number(0x86, "neg", "y[i] = -x[i]"),
        Number(0x87, "abs", "y[i] = |x[i]|"),
        One(0x88, "sqrt", "y[i] = sqrt x[i], correctly rounded"),
        One(0x89, "floor", "y[i] = the greatest whole number not above x[i]"),
        One(0x8a, "ceil", "y[i] = the least whole number not below x[i]"),
        One(0x8b, "round", "y[i] = the whole number nearest to x[i], ties to the even one"),
        One(0x8c, "trunc", "y[i] = x[i] without its fraction"),
        Number(0x8d, "sign", "y[i] = 1 above zero, -1 below, else 0"),
        Arithmetic(0x8e, "vrem", "y[i] = x1[i] - x2[i] * trunc(x1[i] / x2[i]), exact, signed as x1[i]"),
    ];

    private static OpcodeRow One(byte code, string mnemonic, string synopsis) =>
        Row(code, mnemonic, synopsis, [Write("y", "*", DType.F32), Read("x", "*", DType.F32)]);

    private static OpcodeRow Number(byte code, string mnemonic, string synopsis) =>
        Row(code, mnemonic, synopsis, [Write("y", "*"), Read("x", "*", ElementTypes.Numbers)]);

    private static OpcodeRow Arithmetic(byte code, string mnemonic, string synopsis) =>
        Row(code, mnemonic, synopsis, [Write("y", "*"), Read("x1", "*", ElementTypes.Numbers), Read("x2", "~", ElementTypes.Numbers)]) with { InferResult = ElementTypes.UnifySame };

    private static OpcodeRow Row(byte code, string mnemonic, string synopsis, ImmutableArray<OperandRow> operands) => new()
    {
        Code = code,
        Mnemonic = mnemonic,
        Operands = operands,
        Immediates = NoImmediates,
        Pops = 0,
        Pushes = 0,
        Family = Family.ElementWise,
        Allowed = FunctionKinds.Step,
        Synopsis = synopsis,
        Work = static d => d["*"],
        Since = 1,
        InferResult = Infer.Unify,
        InPlace = true,
    };
}
