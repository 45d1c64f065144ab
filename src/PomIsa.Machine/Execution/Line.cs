using PomIsa.Isa;
using PomIsa.Machine.Operations;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Execution;

/// <summary>One instruction with all that is known of it before it executes: its operation and what its operands stand for.</summary>
internal sealed class Line
{
    /// <param name="instruction">The instruction.</param>
    /// <param name="context">Has the weights and states that it names.</param>
    /// <param name="views">For each operand that is a register, its view; they may be set later.</param>
    public Line(Instruction instruction, OpContext context, TensorView[] views)
    {
        Row = instruction.Row;
        Opcode = Row.Code;
        Operation = OperationTable.Of(Row);
        Operands = [.. instruction.Operands];
        Views = views;
        Weights = new BoundWeight?[Operands.Length];
        States = new StateBuffer?[Operands.Length];
        for (int i = 0; i < Operands.Length; i++)
        {
            OperandKind kind = Row.KindAt(i);
            Weights[i] = kind == OperandKind.Weight ? context.Program.Weights[Operands[i].Index] : null;
            States[i] = kind == OperandKind.State ? context.States[Operands[i].Index] : null;
        }

        Immediates = Row.Operands.Length;
        Written = WrittenBy(Row);
        Committed = Row.CommittedOperand;
        Scalars = Row.RecordedScalars;
        Emits = Row.Emits > 0;
        Commits = Row.Mnemonic == "commit";
    }

    public OpcodeRow Row { get; }

    /// <summary>Its number.</summary>
    public byte Opcode { get; }

    /// <summary>What it does; null for control, which is the interpreter's own.</summary>
    public Operation? Operation { get; }

    public Operand[] Operands { get; }

    /// <summary>By operand; only those of registers mean something.</summary>
    public TensorView[] Views { get; }

    /// <summary>By operand.</summary>
    public BoundWeight?[] Weights { get; }

    /// <summary>By operand.</summary>
    public StateBuffer?[] States { get; }

    /// <summary>Index of the first immediate among the operands.</summary>
    public int Immediates { get; }

    /// <summary>Operands that are registers which it writes.</summary>
    public int[] Written { get; }

    /// <summary>The operand that its record commits to, or -1; the row's own, unless its place in a function says otherwise (<see cref="Isa.Verification.RecordedOperands"/>).</summary>
    public int Committed { get; init; }

    /// <summary>Whether its record commits to the operand's quantized rows.</summary>
    public bool CommitsRows => Committed >= 0 && Row.CommitsToQuantizedRows;

    /// <summary>Scalars in its record.</summary>
    public int Scalars { get; }

    /// <summary>Whether it gives the host a token.</summary>
    public bool Emits { get; }

    /// <summary>Whether it closes the records so far.</summary>
    public bool Commits { get; }

    /// <summary>Where it jumps to, or -1; see <see cref="Isa.Verification.VerifiedFunction.Targets"/>.</summary>
    public int Target { get; init; } = -1;

    /// <summary>Where the greatest value of the register is that it reads, where nothing else of it is known; else -1.</summary>
    public int Greatest { get; set; } = -1;

    /// <summary>Whether the quantized rows that the last quantized product left are those of this one's input: the same register, unchanged.</summary>
    public bool SharesRows { get; init; }

    /// <summary>Whether an operand is this register.</summary>
    public bool Names(int register)
    {
        for (int i = 0; i < Operands.Length; i++)
        {
            if (Operands[i].Index == register && Row.KindAt(i) == OperandKind.Register)
            {
                return true;
            }
        }

        return false;
    }

    private static int[] WrittenBy(OpcodeRow row)
    {
        Span<int> written = stackalloc int[row.Operands.Length];
        int count = 0;
        for (int i = 0; i < row.Operands.Length; i++)
        {
            if (row.Operands[i] is { Effect: Effect.Write, Kind: OperandKind.Register })
            {
                written[count++] = i;
            }
        }

        return [.. written[..count]];
    }
}
