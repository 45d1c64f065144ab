using System.Collections.Immutable;

namespace PomIsa.Isa;

/// <summary>One instruction: its row and, in the row's order, operands followed by immediates.</summary>
/// <remarks>For <c>call</c>: the callee, then one register for each argument, then one for each result.</remarks>
/// <param name="Row">The opcode.</param>
/// <param name="Operands">As many as <see cref="OpcodeRow.Operands"/> and <see cref="OpcodeRow.Immediates"/> together.</param>
public readonly record struct Instruction(OpcodeRow Row, ImmutableArray<Operand> Operands)
{
    /// <summary>An instruction from its mnemonic.</summary>
    /// <exception cref="ArgumentException">No such mnemonic.</exception>
    public static Instruction Of(string mnemonic, params ReadOnlySpan<Operand> operands) =>
        InstructionTable.TryFind(mnemonic, out OpcodeRow? row)
            ? new Instruction(row, [.. operands])
            : throw new ArgumentException($"No opcode is called '{mnemonic}'.", nameof(mnemonic));

    /// <summary>The immediate at <paramref name="index"/> of the row's immediates.</summary>
    public Operand Immediate(int index) => Operands[Row.Operands.Length + index];

    /// <summary>What happens to the register at operand <paramref name="index"/>, or null where that operand is no register.</summary>
    /// <param name="index">Position among the operands.</param>
    /// <param name="module">Has the callee's signature.</param>
    public Effect? RegisterEffect(int index, Module module)
    {
        if (Row.KindAt(index) != OperandKind.Register)
        {
            return null;
        }

        return index < Row.Operands.Length ? Row.Operands[index].Effect
            : index - Row.Operands.Length < module.Functions[Operands[0].Index].ParameterCount ? Effect.Read
            : Effect.Write;
    }

    /// <inheritdoc/>
    public bool Equals(Instruction other) =>
        ReferenceEquals(Row, other.Row) && Operands.AsSpan().SequenceEqual(other.Operands.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Row.Code, Operands.Length);
}
