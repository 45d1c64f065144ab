using System.Numerics;
using FsCheck.Xunit;
using PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 100, QuietOnSuccess = true)]
public sealed class TrigonometryTests
{
    [Property]
    public void Fast_sin_and_cos_equal_the_reference(Length length, Seed seed)
    {
        float[] x = new Values(seed.Value).Mixed(length.Value);
        float[] sin = new float[x.Length], cos = (float[])x.Clone();
        Elementary.Sin(x, sin);
        Elementary.Cos(cos, cos);
        Bits.Equal(Array.ConvertAll(x, Trigonometry.Sin), sin);
        Bits.Equal(Array.ConvertAll(x, Trigonometry.Cos), cos);
    }

    [Fact]
    public void Approximations_of_sin_and_cos_keep_their_bounds()
    {
        float[] points =
        [
            .. Approximation.Points(-7f, 7f, 4004), .. Approximation.Points(-Sinusoid.Far, Sinusoid.Far, 4004),
            BitConverter.UInt32BitsToSingle(0x437ce5f1), // next to a multiple of π/2
        ];
        Approximation.KeepsItsBound<Sin>(points, static x => Trigonometry.Pair(x, cosine: false));
        Approximation.KeepsItsBound<Cos>(points, static x => Trigonometry.Pair(x, cosine: true));
    }

    [Fact]
    public void The_digits_of_two_over_pi_are_those_of_a_product_with_pi()
    {
        // π by Machin's formula; 2/π · π/2 is 1 less than a unit in the last place.
        BigInteger pi = 4 * ((4 * BigNumber.ArctanInverse(5, 448)) - BigNumber.ArctanInverse(239, 448));
        BigInteger digits = 0;
        for (int word = 0; word < 6; word++)
        {
            digits = (digits << 64) | TwoOverPi.Window((64 * word) + 1);
        }

        BigInteger one = BigInteger.One << (384 + 448 + 1);
        Assert.True(digits * pi < one && (digits + 1) * pi > one);
    }

    // Limits, the range's ends, and arguments whose results are next to a midpoint. Bits from evaluation with 1200 bits.
    [Theory]
    [InlineData(0x00000001u, 0x00000001u)]
    [InlineData(0x80000001u, 0x80000001u)]
    [InlineData(0x39000000u, 0x39000000u)]
    [InlineData(0x3f800000u, 0x3f576aa4u)]
    [InlineData(0x40490fdbu, 0xb3bbbd2eu)]
    [InlineData(0x40e70813u, 0x3f4e3679u)]
    [InlineData(0x437ce5f1u, 0x3f800000u)]
    [InlineData(0x4b000000u, 0x3edd4fa3u)]
    [InlineData(0x4b000001u, 0xbf067728u)]
    [InlineData(0xcb000001u, 0x3f067728u)]
    [InlineData(0x58eb7ea9u, 0xbf654191u)]
    [InlineData(0x7a93d493u, 0x3f406f11u)]
    [InlineData(0x6504cef1u, 0xbf141a50u)]
    [InlineData(0x7f7fffffu, 0xbf0599b3u)]
    [InlineData(0xff7fffffu, 0x3f0599b3u)]
    [InlineData(0x00000000u, 0x00000000u)]
    [InlineData(0x80000000u, 0x80000000u)]
    [InlineData(0x7f800000u, 0x7fc00000u)]
    [InlineData(0xff800000u, 0x7fc00000u)]
    [InlineData(0xffc12345u, 0x7fc00000u)]
    public void Sin_gives_these_bits(uint x, uint y) =>
        Assert.Equal(y, BitConverter.SingleToUInt32Bits(Elementary.Sin(BitConverter.UInt32BitsToSingle(x))));

    [Theory]
    [InlineData(0x00000001u, 0x3f800000u)]
    [InlineData(0x39800000u, 0x3f800000u)]
    [InlineData(0x3f800000u, 0x3f0a5140u)]
    [InlineData(0x3fc90fdbu, 0xb33bbd2eu)]
    [InlineData(0x437ce5f1u, 0xb18fd1deu)]
    [InlineData(0x4b000000u, 0xbf66d965u)]
    [InlineData(0x4b000001u, 0xbf59d77fu)]
    [InlineData(0x7db91687u, 0x3edfe26du)]
    [InlineData(0xfa38ab34u, 0x3f7b3195u)]
    [InlineData(0x744fd5d8u, 0x3f6cb54au)]
    [InlineData(0xe598fdb5u, 0xbf3d75bdu)]
    [InlineData(0x7f7fffffu, 0x3f5a5f96u)]
    [InlineData(0xff7fffffu, 0x3f5a5f96u)]
    [InlineData(0x00000000u, 0x3f800000u)]
    [InlineData(0x80000000u, 0x3f800000u)]
    [InlineData(0x7f800000u, 0x7fc00000u)]
    [InlineData(0xff800000u, 0x7fc00000u)]
    [InlineData(0xffc12345u, 0x7fc00000u)]
    public void Cos_gives_these_bits(uint x, uint y) =>
        Assert.Equal(y, BitConverter.SingleToUInt32Bits(Elementary.Cos(BitConverter.UInt32BitsToSingle(x))));
}
