using PomIsa.Exhaustive.MultiPrecision;
using PomIsa.Exhaustive.Oracles;
using PomIsa.Exhaustive.Tables;

namespace PomIsa.Exhaustive.Tests;

/// <summary>The two halves of an oracle against each other: what f64 settles, multi-precision confirms.</summary>
public sealed class OracleTests
{
    public static TheoryData<string> Names =>
        ["exp", "exp2", "log", "log2", "sigmoid", "silu", "softplus", "tanh", "erf", "gelu", "gelu.tanh", "rsqrt", "sin", "cos"];

    [MpfrTheory]
    [MemberData(nameof(Names))]
    public void What_f64_settles_is_what_multi_precision_decides(string name)
    {
        Oracle oracle = Oracle.Of(name);
        var edges = new float[4608];
        SampleInputs.Fill(0, edges);
        Assert.All(edges.Where(static x => x != 0 && float.IsFinite(x)), x => Same(oracle, x));
        for (uint i = 0; i < 20_000; i++)
        {
            float x = BitConverter.UInt32BitsToSingle(unchecked(i * 0x9e3779b1));
            if (float.IsFinite(x) && x != 0)
            {
                Same(oracle, x);
            }
        }
    }

    // Values that are known otherwise, and roundings that a detour over f64 gets wrong.
    [MpfrTheory]
    [InlineData("exp", 0x33800000u, 0x3f800001u)] // 1 + 2^-24 + 2^-49
    [InlineData("exp", 0x42b17218u, 0x7f800000u)]
    [InlineData("exp", 0xc2cff1b4u, 0x00000001u)]
    [InlineData("exp", 0xc2cff1b5u, 0x00000000u)]
    [InlineData("exp2", 0xc3160000u, 0x00000000u)] // 2^-150: midway, to even
    [InlineData("exp2", 0xc315ffffu, 0x00000001u)]
    [InlineData("exp2", 0xc3150000u, 0x00000001u)]
    [InlineData("exp2", 0x41200000u, 0x44800000u)]
    [InlineData("silu", 0x00000001u, 0x00000001u)] // half the least subnormal, and a little more
    [InlineData("silu", 0x80000001u, 0x80000000u)]
    [InlineData("gelu", 0x00000003u, 0x00000002u)]
    [InlineData("gelu.tanh", 0x80000003u, 0x80000001u)]
    [InlineData("sigmoid", 0x34000000u, 0x3f000000u)]
    [InlineData("rsqrt", 0x40800000u, 0x3f000000u)]
    [InlineData("log2", 0x41000000u, 0x40400000u)]
    [InlineData("log", 0x3f800000u, 0x00000000u)]
    public void A_reference_decides(string name, uint x, uint y) => Assert.Equal(y, Oracle.Of(name).Decide(BitConverter.UInt32BitsToSingle(x)));

    [MpfrTheory]
    [InlineData("log", 0x80000001u)]
    [InlineData("log2", 0xff7fffffu)]
    [InlineData("rsqrt", 0xbf800000u)]
    public void Where_there_is_no_value_it_is_the_one_NaN(string name, uint x) =>
        Assert.Equal(0x7fc00000u, Oracle.Of(name).Settle(BitConverter.UInt32BitsToSingle(x)));

    private static void Same(Oracle oracle, float x)
    {
        if (oracle.Settle(x) is { } settled && settled != 0x7fc00000)
        {
            Assert.Equal((BitConverter.SingleToUInt32Bits(x), oracle.Decide(x)), (BitConverter.SingleToUInt32Bits(x), settled));
        }
    }
}

/// <summary>Runs where both libraries of the oracles are.</summary>
internal sealed class MpfrTheoryAttribute : TheoryAttribute
{
    public MpfrTheoryAttribute() => Skip = MpfrLibrary.Missing ?? LibM.Missing;
}

/// <inheritdoc/>
internal sealed class MpfrFactAttribute : FactAttribute
{
    public MpfrFactAttribute() => Skip = MpfrLibrary.Missing ?? LibM.Missing;
}
