namespace PomIsa.Kernels.Reference;

/// <summary>The binary digits of 2/π = 0.63661977…, enough to reduce every f32 angle.</summary>
internal static class TwoOverPi
{
    private static ReadOnlySpan<ulong> Words =>
    [
        0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c,
    ];

    /// <summary>64 bits of which the first has the weight 2^-<paramref name="first"/>; zeros before the point.</summary>
    public static ulong Window(int first)
    {
        int at = first - 1;
        int word = at >> 6;
        int shift = at & 63;
        return shift == 0 ? Word(word) : (Word(word) << shift) | (Word(word + 1) >> (64 - shift));
    }

    private static ulong Word(int index) => index < 0 ? 0 : Words[index];
}
