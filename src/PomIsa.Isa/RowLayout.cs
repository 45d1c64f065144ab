namespace PomIsa.Isa;

/// <summary>What a row says of its operands, laid out for a pass over many instructions.</summary>
internal sealed class RowLayout
{
    public RowLayout(OpcodeRow row)
    {
        Kinds = [.. Enumerable.Range(0, row.Variadic ? row.Operands.Length : row.OperandCount).Select(row.KindAt)];
        Reads = Positions(row, Effect.Read);
        Writes = Positions(row, Effect.Write);
        States = [.. Enumerable.Range(0, row.Operands.Length).Where(i => row.Operands[i].Kind == OperandKind.State)];
        bool names = row.Operands.Any(static o => o.Kind is OperandKind.Symbol or OperandKind.Input);
        TouchesSymbols = names || row.TakesDeclaredType;
        IsUntyped = !row.Variadic && row.InferResult == Rows.Infer.Unify
            && !row.Operands.Any(static o => o.Kind is OperandKind.Register or OperandKind.Weight);
        IsPlain = IsUntyped && !TouchesSymbols && row.Code != Opcode.Ret && !row.Operands.Any(static o => o.Kind == OperandKind.State);
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

    private static int[] Positions(OpcodeRow row, Effect effect) =>
        [.. Enumerable.Range(0, row.Operands.Length).Where(i => row.Operands[i].Kind == OperandKind.Register && row.Operands[i].Effect == effect)];
}
