using FsCheck.Xunit;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 300, QuietOnSuccess = true)]
public sealed class ElementaryTests
{
    [Property]
    public void Fast_exp_sigmoid_and_silu_equal_the_reference(Length length, Seed seed)
    {
        float[] x = new Values(seed.Value).Mixed(length.Value);
        float[] exp = new float[x.Length], sigmoid = new float[x.Length], silu = (float[])x.Clone();
        Elementary.Exp(x, exp);
        Elementary.Sigmoid(x, sigmoid);
        Elementary.Silu(silu, silu);
        Bits.Equal(Array.ConvertAll(x, Reference.Elementary.Exp), exp);
        Bits.Equal(Array.ConvertAll(x, Reference.Elementary.Sigmoid), sigmoid);
        Bits.Equal(Array.ConvertAll(x, Reference.Elementary.Silu), silu);
    }

    [Property]
    public void One_value_gives_what_a_span_gives(Wild x)
    {
        Bits.Equal(Reference.Elementary.Exp(x.Value), Elementary.Exp(x.Value));
        Bits.Equal(Reference.Elementary.Sigmoid(x.Value), Elementary.Sigmoid(x.Value));
        Bits.Equal(Reference.Elementary.Silu(x.Value), Elementary.Silu(x.Value));
    }

    // Hard cases and limits; bits from MPFR at 500 bits.
    [Theory]
    [InlineData(0x00000000u, 0x3f800000u)]
    [InlineData(0x80000000u, 0x3f800000u)]
    [InlineData(0x33800000u, 0x3f800001u)] // 1 + 2^-24 + 2^-49: just above a midpoint
    [InlineData(0xb3000000u, 0x3f800000u)] // 1 - 2^-25 + 2^-51: just above a midpoint
    [InlineData(0x42b17217u, 0x7f7fff84u)]
    [InlineData(0x42b17218u, 0x7f800000u)]
    [InlineData(0xc2cff1b4u, 0x00000001u)]
    [InlineData(0xc2cff1b5u, 0x00000000u)]
    [InlineData(0x7f800000u, 0x7f800000u)]
    [InlineData(0xff800000u, 0x00000000u)]
    [InlineData(0xffc12345u, 0x7fc00000u)]
    public void Exp_gives_these_bits(uint x, uint y) =>
        Assert.Equal(y, BitConverter.SingleToUInt32Bits(Elementary.Exp(BitConverter.UInt32BitsToSingle(x))));

    [Theory]
    [InlineData(0x00000000u, 0x3f000000u)]
    [InlineData(0x34000000u, 0x3f000000u)] // 1/2 + 2^-25 - 2^-74.6: just below a midpoint
    [InlineData(0xb3800000u, 0x3f000000u)] // 1/2 - 2^-26 + 2^-77.6: just above a midpoint
    [InlineData(0x7f800000u, 0x3f800000u)]
    [InlineData(0xff800000u, 0x00000000u)]
    [InlineData(0x7f812345u, 0x7fc00000u)]
    public void Sigmoid_gives_these_bits(uint x, uint y) =>
        Assert.Equal(y, BitConverter.SingleToUInt32Bits(Elementary.Sigmoid(BitConverter.UInt32BitsToSingle(x))));

    [Theory]
    [InlineData(0x00000000u, 0x00000000u)]
    [InlineData(0x80000000u, 0x80000000u)]
    [InlineData(0x00000001u, 0x00000001u)] // half the least subnormal, and a little more
    [InlineData(0x80000001u, 0x80000000u)] // half of it below zero, a little less
    [InlineData(0x00000003u, 0x00000002u)]
    [InlineData(0x80000003u, 0x80000001u)]
    [InlineData(0x7f800000u, 0x7f800000u)]
    [InlineData(0xff800000u, 0x80000000u)]
    [InlineData(0xff7fffffu, 0x80000000u)]
    [InlineData(0x7fffffffu, 0x7fc00000u)]
    public void Silu_gives_these_bits(uint x, uint y) =>
        Assert.Equal(y, BitConverter.SingleToUInt32Bits(Elementary.Silu(BitConverter.UInt32BitsToSingle(x))));
}
