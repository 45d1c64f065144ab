using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;

namespace PomIsa.Machine.Execution;

/// <summary>Bytes of scratch that a run takes at most beside its registers and states, from the program alone.</summary>
/// <param name="Quantized">Quantized rows of the widest product.</param>
/// <param name="Scales">Their scales.</param>
/// <param name="Accumulators">Integer sums of the widest product.</param>
/// <param name="GroupOffsets">Sums of groups of them, for weights of 4 bits.</param>
/// <param name="Attention">Scores of the longest attention, for each thread.</param>
/// <param name="Draw">Order and sums of the longest row that a token is drawn from.</param>
internal readonly record struct ScratchPlan(long Quantized, long Scales, long Accumulators, long GroupOffsets, long Attention, long Draw)
{
    /// <summary>Plans for the symbols' maxima.</summary>
    public static ScratchPlan For(Module module)
    {
        long[] maxima = [.. module.Symbols.Select(s => (long)s.Max)];
        ScratchPlan plan = default;
        foreach (Function function in module.Functions)
        {
            foreach (Instruction instruction in function.Body)
            {
                plan = plan.With(instruction, function, module, maxima);
            }
        }

        return plan;
    }

    /// <summary>Bytes in all.</summary>
    public long Total(int threads) => Quantized + Scales + Accumulators + GroupOffsets + (threads * Attention) + Draw;

    private ScratchPlan With(Instruction instruction, Function function, Module module, long[] symbols)
    {
        TensorType TypeOf(int operand) => function.Registers[instruction.Operands[operand].Index];
        return instruction.Row.Code switch
        {
            _ when QuantizedRows.Quantizes(instruction.Row) => With(TypeOf(0), TypeOf(1), symbols),
            Opcode.MatMulI8 => this with { GroupOffsets = Math.Max(GroupOffsets, Groups(TypeOf(1), symbols) * sizeof(int)) },
            Opcode.Attention or Opcode.AttentionWindow or Opcode.AttentionSoftcap =>
                WithAttention(instruction, module.States[instruction.Operands[2].Index].MaxRows),
            Opcode.AttentionCross or Opcode.AttentionBias => WithAttention(instruction, TypeOf(2).Shape[^2].At(symbols)),
            Opcode.Sample => this with { Draw = Math.Max(Draw, (TypeOf(0).Shape[1].At(symbols) + 1) / 2 * 3 * sizeof(long)) },
            _ => this,
        };
    }

    private ScratchPlan WithAttention(Instruction instruction, long positions) => this with
    {
        Attention = Math.Max(Attention, (long)sizeof(float) * Kernels.Attention.ScratchLength((int)instruction.Immediate(0).U32, (int)positions)),
    };

    private static long Groups(TensorType x, long[] symbols) =>
        (long)TensorType.Product(x.Shape.AsSpan()[..^1], symbols) * (x.Shape[^1].At(symbols) / LinearW4.Group);

    private ScratchPlan With(TensorType y, TensorType x, long[] symbols)
    {
        long rows = (long)TensorType.Product(x.Shape.AsSpan()[..^1], symbols), depth = x.Shape[^1].At(symbols), columns = y.Shape[^1].At(symbols);
        return this with
        {
            Quantized = Math.Max(Quantized, rows * depth),
            Scales = Math.Max(Scales, rows * sizeof(float)),
            Accumulators = Math.Max(Accumulators, rows * columns * sizeof(int)),
            GroupOffsets = Math.Max(GroupOffsets, Groups(x, symbols) * sizeof(int)),
        };
    }
}
