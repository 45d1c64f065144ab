using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x10 to 0x27: the scalar stack of i64. Arithmetic wraps; comparisons and logic give 0 or 1.</summary>
internal static class ScalarRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Row(0x10, "push", 0, 1, "push value") with { Immediates = [Imm("value", OperandKind.ImmI64)] },
        Row(0x11, "drop", 1, 0, "pop"),
        Row(0x12, "dup", 1, 2, "a = pop; push a, a"),
        Row(0x13, "swap", 2, 2, "b = pop; a = pop; push b, a"),
        Row(0x14, "get", 0, 1, "push local") with { Operands = [Item("local", Effect.Read, OperandKind.Local)] },
        Row(0x15, "set", 1, 0, "local = pop") with { Operands = [Item("local", Effect.Write, OperandKind.Local)] },
        Row(0x18, "add", 2, 1, "b = pop; a = pop; push a + b"),
        Row(0x19, "sub", 2, 1, "b = pop; a = pop; push a - b"),
        Row(0x1a, "mul", 2, 1, "b = pop; a = pop; push a * b"),
        Row(0x1b, "min", 2, 1, "b = pop; a = pop; push the smaller"),
        Row(0x1c, "max", 2, 1, "b = pop; a = pop; push the greater"),
        Row(0x1d, "eq", 2, 1, "b = pop; a = pop; push a = b"),
        Row(0x1e, "ne", 2, 1, "b = pop; a = pop; push a != b"),
        Row(0x1f, "lt", 2, 1, "b = pop; a = pop; push a < b"),
        Row(0x20, "le", 2, 1, "b = pop; a = pop; push a <= b"),
        Row(0x21, "gt", 2, 1, "b = pop; a = pop; push a > b"),
        Row(0x22, "ge", 2, 1, "b = pop; a = pop; push a >= b"),
        Row(0x23, "and", 2, 1, "b = pop; a = pop; push a != 0 and b != 0"),
        Row(0x24, "or", 2, 1, "b = pop; a = pop; push a != 0 or b != 0"),
        Row(0x25, "not", 1, 1, "a = pop; push a = 0"),
    ];

    private static OpcodeRow Row(byte code, string mnemonic, int pops, int pushes, string synopsis) => new()
    {
        Code = code,
        Mnemonic = mnemonic,
        Operands = NoOperands,
        Immediates = NoImmediates,
        Pops = pops,
        Pushes = pushes,
        Family = Family.Scalar,
        Allowed = FunctionKinds.Driver,
        Synopsis = synopsis,
        Work = NoWork,
        Since = 1,
        InferResult = Infer.Unify,
    };
}
