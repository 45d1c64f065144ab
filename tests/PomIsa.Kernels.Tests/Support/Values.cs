namespace PomIsa.Kernels.Tests;

/// <summary>A counter-based stream of test values (SplitMix64): the same seed gives the same values everywhere.</summary>
public sealed class Values(ulong seed)
{
    private ulong _state = seed * 0x9E3779B97F4A7C15;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Below(int limit) => (int)(Next() % (uint)limit);

    /// <summary>Finite values whose exponents spread over ±<paramref name="spread"/> powers of two.</summary>
    public float Tame(int spread)
    {
        ulong bits = Next();
        uint exponent = (uint)(127 - spread + (int)((bits >> 40) % (uint)((2 * spread) + 1)));
        return BitConverter.UInt32BitsToSingle((uint)(bits & 0x807fffff) | (exponent << 23));
    }

    /// <summary>Any 32 bits; one value in eight is a zero, a subnormal, an infinity or NaN.</summary>
    public float Any()
    {
        uint bits = (uint)Next();
        return (Next() & 31) switch
        {
            0 => BitConverter.UInt32BitsToSingle(bits & 0x80000000),
            1 => BitConverter.UInt32BitsToSingle(bits & 0x807fffff),
            2 => BitConverter.UInt32BitsToSingle((bits & 0x80000000) | 0x7f800000),
            3 => BitConverter.UInt32BitsToSingle(bits | 0x7f800001),
            _ => BitConverter.UInt32BitsToSingle(bits),
        };
    }

    public float[] Tame(int count, int spread) => Fill(count, () => Tame(spread));

    public float[] Any(int count) => Fill(count, Any);

    /// <summary>Mostly well-behaved rows; every fourth seed gives rows with anything in them.</summary>
    public float[] Mixed(int count) => (Next() & 3) switch
    {
        0 => Any(count),
        1 => Tame(count, 60),
        2 => Tame(count, 12),
        _ => Tame(count, 2),
    };

    public sbyte[] Bytes(int count)
    {
        var result = new sbyte[count];
        for (int i = 0; i < count; i++)
        {
            result[i] = (sbyte)(Below(255) - 127);
        }

        return result;
    }

    private static float[] Fill(int count, Func<float> next)
    {
        var result = new float[count];
        for (int i = 0; i < count; i++)
        {
            result[i] = next();
        }

        return result;
    }
}
