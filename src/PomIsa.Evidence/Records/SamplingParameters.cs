namespace PomIsa.Evidence.Records;

/// <summary>How tokens were chosen.</summary>
public enum SamplingKind : byte
{
    /// <summary>The most likely token; every other parameter is zero.</summary>
    Greedy = 0,

    /// <summary>Drawn with the seed after temperature, top-k and top-p.</summary>
    Drawn = 1,
}

/// <summary>The sampling parameters of a run, in the bits that the sampler used.</summary>
/// <param name="TemperatureBits">The <c>f32</c>'s bits; finite and not negative.</param>
/// <param name="TopPBits">The <c>f32</c>'s bits; finite and not negative.</param>
/// <param name="TopK">Zero: no limit.</param>
public readonly record struct SamplingParameters(SamplingKind Kind, ulong Seed, uint TemperatureBits, uint TopPBits, uint TopK)
{
    /// <summary>Greedy decoding.</summary>
    public static SamplingParameters Greedy => default;

    /// <summary>Whether the values are ones that a record may hold.</summary>
    public bool IsCanonical => Kind switch
    {
        SamplingKind.Greedy => this == default,
        SamplingKind.Drawn => TemperatureBits < Infinity && TopPBits < Infinity,
        _ => false,
    };

    private const uint Infinity = 0x7f80_0000;
}
