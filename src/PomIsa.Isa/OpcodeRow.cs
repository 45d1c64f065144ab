using System.Collections.Immutable;

namespace PomIsa.Isa;

/// <summary>What an instruction does with an operand.</summary>
public enum Effect : byte
{
    Read,
    Write,
}

/// <summary>Chapters of the instruction set.</summary>
public enum Family : byte
{
    Control,
    Scalar,
    Move,
    ElementWise,
    Reduce,
    Network,
    State,
    Text,
    Evidence,
}

/// <summary>Kinds of functions that an opcode may stand in.</summary>
[Flags]
public enum FunctionKinds : byte
{
    None = 0,
    Step = 1,
    Driver = 2,
    Both = Step | Driver,
}

/// <summary>One operand of an opcode.</summary>
/// <param name="Name">Name in the synopsis and in error messages.</param>
/// <param name="Effect">Read or written.</param>
/// <param name="Kind">What the operand names.</param>
/// <param name="Shape">
/// Pattern of its shape: letters bind to dimensions and agree within the instruction, numbers are themselves,
/// <c>..</c> at the beginning stands for any number of dimensions, the same wherever it stands; <c>*</c> is any shape, the same wherever it stands; <c>~</c> is one that broadcasts to it: aligned at the last axis,
/// each dimension is 1 or the same; empty: the row's rule decides.
/// </param>
/// <param name="Types">Element types allowed; empty: the row's rule decides.</param>
public sealed record OperandRow(
    string Name, Effect Effect, OperandKind Kind, string Shape = "", params ImmutableArray<DType> Types)
{
    /// <summary>Layout that a weight operand must have.</summary>
    public WeightLayout Layout { get; init; }
}

/// <summary>One immediate of an opcode.</summary>
/// <param name="Name">Name in the synopsis and in error messages.</param>
/// <param name="Kind">One of the Imm kinds.</param>
public sealed record ImmediateRow(string Name, OperandKind Kind);

/// <summary>Multiply-adds of one execution, as a function of the bound dimensions.</summary>
public delegate UInt128 WorkFormula(WorkDims dims);

/// <summary>Types of the registers that an instruction writes, in operand order, or why there are none.</summary>
/// <returns>False with a fault in the request if operands do not fit.</returns>
public delegate bool InferRule(InferRequest request, out ImmutableArray<TensorType> written);

/// <summary>Everything about one opcode. <see cref="InstructionTable.All"/> holds all of them.</summary>
public sealed record OpcodeRow
{
    /// <summary>The byte in the module; never reused.</summary>
    public required byte Code { get; init; }

    /// <summary>The word in source text.</summary>
    public required string Mnemonic { get; init; }

    /// <summary>Operands in the order of source and encoding, before the immediates.</summary>
    public required ImmutableArray<OperandRow> Operands { get; init; }

    /// <summary>Immediates in the order of source and encoding.</summary>
    public required ImmutableArray<ImmediateRow> Immediates { get; init; }

    /// <summary>Scalars taken from the stack.</summary>
    public required int Pops { get; init; }

    /// <summary>Scalars put on the stack; its record holds as many.</summary>
    public required int Pushes { get; init; }

    /// <summary>Chapter.</summary>
    public required Family Family { get; init; }

    /// <summary>Kinds of functions that it may stand in.</summary>
    public required FunctionKinds Allowed { get; init; }

    /// <summary>The meaning as a formula of one line.</summary>
    public required string Synopsis { get; init; }

    /// <summary>Multiply-adds of one execution.</summary>
    public required WorkFormula Work { get; init; }

    /// <summary>Version of the instruction set that brought it.</summary>
    public required int Since { get; init; }

    /// <summary>Rule that types the written registers from the operands.</summary>
    public required InferRule InferResult { get; init; }

    /// <summary>True for <c>call</c>: registers for the callee's arguments and results follow the operands.</summary>
    public bool Variadic { get; init; }

    /// <summary>True if the written register may also be one that is read.</summary>
    public bool InPlace { get; init; }

    /// <summary>Scalars in the record that are not pushed (<c>emit</c> records the token that it pops).</summary>
    public int Emits { get; init; }

    /// <summary>True where the written register has the type that the source declares; its symbols need values then.</summary>
    public bool TakesDeclaredType { get; init; }

    /// <summary>True where a commitment to the result is one to the row scales and exact sums of a quantized product instead.</summary>
    public bool RecordsProduct { get; init; }

    /// <summary>
    /// The operand that the record of one retire commits to; -1: none. A product by a weight commits to what it multiplies, <c>output</c> to what it
    /// gives: everything else follows from these (spec/runs.md, rule 7). Where it stands, a product may commit to nothing: <see cref="Verification.RecordedOperands"/>.
    /// </summary>
    public int CommittedOperand { get; init; } = -1;

    /// <summary>True where that commitment is one to the operand's quantized rows: each row's scale, then its integers.</summary>
    public bool CommitsToQuantizedRows { get; init; }

    /// <summary>Scalars that the record of one retire holds.</summary>
    public int RecordedScalars => Pushes + Emits;

    /// <summary>Tensor commitments that the record of one retire holds at most.</summary>
    public int RecordedTensors => CommittedOperand >= 0 ? 1 : 0;

    /// <summary>Register operands that are written.</summary>
    public int WrittenTensors
    {
        get
        {
            int count = 0;
            foreach (OperandRow operand in Operands)
            {
                count += operand is { Effect: Effect.Write, Kind: OperandKind.Register } ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>Operands and immediates of an instruction that is not variadic.</summary>
    public int OperandCount => Operands.Length + Immediates.Length;

    /// <summary>The same, laid out for a pass over many instructions.</summary>
    internal RowLayout Layout => field ??= new RowLayout(this);

    /// <summary>The kind of operand or immediate <paramref name="index"/>; registers beyond the end of a variadic row.</summary>
    public OperandKind KindAt(int index) =>
        index < Operands.Length ? Operands[index].Kind
        : Variadic ? OperandKind.Register
        : Immediates[index - Operands.Length].Kind;

    /// <inheritdoc/>
    public bool Equals(OpcodeRow? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Code;

    /// <inheritdoc/>
    public override string ToString() => Mnemonic;
}
