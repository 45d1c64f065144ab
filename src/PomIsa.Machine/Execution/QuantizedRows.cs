using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Machine.Execution;

/// <summary>Finds products that read the same rows, so that these are quantized once: queries, keys and values of one x.</summary>
internal static class QuantizedRows
{
    /// <summary>Whether an instruction quantizes its operand <c>x</c> before it multiplies.</summary>
    public static bool Quantizes(OpcodeRow row) => row.RecordsProduct;

    /// <summary>Whether the last quantized product before instruction <paramref name="at"/> of a step read the register that this one reads, unchanged since.</summary>
    public static bool AreShared(ImmutableArray<Instruction> body, int at)
    {
        if (!Quantizes(body[at].Row))
        {
            return false;
        }

        int register = body[at].Operands[1].Index;
        for (int before = at - 1; before >= 0; before--)
        {
            Instruction earlier = body[before];
            for (int i = 0; i < earlier.Row.Operands.Length; i++)
            {
                if (earlier.Row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Write } && earlier.Operands[i].Index == register)
                {
                    return false;
                }
            }

            if (earlier.Row.Code == Opcode.MatMulI8)
            {
                return false; // it may need the same scratch
            }

            if (Quantizes(earlier.Row))
            {
                // Another kind of product keeps its rows in another form.
                return earlier.Row == body[at].Row && earlier.Operands[1].Index == register;
            }
        }

        return false;
    }
}
