using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>The operation of each opcode; control is the interpreter's own.</summary>
internal static class OperationTable
{
    private static readonly Operation?[] ByCode = Build();

    /// <summary>The operation of an opcode, or null for control.</summary>
    public static Operation? Of(OpcodeRow row) => ByCode[row.Code];

    private static Operation?[] Build()
    {
        var table = new Operation?[256];
        (string, Operation)[] all =
        [
            .. ScalarOps.All,
            .. MoveOps.All,
            .. ElementwiseOps.All,
            .. CompareOps.All,
            .. ViewOps.All,
            .. IndexedOps.All,
            .. CastOps.All,
            .. ReduceOps.All,
            .. MatrixOps.All,
            .. AttentionOps.All,
            .. RowOps.All,
            .. StateOps.All,
            .. HostOps.All,
            .. QuantizedOps.All,
            .. WindowOps.All,
            .. SamplingOps.All,
        ];
        foreach ((string mnemonic, Operation operation) in all)
        {
            table[Instruction.Of(mnemonic).Row.Code] = operation;
        }

        return table;
    }
}
