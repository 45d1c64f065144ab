namespace PomIsa.Kernels.Reference;

/// <summary>The two formats of 16 bits, from their definition.</summary>
public static class HalfPrecision
{
    /// <summary>(−1)^sign · 1.mantissa · 2^(exponent − 15), or 0.mantissa · 2^-14 where the exponent is 0.</summary>
    public static float FromF16(ushort x)
    {
        int exponent = (x >> 10) & 31, mantissa = x & 1023;
        double magnitude = exponent switch
        {
            31 => mantissa == 0 ? double.PositiveInfinity : double.NaN,
            0 => Math.ScaleB(mantissa, -24),
            _ => Math.ScaleB(1024 + mantissa, exponent - 25),
        };
        return Lanes.Canonical((float)((x & 0x8000) == 0 ? magnitude : -magnitude));
    }

    /// <summary>The upper half of an f32.</summary>
    public static float FromBF16(ushort x) => Lanes.Canonical(BitConverter.UInt32BitsToSingle((uint)x << 16));

    /// <summary>The f16 nearest to x, ties to the even one; from 65,520 on, infinity.</summary>
    public static ushort ToF16(float x) => Nearest(x, 0x7c00, 0x7e00, FromF16, 65520);

    /// <summary>The bf16 nearest to x, ties to the even one; from 2^128 less half a unit on, infinity.</summary>
    public static ushort ToBF16(float x) => Nearest(x, 0x7f80, 0x7fc0, FromBF16, Math.ScaleB(511, 119));

    /// <summary>Magnitudes order as their bits do, so the last one not above x is found by halving.</summary>
    private static ushort Nearest(float x, int infinity, ushort nan, Func<ushort, float> value, double overflow)
    {
        if (float.IsNaN(x))
        {
            return nan;
        }

        int sign = float.IsNegative(x) ? 0x8000 : 0;
        double magnitude = Math.Abs((double)x);
        if (magnitude >= overflow)
        {
            return (ushort)(sign | infinity);
        }

        int low = 0, high = infinity;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = value((ushort)middle) <= magnitude ? (middle, high) : (low, middle);
        }

        double below = magnitude - value((ushort)low);
        double above = high == infinity ? double.PositiveInfinity : value((ushort)high) - magnitude;
        bool up = above < below || (above == below && (low & 1) == 1);
        return (ushort)(sign | (up ? high : low));
    }
}
