namespace PomIsa.Training.Corpus;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere, from a seed and a stream number.</summary>
public struct SeededRandom
{
    private ulong _state;

    /// <summary>A stream of its own for every pair of <paramref name="seed"/> and <paramref name="stream"/>.</summary>
    public SeededRandom(ulong seed, ulong stream)
    {
        _state = seed;
        _state = NextUInt64() ^ (stream * 0xD1342543DE82EF95UL);
        _state = NextUInt64();
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15UL;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, <paramref name="below"/>), up to a bias of below / 2^32.</summary>
    public int Next(int below) => (int)(((NextUInt64() >> 32) * (ulong)below) >> 32);

    /// <summary>Uniform in [<paramref name="from"/>, <paramref name="to"/>], both included.</summary>
    public long Between(long from, long to) => from + (long)((UInt128)NextUInt64() * (UInt128)(ulong)(to - from + 1) >> 64);

    /// <summary>True once in <paramref name="times"/>.</summary>
    public bool OneIn(int times) => Next(times) == 0;

    /// <summary>One of <paramref name="items"/>.</summary>
    public T Pick<T>(ReadOnlySpan<T> items) => items[Next(items.Length)];

    /// <summary>Roughly normal, mean 0 and variance 1: the sum of twelve uniforms less six, in exact f64 steps.</summary>
    public float NextNormal()
    {
        double sum = 0;
        for (int i = 0; i < 12; i++)
        {
            sum += (NextUInt64() >> 11) * (1.0 / (1UL << 53));
        }

        return (float)(sum - 6);
    }
}
