namespace PomIsa.Oracle.Numbers;

/// <summary>f16 and bf16 by their bits: exact to f32, rounded once from it.</summary>
internal static class Halves
{
    public static F32 FromF16(uint bits)
    {
        uint sign = bits >> 15 << 31, field = (bits >> 10) & 0x1f, fraction = bits & 0x3ff;
        if (field == 0x1f)
        {
            return new F32(sign | 0x7f800000 | (fraction << 13));
        }

        uint significand = field == 0 ? fraction : fraction | 0x400;
        return F32.Of(sign != 0, FloatFormat.Binary32.Round((UInt128)significand, (int)Math.Max(field, 1) - 25));
    }

    public static F32 FromBF16(uint bits) => new(bits << 16);

    public static uint ToF16(F32 x) => To(FloatFormat.Binary16, x, 0x7e00);

    public static uint ToBF16(F32 x) => To(FloatFormat.BFloat16, x, 0x7fc0);

    private static uint To(FloatFormat format, F32 x, uint nan) =>
        x.IsNaN ? nan : (x.IsNegative ? 0x8000u : 0) | (x.IsInfinite ? format.Infinity : format.Round((UInt128)x.Significand, x.Exponent));
}
