namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Operand values: the special ones by name, the others drawn from a fixed generator, exponents spread.</summary>
internal static class Values
{
    public const float Infinity = float.PositiveInfinity;

    public const float Tiny = float.Epsilon;

    /// <summary>Sizes on both sides of a vector and of a block.</summary>
    public static readonly int[] Sizes = [1, 15, 16, 17, 255, 256, 257];

    /// <summary>Quiet and signalling NaNs of both signs, with payloads.</summary>
    public static readonly float[] NaNs = Bits(0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffc12345);

    public static readonly float[] Subnormals = Bits(0x00000001, 0x80000001, 0x00000003, 0x80000003, 0x007fffff, 0x807fffff, 0x00800000, 0x80800000);

    public static readonly float[] Extremes = [0f, -0f, Infinity, -Infinity, 1f, -1f, float.MaxValue, float.MinValue];

    public static float[] Bits(params ReadOnlySpan<uint> bits)
    {
        var values = new float[bits.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle(bits[i]);
        }

        return values;
    }

    /// <summary>Values of either sign with magnitudes from 2^low up to 2^(high + 1), all exponents equally likely.</summary>
    public static float[] Spread(int count, int low, int high, ulong seed)
    {
        var draw = new Draw(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            ulong bits = draw.Next();
            uint exponent = (uint)(127 + low + (int)((bits >> 32) % (ulong)(high - low + 1)));
            values[i] = BitConverter.UInt32BitsToSingle(((uint)bits & 0x807fffff) | (exponent << 23));
        }

        return values;
    }

    /// <summary>Any finite bit pattern, all exponents equally likely.</summary>
    public static float[] Wide(int count, ulong seed) => Spread(count, -126, 127, seed);

    /// <summary>Weights in [-127, 127].</summary>
    public static long[] W8(int count, ulong seed)
    {
        var draw = new Draw(seed);
        var values = new long[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (long)(draw.Next() % 255) - 127;
        }

        return values;
    }

    /// <summary>The value <paramref name="count"/> times.</summary>
    public static float[] Repeat(float value, int count) => [.. Enumerable.Repeat(value, count)];

    /// <summary>A copy with some values replaced.</summary>
    public static float[] With(float[] values, params ReadOnlySpan<(int At, float Value)> changes)
    {
        float[] copy = [.. values];
        foreach ((int at, float value) in changes)
        {
            copy[at] = value;
        }

        return copy;
    }

    /// <summary>SplitMix64.</summary>
    private struct Draw(ulong seed)
    {
        private ulong _state = seed;

        public ulong Next()
        {
            unchecked
            {
                _state += 0x9e3779b97f4a7c15;
                ulong z = (_state ^ (_state >> 30)) * 0xbf58476d1ce4e5b9;
                z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
                return z ^ (z >> 31);
            }
        }
    }
}
