using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>What following an instruction of a driver takes.</summary>
internal enum DriverAct : byte
{
    /// <summary>It records scalars that follow from tensors alone, or none.</summary>
    Plain,
    Push,
    Dup,
    Swap,
    Get,
    Set,
    Not,
    Binary,
    Emit,
    Token,
    Loop,
    Rows,
    StateLength,
    Tail,
    Reset,
    Input,
}

/// <summary>An instruction of a driver, looked up once for all the times that it is followed.</summary>
internal sealed class DriverOp
{
    public DriverOp(VerifiedModule module, CalledStepForm?[] steps, VerifiedFunction function, int at)
    {
        Instruction instruction = function.Function.Body[at];
        Row = instruction.Row;
        Target = function.Targets[at];
        (Pops, Scalars, FirstPushed, Code) = (Row.Pops, Row.RecordedScalars, Row.RecordedScalars - Row.Pushes, Row.Code);
        Act = ActOf(Row);
        TellsPopped = Row.Mnemonic is "token" or "sample";
        Index = Act switch
        {
            DriverAct.Rows or DriverAct.Get or DriverAct.Set or DriverAct.StateLength or DriverAct.Reset => instruction.Operands[0].Index,
            DriverAct.Tail or DriverAct.Input => instruction.Operands[1].Index,
            _ => 0,
        };
        Immediate = Act switch
        {
            DriverAct.Push => instruction.Immediate(0).I64,
            DriverAct.Loop or DriverAct.Tail => instruction.Immediate(0).U32,
            _ => 0,
        };
        Symbol = Act == DriverAct.Input ? module.Module.Inputs[Index].Symbol : -1;
        Apply = Act == DriverAct.Binary ? DriverArithmetic.Of(Row.Mnemonic) : null;
        Writes = [.. Enumerable.Range(0, Row.Operands.Length)
            .Where(i => Row.Operands[i] is { Effect: Effect.Write, Kind: OperandKind.Register })
            .Select(i => instruction.Operands[i].Index)];
        Call = Code == Opcode.Call ? new DriverCall(module, steps, function, instruction) : null;
    }

    public OpcodeRow Row { get; }

    public DriverAct Act { get; }

    public byte Code { get; }

    public int Pops { get; }

    /// <summary>Scalars that its record holds.</summary>
    public int Scalars { get; }

    /// <summary>The first of them that is pushed.</summary>
    public int FirstPushed { get; }

    /// <summary>Whether what it pops is an operand of its value.</summary>
    public bool TellsPopped { get; }

    /// <summary>The local, state, input or register that it reads; the local or state that it sets.</summary>
    public int Index { get; }

    public long Immediate { get; }

    /// <summary>The symbol that an <c>input</c> gives a value, or -1.</summary>
    public int Symbol { get; }

    /// <summary>Where it jumps to, or -1.</summary>
    public int Target { get; }

    public Func<long, long, long>? Apply { get; }

    /// <summary>Registers that it writes, the results of a call left out.</summary>
    public int[] Writes { get; }

    public DriverCall? Call { get; }

    private static DriverAct ActOf(OpcodeRow row) => row.Mnemonic switch
    {
        "push" => DriverAct.Push,
        "dup" => DriverAct.Dup,
        "swap" => DriverAct.Swap,
        "get" => DriverAct.Get,
        "set" => DriverAct.Set,
        "not" => DriverAct.Not,
        "emit" => DriverAct.Emit,
        "token" => DriverAct.Token,
        "loop" => DriverAct.Loop,
        "rows" => DriverAct.Rows,
        "state.len" => DriverAct.StateLength,
        "tail" => DriverAct.Tail,
        "reset" => DriverAct.Reset,
        "input" => DriverAct.Input,
        _ => row is { Family: Family.Scalar, Pops: 2, Pushes: 1 } ? DriverAct.Binary : DriverAct.Plain,
    };
}
