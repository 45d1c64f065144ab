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
internal readonly record struct ScratchPlan(long Quantized, long Scales, long Accumulators, long GroupOffsets, long Attention)
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
                plan = instruction.Row.Mnemonic switch
                {
                    _ when QuantizedRows.Quantizes(instruction.Row) => plan.With(
                        function.Registers[instruction.Operands[0].Index], function.Registers[instruction.Operands[1].Index], maxima),
                    _ when instruction.Row.Code is Opcode.Attention or Opcode.AttentionWindow => plan with
                    {
                        Attention = Math.Max(
                            plan.Attention,
                            (long)sizeof(float) * Kernels.Attention.ScratchLength(
                                (int)instruction.Immediate(0).U32, module.States[instruction.Operands[2].Index].MaxRows)),
                    },
                    _ => plan,
                };
            }
        }

        return plan;
    }

    /// <summary>Bytes in all.</summary>
    public long Total(int threads) => Quantized + Scales + Accumulators + GroupOffsets + (threads * Attention);

    private ScratchPlan With(TensorType y, TensorType x, long[] symbols)
    {
        long rows = (long)TensorType.Product(x.Shape.AsSpan()[..^1], symbols), depth = x.Shape[^1].At(symbols), columns = y.Shape[^1].At(symbols);
        return this with
        {
            Quantized = Math.Max(Quantized, rows * depth),
            Scales = Math.Max(Scales, rows * sizeof(float)),
            Accumulators = Math.Max(Accumulators, rows * columns * sizeof(int)),
            GroupOffsets = Math.Max(GroupOffsets, rows * (depth / LinearW4.Group) * sizeof(int)),
        };
    }
}
