using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Values for immediates, by what they are called.</summary>
internal static class Immediates
{
    /// <summary>A value that has a good chance to be in range.</summary>
    /// <param name="first">Type of the first register that is read.</param>
    public static ulong Draw(InstructionMaker maker, OpcodeRow row, ImmediateRow immediate, TensorType? first)
    {
        Choices c = maker.Choices;
        int rank = first?.Rank ?? 0;
        return (row.Mnemonic, immediate.Name, immediate.Kind) switch
        {
            (_, "eps", _) => Float(c.Pick(0f, 1e-5f, 1f, 1e-12f)),
            (_, "scale", _) => Float(c.Pick(0.25f, 0.5f, 1f, -1f, 0f, 3e38f)),
            (_, "cap", _) => Float(c.Pick(1f, 30f, 50f, 1e-30f, 3e38f)),
            ("output", "n", _) => (ulong)c.Below(4),
            ("attention.softcap", "window", _) => (ulong)c.Pick(0, 0, 1, 3, 300),
            (_, "window", _) => (ulong)c.Pick(1, 2, 3, 5, 300),
            (_, "axis", _) => (ulong)c.Below(Math.Max(1, rank)),
            (_, "mode", _) => (ulong)c.Below(5),
            (_, "countPad", _) => (ulong)c.Below(2),
            (_, "before" or "after", _) => (ulong)c.Below(4),
            (_, "n" or "k" or "at" or "count", _) => (ulong)c.Between(0, Last(first)),
            (_, "start" or "step", _) => unchecked((ulong)(long)c.Between(-3, 3)),
            (_, _, OperandKind.ImmType) => (ulong)c.Between(1, 7),
            (_, _, OperandKind.ImmAxes) => Operand.OfAxes(c.Shuffle(Enumerable.Range(0, rank))).Bits,
            (_, _, OperandKind.ImmF32) => Float(c.Pick(0f, 1f, -0.5f, 1e-3f)),
            (_, _, OperandKind.ImmI64) => Spreads.Value(c, DType.I64, c.Chance(70) ? Spread.Tame : Spread.Special),
            _ => (ulong)c.Between(1, 3),
        };
    }

    private static int Last(TensorType? type) =>
        type is { Rank: > 0 } && !type.Shape[0].IsSymbol ? Math.Max(type.Shape[0].Value, type.Shape[^1].IsSymbol ? 1 : type.Shape[^1].Value) : 3;

    private static ulong Float(float value) => BitConverter.SingleToUInt32Bits(value);
}
