using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>How the values of one tensor are drawn.</summary>
internal enum Spread
{
    /// <summary>Between -1 and 1, as in a network.</summary>
    Tame,

    /// <summary>Few small whole numbers, so that ties and equal values are common.</summary>
    Whole,

    /// <summary>Any exponent.</summary>
    Wide,

    /// <summary>Infinities, NaN, both zeros, subnormals and the ends of the range among tame ones.</summary>
    Special,
}

/// <summary>Bits of single values.</summary>
internal static class Spreads
{
    private static readonly float[] Specials =
    [
        0f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon,
        1.17549435e-38f, -1.17549421e-38f, 1f, -1f, 0.5f, 2.5f, 88.72284f, -103.97208f, 16777216f, 2147483648f, -2147483648f, 65520f,
    ];

    public static Spread Draw(Choices choices) => choices.Below(10) switch
    {
        < 5 => Spread.Tame,
        < 7 => Spread.Whole,
        < 8 => Spread.Wide,
        _ => Spread.Special,
    };

    /// <summary>One value of an element type that registers have, as raw bits.</summary>
    public static ulong Value(Choices choices, DType element, Spread spread) => element switch
    {
        DType.F32 => BitConverter.SingleToUInt32Bits(Float(choices, spread)),
        DType.F16 => BitConverter.HalfToUInt16Bits((Half)Float(choices, spread)),
        DType.BF16 => BitConverter.SingleToUInt32Bits(Float(choices, spread)) >> 16,
        DType.Bool => (ulong)choices.Below(2),
        _ => unchecked((ulong)Integer(choices, spread)),
    };

    private static float Float(Choices choices, Spread spread) => spread switch
    {
        Spread.Whole => choices.Between(-3, 3),
        Spread.Wide => Canonical(BitConverter.UInt32BitsToSingle((uint)choices.Bits())),
        Spread.Special when choices.Chance(30) => Canonical(choices.Pick(Specials)),
        _ => ((choices.Bits() >> 40) / 8388608f) - 1,
    };

    private static long Integer(Choices choices, Spread spread) => spread switch
    {
        Spread.Wide => unchecked((long)choices.Bits()) >> choices.Below(64),
        Spread.Special when choices.Chance(30) => choices.Pick(long.MinValue, long.MaxValue, int.MinValue, int.MaxValue, -1L, 0L, -128L, 127L),
        _ => choices.Between(-4, 12),
    };

    // Weights may hold any NaN; the bits of an f32 tensor that is committed to must be the canonical ones.
    private static float Canonical(float value) => float.IsNaN(value) ? BitConverter.UInt32BitsToSingle(0x7fc00000) : value;
}
