using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>The operation of each opcode; control is the interpreter's own. An operation is made when a program first has its opcode: all of them take longer than a short run.</summary>
internal static class OperationTable
{
    private static readonly Operation?[] s_byCode = new Operation?[256];

    /// <summary>The operation of an opcode, or null for control.</summary>
    public static Operation? Of(OpcodeRow row) =>
        row.Family == Family.Control ? null : Volatile.Read(ref s_byCode[row.Code]) ?? Make(row);

    private static Operation? Make(OpcodeRow row)
    {
        string mnemonic = row.Mnemonic;
        Operation? made = ScalarOps.Of(mnemonic)
            ?? MoveOps.Of(mnemonic)
            ?? StateOps.Of(mnemonic)
            ?? HostOps.Of(mnemonic)
            ?? MatrixOps.Of(mnemonic)
            ?? AttentionOps.Of(mnemonic)
            ?? RowOps.Of(mnemonic)
            ?? QuantizedOps.Of(mnemonic)
            ?? CompareOps.Of(mnemonic)
            ?? ViewOps.Of(mnemonic)
            ?? IndexedOps.Of(mnemonic)
            ?? CastOps.Of(mnemonic)
            ?? ReduceOps.Of(mnemonic)
            ?? WindowOps.Of(mnemonic)
            ?? SamplingOps.Of(mnemonic)
            ?? ElementwiseOps.Of(mnemonic);
        Volatile.Write(ref s_byCode[row.Code], made);
        return made;
    }
}
