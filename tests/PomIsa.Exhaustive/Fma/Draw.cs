namespace PomIsa.Exhaustive.Fma;

/// <summary>A stream of 64-bit values (SplitMix64): the same seed gives the same values everywhere.</summary>
internal struct Draw(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        unchecked
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>A value in [low, high].</summary>
    public int Between(int low, int high) => low + (int)((Next() >> 32) * (ulong)(high - low + 1) >> 32);

    /// <summary>A value of either sign, any significand, with an exponent in [low, high]; below −126 it is subnormal.</summary>
    public float Value(int low, int high)
    {
        ulong bits = Next();
        int exponent = low + (int)((bits >> 40) * (ulong)(high - low + 1) >> 24);
        uint sign = (uint)bits & 0x80000000, significand = (uint)bits & 0x7fffff;
        return exponent >= -126
            ? BitConverter.UInt32BitsToSingle(sign | ((uint)(exponent + 127) << 23) | significand)
            : BitConverter.UInt32BitsToSingle(sign | ((significand | 0x800000) >> Math.Min(24, -126 - exponent)));
    }

    /// <summary>±2^exponent, subnormal where it must be.</summary>
    public float Power(int exponent)
    {
        uint sign = (uint)Next() & 0x80000000;
        return BitConverter.UInt32BitsToSingle(sign | (exponent >= -126 ? (uint)(exponent + 127) << 23 : 1u << (exponent + 149)));
    }
}
