namespace PomIsa.Isa;

/// <summary>What a row says of its operands, laid out for a pass over many instructions.</summary>
internal sealed class RowLayout
{
    public RowLayout(OpcodeRow row)
    {
        Kinds = new OperandKind[row.Variadic ? row.Operands.Length : row.OperandCount];
        for (int i = 0; i < Kinds.Length; i++)
        {
            Kinds[i] = row.KindAt(i);
        }

        Reads = Positions(row, static operand => operand is { Kind: OperandKind.Register, Effect: Effect.Read });
        Writes = Positions(row, static operand => operand is { Kind: OperandKind.Register, Effect: Effect.Write });
        States = Positions(row, static operand => operand.Kind == OperandKind.State);
        TouchesSymbols = row.TakesDeclaredType || Positions(row, static operand => operand.Kind is OperandKind.Symbol or OperandKind.Input).Length > 0;
        IsUntyped = !row.Variadic && row.InferResult == Rows.Infer.Unify
            && Positions(row, static operand => operand.Kind is OperandKind.Register or OperandKind.Weight).Length == 0;
        IsPlain = IsUntyped && !TouchesSymbols && row.Code != Opcode.Ret && States.Length == 0;
        Works = !ReferenceEquals(row.Work, Rows.RowParts.NoWork);
        RecordBytes = Verification.EvidenceSize.Retire(row.RecordedTensors, row.RecordedScalars, 0);
    }

    /// <summary>Kind of each operand and immediate; of a call, of the callee alone.</summary>
    public OperandKind[] Kinds { get; }

    /// <summary>Positions of registers that are read; the arguments of a call left out.</summary>
    public int[] Reads { get; }

    /// <summary>Positions of registers that are written; the results of a call left out.</summary>
    public int[] Writes { get; }

    /// <summary>Positions of states.</summary>
    public int[] States { get; }

    /// <summary>Whether the row gives a value to symbols, or needs one.</summary>
    public bool TouchesSymbols { get; }

    /// <summary>Whether there are no types to infer or to match.</summary>
    public bool IsUntyped { get; }

    /// <summary>Whether there is nothing to check but that its operands exist, where it stands, and the stack.</summary>
    public bool IsPlain { get; }

    /// <summary>Whether an execution does multiply-adds.</summary>
    public bool Works { get; }

    /// <summary>Bytes of a record that names no symbols.</summary>
    public int RecordBytes { get; }

    private static int[] Positions(OpcodeRow row, Func<OperandRow, bool> has)
    {
        Span<int> positions = stackalloc int[row.Operands.Length];
        int count = 0;
        for (int i = 0; i < row.Operands.Length; i++)
        {
            if (has(row.Operands[i]))
            {
                positions[count++] = i;
            }
        }

        return positions[..count].ToArray();
    }
}
