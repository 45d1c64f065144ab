namespace PomIsa.Oracle.Elementary;

/// <summary>
/// Inputs at which a function is hard: where its results leave and enter the finite, normal and exact range, each with its neighbours, and
/// where the exact result lies close to midway between two f32.
/// </summary>
internal static class HardInputs
{
    /// <summary>Squares, and values beside them.</summary>
    public static readonly uint[] Roots = [.. Around(0x3f800000, 0x40000000, 0x40800000, 0x41100000, 0x3e800000, 0x4b800000, 0x00800000, 0x7f7fffff, 0x34000000, 0x00000004)];

    /// <summary>Halves and whole numbers, and values beside them.</summary>
    public static readonly uint[] Halves =
    [
        .. Around(
            0x3f000000, 0xbf000000, 0x3fc00000, 0xbfc00000, 0x40200000, 0xc0200000, 0x40600000, 0x4affffff, 0x4b000000, 0xcb000000, 0x4afffffe, 0x4b7fffff, 0x4b800000, 0x42c80000,
            0xc2c88000, 0x5f000000, 0x7effffff),
    ];

    private static readonly Dictionary<string, uint[]> Limits = new(StringComparer.Ordinal)
    {
        // The last finite result, the first infinite one; the last normal one, the last subnormal one, the first zero; 1 and beside it.
        ["exp"] = [0x42b17218, 0xc2aeac50, 0xc2cff1b5, 0xc2d00000, 0x33800000, 0xb3000000, 0x34000000, 0xb3800000],
        ["sigmoid"] = [0x418aa123, 0xc2aeac50, 0xc2cff1b5, 0xc2d00000, 0x34000000, 0xb4000000, 0xb3800000],
        ["silu"] = [0x418aa123, 0xc2aeac50, 0xc2b40000, 0xc2cff1b5, 0xc2d80000, 0xc2d95214, 0xc2e00000, 0x00000005, 0x80000007, 0x007ffffd, 0x807ffffd],
        ["log"] = [0x3f800000, 0x00800000, 0x402df854, 0xbf800000, 0x3f7fff00, 0x3f8000ff],
        ["exp2"] = [0x43000000, 0xc2fc0000, 0xc3150000, 0xc3158000, 0xc3160000, 0x33800000, 0x3f000000, 0x40000000, 0xc0400000],
        ["log2"] = [0x00800000, 0x3f800000, 0x40400000, 0x40800000, 0x3e000000, 0xbf800000, 0x00000004],
        ["tanh"] = [0x41102cb4, 0x41200000, 0xc1102cb4, 0x39800000, 0x33000000, 0x00000005, 0x3f800000],
        ["erf"] = [0x407ad445, 0x40800000, 0xc07ad445, 0x39800000, 0x33000000, 0x00000005, 0x3f800000],
        ["gelu"] = [0xc1500000, 0xc1600000, 0xc165b275, 0xc1680000, 0x40a80000, 0x41000000, 0xbf400000, 0x00000005, 0x80000007],
        ["gelu.tanh"] = [0xc1200000, 0xc1280000, 0xc12c557a, 0xc1300000, 0x40a80000, 0x41000000, 0xbf400000, 0x00000005, 0x80000007],
        ["softplus"] = [0xc2aeac50, 0xc2cff1b5, 0xc2d00000, 0x41800000, 0x42c80000, 0xb3800000],
        ["sin"] = [0x40490fdb, 0x3fc90fdb, 0x4b7fffff, 0x61a3db8c, 0x7e800000, 0x39800000, 0x40c90fdb, 0x5f5f5f5f],
        ["cos"] = [0x40490fdb, 0x3fc90fdb, 0x4b7fffff, 0x61a3db8c, 0x7e800000, 0x39800000, 0x40c90fdb, 0x5f5f5f5f],
        ["rsqrt"] = [0x007fffff, 0x40800000, 0x3f800000, 0xbf800000, 0x41800000, 0x3e800000, 0x00000004],
    };

    public static uint[] Of(string mnemonic) => [.. Around(Limits[mnemonic]), .. NearMidway.Of(mnemonic)];

    private static IEnumerable<uint> Around(params uint[] bits) => bits.SelectMany(static b => (uint[])[b - 1, b, b + 1]);
}
