using System.Collections.Immutable;
using static PomIsa.Isa.Rows.RowParts;

namespace PomIsa.Isa.Rows;

/// <summary>0x00 to 0x0f: control. Jumps land behind <c>end</c> and <c>else</c>, never on them.</summary>
internal static class ControlRows
{
    public static ImmutableArray<OpcodeRow> All { get; } =
    [
        Plain(Opcode.Halt, "halt", 0, FunctionKinds.Driver, "ends the run"),
        new()
        {
            Code = Opcode.Call,
            Mnemonic = "call",
            Operands = [Item("f", Effect.Read, OperandKind.Function)],
            Immediates = NoImmediates,
            Pops = 0,
            Pushes = 0,
            Family = Family.Control,
            Allowed = FunctionKinds.Driver,
            Synopsis = "results.. = f(args..)",
            Work = NoWork,
            Since = 1,
            InferResult = InferCall.Rule,
            Variadic = true,
        },
        Plain(Opcode.Ret, "ret", 0, FunctionKinds.Both, "returns to the caller; from the entry: ends the run"),
        Plain(Opcode.Loop, "loop", 1, FunctionKinds.Driver, "n = pop; repeats to its end n times; 0 <= n <= max")
            with { Immediates = [Imm("max", OperandKind.ImmU32)] },
        Plain(Opcode.Brk, "brk", 0, FunctionKinds.Driver, "leaves the innermost loop"),
        Plain(Opcode.BrkIf, "brk_if", 1, FunctionKinds.Driver, "if pop != 0 leaves the innermost loop"),
        Plain(Opcode.If, "if", 1, FunctionKinds.Driver, "if pop = 0 goes on behind its else or end"),
        Plain(Opcode.Else, "else", 0, FunctionKinds.Driver, "reached from above: goes on behind its end"),
        Plain(Opcode.End, "end", 0, FunctionKinds.Driver, "closes an if; closes a loop's round and starts the next"),
    ];

    private static OpcodeRow Plain(byte code, string mnemonic, int pops, FunctionKinds allowed, string synopsis) => new()
    {
        Code = code,
        Mnemonic = mnemonic,
        Operands = NoOperands,
        Immediates = NoImmediates,
        Pops = pops,
        Pushes = 0,
        Family = Family.Control,
        Allowed = allowed,
        Synopsis = synopsis,
        Work = NoWork,
        Since = 1,
        InferResult = Infer.Unify,
    };
}
