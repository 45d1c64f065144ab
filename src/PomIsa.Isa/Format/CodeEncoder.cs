namespace PomIsa.Isa.Format;

/// <summary>Instructions to bytes: opcode, operands, immediates.</summary>
internal static class CodeEncoder
{
    /// <summary>Instruction count, byte length, instructions.</summary>
    public static void Body(ByteWriter o, Function function, Module module)
    {
        var code = new ByteWriter();
        foreach (Instruction instruction in function.Body)
        {
            Instruction(code, instruction, module);
        }

        o.Index(function.Body.Length);
        o.Sized(code);
    }

    /// <exception cref="ArgumentException">The operand count isn't the row's, or the callee's signature's.</exception>
    private static void Instruction(ByteWriter o, Instruction instruction, Module module)
    {
        OpcodeRow row = instruction.Row;
        if (instruction.Operands.Length != OperandCounts.Of(instruction, module))
        {
            throw new ArgumentException($"{row} has {instruction.Operands.Length} operands.", nameof(instruction));
        }

        o.U8(row.Code);
        for (int i = 0; i < instruction.Operands.Length; i++)
        {
            Operand operand = instruction.Operands[i];
            switch (row.KindAt(i))
            {
                case OperandKind.ImmF32:
                    o.Fixed32((uint)operand.Bits);
                    break;
                case OperandKind.ImmI64:
                    o.I64(operand.I64);
                    break;
                case OperandKind.ImmAxes:
                    o.Index(operand.AxisCount);
                    for (int axis = 0; axis < operand.AxisCount; axis++)
                    {
                        o.U8((byte)operand.Axis(axis));
                    }

                    break;
                case OperandKind.ImmType:
                    o.U8((byte)operand.Type);
                    break;
                default:
                    o.U32(checked((uint)operand.Bits));
                    break;
            }
        }
    }
}
