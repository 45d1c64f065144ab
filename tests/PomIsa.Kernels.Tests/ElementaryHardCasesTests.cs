namespace PomIsa.Kernels.Tests;

/// <summary>
/// Inputs whose exact results lie within 2^-43 of a midpoint between two f32, relative, and the first inputs at their limits:
/// fast path and reference. Bits from MPFR and mpmath at 600 bits.
/// </summary>
public sealed class ElementaryHardCasesTests
{
    [Theory]
    [InlineData("exp", 0x33800000u, 0x3f800001u)] // 1 + 2^-24 + 2^-49: just above a midpoint
    [InlineData("exp", 0xb3000000u, 0x3f800000u)] // 1 - 2^-25 + 2^-51: just above a midpoint
    [InlineData("exp", 0x42b17217u, 0x7f7fff84u)]
    [InlineData("exp", 0x42b17218u, 0x7f800000u)]
    [InlineData("exp", 0xc2cff1b4u, 0x00000001u)]
    [InlineData("exp", 0xc2cff1b5u, 0x00000000u)]
    [InlineData("exp", 0xbbd2ec29u, 0x3f7e5b82u)]
    [InlineData("exp", 0x3cc0de8fu, 0x3f830ca1u)]
    [InlineData("exp", 0xc29749e5u, 0x08e9aaa0u)]
    [InlineData("exp2", 0x3f07bca6u, 0x3fb8d9f6u)]
    [InlineData("exp2", 0x407349c8u, 0x415f12eeu)]
    [InlineData("exp2", 0xbb2e2a6au, 0x3f7f8763u)]
    [InlineData("exp2", 0x42ffffffu, 0x7f7fffa7u)] // 128 and its neighbour
    [InlineData("exp2", 0x43000000u, 0x7f800000u)]
    [InlineData("exp2", 0xc3160000u, 0x00000000u)] // 2^-150: the midpoint of 0 and the least subnormal
    [InlineData("exp2", 0xc315ffffu, 0x00000001u)]
    [InlineData("log", 0x55b923c6u, 0x41f6f0c2u)]
    [InlineData("log", 0x1361fca1u, 0xc2747c92u)]
    [InlineData("log", 0x00a82679u, 0xc2ae20a0u)]
    [InlineData("log", 0x00000001u, 0xc2ce8ed0u)] // the least subnormal
    [InlineData("log", 0x3f7fffffu, 0xb3800000u)] // the neighbours of 1
    [InlineData("log", 0x3f800001u, 0x33ffffffu)]
    [InlineData("log2", 0x66914a90u, 0x429c5d98u)]
    [InlineData("log2", 0x37554996u, 0xc1821b55u)]
    [InlineData("log2", 0x2c258a16u, 0xc21a8411u)]
    [InlineData("log2", 0x3f7fffffu, 0xb3b8aa3cu)]
    [InlineData("log2", 0x3f800001u, 0x3438aa3au)]
    [InlineData("sigmoid", 0x34000000u, 0x3f000000u)] // 1/2 + 2^-25 - 2^-74.6: just below a midpoint
    [InlineData("sigmoid", 0xb3800000u, 0x3f000000u)] // 1/2 - 2^-26 + 2^-77.6: just above a midpoint
    [InlineData("sigmoid", 0x41339e23u, 0x3f7fff20u)]
    [InlineData("sigmoid", 0x3bf7614du, 0x3f007bb1u)]
    [InlineData("sigmoid", 0xc29749e5u, 0x08e9aaa0u)]
    [InlineData("sigmoid", 0x418aa123u, 0x3f800000u)] // 1 from here on
    [InlineData("sigmoid", 0x418aa122u, 0x3f7fffffu)]
    [InlineData("silu", 0x00000001u, 0x00000001u)] // half the least subnormal, and a little more
    [InlineData("silu", 0x80000001u, 0x80000000u)] // half of it below zero, a little less
    [InlineData("silu", 0x00000003u, 0x00000002u)]
    [InlineData("silu", 0x80000003u, 0x80000001u)]
    [InlineData("silu", 0x39e59748u, 0x3965a426u)]
    [InlineData("silu", 0x3beab6d3u, 0x3b6b8e06u)]
    [InlineData("silu", 0xc2d95214u, 0x80000000u)] // -0 from here on down
    [InlineData("silu", 0xc2d95213u, 0x80000001u)]
    [InlineData("softplus", 0x3f1c0467u, 0x3f859481u)]
    [InlineData("softplus", 0xbc50003cu, 0x3f2fd36au)]
    [InlineData("softplus", 0xc06322fdu, 0x3ce838f1u)]
    [InlineData("softplus", 0xc29749e5u, 0x08e9aaa0u)]
    [InlineData("softplus", 0xc2cff1b5u, 0x00000000u)]
    [InlineData("softplus", 0xc2cff1b4u, 0x00000001u)]
    [InlineData("tanh", 0xbe3044f2u, 0xbe2e8c76u)]
    [InlineData("tanh", 0xb9b89b9cu, 0xb9b89b9cu)]
    [InlineData("tanh", 0xbc5a35d5u, 0xbc5a3288u)]
    [InlineData("tanh", 0x41102cb4u, 0x3f800000u)] // 1 from here on
    [InlineData("tanh", 0x41102cb3u, 0x3f7fffffu)]
    [InlineData("tanh", 0x80000001u, 0x80000001u)]
    [InlineData("rsqrt", 0x0d8a5c86u, 0x58763a5eu)]
    [InlineData("rsqrt", 0x453a18e3u, 0x3c96209eu)]
    [InlineData("rsqrt", 0x02d7aea0u, 0x5dc536ccu)]
    [InlineData("rsqrt", 0x00000001u, 0x64b504f3u)]
    public void Results_have_these_bits(string name, uint x, uint y)
    {
        ElementaryFunction function = ElementaryFunctions.All.Single(f => f.Name == name);
        float[] values = new float[33];
        Array.Fill(values, BitConverter.UInt32BitsToSingle(x));
        float expected = BitConverter.UInt32BitsToSingle(y);
        Bits.Equal(expected, function.Reference(values[0]));
        function.Apply(values, values);
        Assert.All(values, v => Bits.Equal(expected, v));
    }
}
