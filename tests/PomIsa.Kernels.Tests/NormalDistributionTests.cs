using FsCheck.Xunit;
using PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 60, QuietOnSuccess = true)]
public sealed class NormalDistributionTests
{
    [Property]
    public void Fast_erf_and_gelus_equal_the_reference(Length length, Seed seed)
    {
        float[] x = new Values(seed.Value).Mixed(length.Value);
        float[] erf = new float[x.Length], gelu = new float[x.Length], tanh = (float[])x.Clone();
        Elementary.Erf(x, erf);
        Elementary.Gelu(x, gelu);
        Elementary.GeluTanh(tanh, tanh);
        Bits.Equal(Array.ConvertAll(x, NormalDistribution.Erf), erf);
        Bits.Equal(Array.ConvertAll(x, NormalDistribution.Gelu), gelu);
        Bits.Equal(Array.ConvertAll(x, Reference.GeluTanh.Gelu), tanh);
    }

    [Fact]
    public void Approximations_of_erf_and_the_gelus_keep_their_bounds()
    {
        Approximation.KeepsItsBound<Erf>([.. Approximation.Points(-3.98f, 3.98f, 4004), 1e-10f], NormalDistribution.ErfPair);
        Approximation.KeepsItsBound<Gelu>([.. Approximation.Points(-9f, 6f, 4004), -1e-10f], NormalDistribution.GeluPair);
        Approximation.KeepsItsBound<GeluTanh>([.. Approximation.Points(-8f, 11f, 4004), -1e-10f], Reference.GeluTanh.Pair);
    }

    // Limits, subnormal results, where each function reaches its limit, and arguments whose results are next to a midpoint. Bits from
    // evaluation with 1200 bits.
    [Theory]
    [InlineData(0x00000001u, 0x00000001u)]
    [InlineData(0x80000001u, 0x80000001u)]
    [InlineData(0x007fffffu, 0x00906eb9u)]
    [InlineData(0x3f800000u, 0x3f57bb3du)]
    [InlineData(0xbf800000u, 0xbf57bb3du)]
    [InlineData(0x407ad444u, 0x3f7fffffu)]
    [InlineData(0x407ad445u, 0x3f800000u)]
    [InlineData(0x0f2a320cu, 0x0f400b88u)]
    [InlineData(0x222a320cu, 0x22400b88u)]
    [InlineData(0x00000000u, 0x00000000u)]
    [InlineData(0x80000000u, 0x80000000u)]
    [InlineData(0x7f800000u, 0x3f800000u)]
    [InlineData(0xff800000u, 0xbf800000u)]
    [InlineData(0xffc12345u, 0x7fc00000u)]
    public void Erf_gives_these_bits(uint x, uint y) =>
        Assert.Equal(y, BitConverter.SingleToUInt32Bits(Elementary.Erf(BitConverter.UInt32BitsToSingle(x))));

    [Theory]
    [InlineData(0x00000001u, 0x00000001u)]
    [InlineData(0x80000001u, 0x80000000u)]
    [InlineData(0x00000002u, 0x00000001u)]
    [InlineData(0x00000003u, 0x00000002u)]
    [InlineData(0x80000003u, 0x80000001u)]
    [InlineData(0x00800001u, 0x00400001u)]
    [InlineData(0x3f800000u, 0x3f57625fu)]
    [InlineData(0xbf800000u, 0xbe227686u)]
    [InlineData(0xc165b274u, 0x80000001u)]
    [InlineData(0xc165b275u, 0x80000000u)]
    [InlineData(0xc1500000u, 0x81d87b8au)]
    [InlineData(0x40b00000u, 0x40b00000u)]
    [InlineData(0xb8679055u, 0xb7e78db8u)]
    [InlineData(0x00000000u, 0x00000000u)]
    [InlineData(0x80000000u, 0x80000000u)]
    [InlineData(0x7f800000u, 0x7f800000u)]
    [InlineData(0xff800000u, 0x80000000u)]
    [InlineData(0x7f812345u, 0x7fc00000u)]
    public void Gelu_gives_these_bits(uint x, uint y) =>
        Assert.Equal(y, BitConverter.SingleToUInt32Bits(Elementary.Gelu(BitConverter.UInt32BitsToSingle(x))));

    [Theory]
    [InlineData(0x00000001u, 0x00000001u)]
    [InlineData(0x80000001u, 0x80000000u)]
    [InlineData(0x00000002u, 0x00000001u)]
    [InlineData(0x00000003u, 0x00000002u)]
    [InlineData(0x80000003u, 0x80000001u)]
    [InlineData(0x00800001u, 0x00400001u)]
    [InlineData(0x3f800000u, 0x3f57585cu)]
    [InlineData(0xbf800000u, 0xbe229e91u)]
    [InlineData(0xc12c5579u, 0x80000001u)]
    [InlineData(0xc12c557au, 0x80000000u)]
    [InlineData(0xc1100000u, 0x91296a98u)]
    [InlineData(0x40b00000u, 0x40b00000u)]
    [InlineData(0xb8679055u, 0xb7e78db8u)]
    [InlineData(0x00000000u, 0x00000000u)]
    [InlineData(0x80000000u, 0x80000000u)]
    [InlineData(0x7f800000u, 0x7f800000u)]
    [InlineData(0xff800000u, 0x80000000u)]
    [InlineData(0x7f812345u, 0x7fc00000u)]
    public void GeluTanh_gives_these_bits(uint x, uint y) =>
        Assert.Equal(y, BitConverter.SingleToUInt32Bits(Elementary.GeluTanh(BitConverter.UInt32BitsToSingle(x))));
}
