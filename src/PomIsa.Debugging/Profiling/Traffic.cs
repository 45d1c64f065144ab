using PomIsa.Isa;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Debugging.Profiling;

/// <summary>Bytes that an instruction has to read and write at least: its operands, each once, and of tables the rows that it picks.</summary>
internal static class Traffic
{
    /// <summary>Bytes of the context's instruction, which has executed.</summary>
    public static (long Read, long Written) Of(OpContext context)
    {
        Line line = context.Line;
        long read = 0, written = 0;
        for (int i = 0; i < line.Row.Operands.Length; i++)
        {
            OperandRow operand = line.Row.Operands[i];
            if (operand.Kind == OperandKind.Register)
            {
                (read, written) = operand.Effect == Effect.Write ? (read, written + context.View(i).Bytes) : (read + context.View(i).Bytes, written);
            }
            else if (operand.Kind == OperandKind.Weight)
            {
                read += Bytes(context.Weight(i), line.Row, context);
            }
            else if (operand.Kind == OperandKind.State)
            {
                StateBuffer state = context.State(i);
                long live = state.Bytes / Math.Max(1, map(context, i).MaxRows) * state.Rows;
                read += operand.Effect == Effect.Read ? live : 0;
                written += operand.Effect == Effect.Write ? Appended(context) : 0;
            }
        }

        return line.Row.Mnemonic is "tail" or "slice" or "gather" ? (written, written) : (read, written);

        static StateEntry map(OpContext context, int operand) => context.Program.Module.States[context.Operand(operand).Index];
    }

    private static long Bytes(BoundWeight weight, OpcodeRow row, OpContext context)
    {
        WeightEntry entry = weight.Entry;
        long whole = weight.Length;
        if (entry.Element is DType.W8 or DType.W4)
        {
            whole += ((long)entry.Shape[1] * sizeof(float)) + (entry.Element == DType.W4 ? (long)entry.Shape[0] / 32 * entry.Shape[1] : 0);
        }

        // Of a table only the rows that are asked for: a column of the embedding, an angle of a position.
        long rows = row.Mnemonic switch
        {
            "embed" => whole / entry.Shape[1] * context.View(0).Rows,
            "rope" => whole / entry.Shape[0] * context.View(0).Rows,
            _ => whole,
        };
        return Math.Min(rows, whole);
    }

    private static long Appended(OpContext context)
    {
        for (int i = 0; i < context.Line.Row.Operands.Length; i++)
        {
            if (context.Line.Row.Operands[i].Kind == OperandKind.Register)
            {
                return context.View(i).Bytes;
            }
        }

        return 0;
    }
}
