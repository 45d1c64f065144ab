using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x30 to 0x3f: each element by itself, f32, equal shapes.</summary>
internal static class ElementWiseRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Two(0x30, "vadd", "y[i] = x1[i] + x2[i]"),
        Two(0x31, "vmul", "y[i] = x1[i] * x2[i]"),
        One(0x32, "exp", "y[i] = e^x[i], correctly rounded"),
        One(0x33, "sigmoid", "y[i] = 1 / (1 + e^-x[i]), correctly rounded"),
        One(0x34, "silu", "y[i] = x[i] / (1 + e^-x[i]), correctly rounded"),
    ];

    private static OpcodeRow One(byte code, string mnemonic, string synopsis) =>
        Row(code, mnemonic, synopsis, [Write("y", "*", DType.F32), Read("x", "*", DType.F32)]);

    private static OpcodeRow Two(byte code, string mnemonic, string synopsis) =>
        Row(code, mnemonic, synopsis, [Write("y", "*", DType.F32), Read("x1", "*", DType.F32), Read("x2", "*", DType.F32)]);

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
