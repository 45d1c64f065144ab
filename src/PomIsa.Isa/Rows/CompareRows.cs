using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x90 to 0x9f: comparisons, which give truth values, and logic.</summary>
internal static class CompareRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Compare(0x90, "veq", "y[i] = x1[i] = x2[i]; no NaN is equal", ElementTypes.Comparable),
        Compare(0x91, "vne", "y[i] = x1[i] differs from x2[i]; every NaN does", ElementTypes.Comparable),
        Compare(0x92, "vlt", "y[i] = x1[i] < x2[i]", ElementTypes.Numbers),
        Compare(0x93, "vle", "y[i] = x1[i] <= x2[i]", ElementTypes.Numbers),
        Compare(0x94, "vgt", "y[i] = x1[i] > x2[i]", ElementTypes.Numbers),
        Compare(0x95, "vge", "y[i] = x1[i] >= x2[i]", ElementTypes.Numbers),
        Logic(0x96, "vand", "y[i] = x1[i] and x2[i], bit by bit"),
        Logic(0x97, "vor", "y[i] = x1[i] or x2[i], bit by bit"),
        Logic(0x98, "vxor", "y[i] = one of x1[i] and x2[i], bit by bit"),
        Logic(0x99, "vnot", "y[i] = not x[i], bit by bit") with { Operands = [Write("y", "*"), Read("x", "*", ElementTypes.Logical)] },
    ];

    private static OpcodeRow Compare(byte code, string mnemonic, string synopsis, ImmutableArray<DType> types) =>
        Row(code, mnemonic, synopsis, [Write("y", "*", DType.Bool), Read("x1", "*", types), Read("x2", "~", types)]);

    private static OpcodeRow Logic(byte code, string mnemonic, string synopsis) =>
        Row(code, mnemonic, synopsis, [Write("y", "*"), Read("x1", "*", ElementTypes.Logical), Read("x2", "~", ElementTypes.Logical)]) with { InPlace = true };

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
        InferResult = ElementTypes.UnifySame,
    };
}
