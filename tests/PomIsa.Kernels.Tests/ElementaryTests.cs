using FsCheck.Xunit;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 300, QuietOnSuccess = true)]
public sealed class ElementaryTests
{
    public static TheoryData<string> Names => [.. ElementaryFunctions.All.Select(static f => f.Name)];

    [Property]
    public void Fast_functions_equal_their_references(Length length, Seed seed)
    {
        foreach (ElementaryFunction function in ElementaryFunctions.All)
        {
            float[] x = new Values(seed.Value).Mixed(length.Value), y = (float[])x.Clone();
            function.Apply(y, y);
            Bits.Equal(Array.ConvertAll(x, v => function.Reference(v)), y);
        }
    }

    // A prime step through all 2^32 patterns: every exponent of both signs many times over.
    [Theory]
    [MemberData(nameof(Names))]
    public void Fast_functions_equal_their_references_at_every_exponent(string name)
    {
        const uint Step = 99_991;
        ElementaryFunction function = ElementaryFunctions.All.Single(f => f.Name == name);
        float[] x = [.. Enumerable.Range(0, (int)(uint.MaxValue / Step)).Select(static i => BitConverter.UInt32BitsToSingle((uint)i * Step))];
        float[] y = new float[x.Length];
        function.Apply(x, y);
        Bits.Equal(Array.ConvertAll(x, v => function.Reference(v)), y);
    }

    [Property]
    public void One_value_gives_what_a_span_gives(Wild x)
    {
        (Func<float, float> One, Func<float, float> Reference)[] functions =
        [
            (Elementary.Exp, Reference.Elementary.Exp), (Elementary.Exp2, Reference.Elementary.Exp2),
            (Elementary.Log, Reference.Elementary.Log), (Elementary.Log2, Reference.Elementary.Log2),
            (Elementary.Sigmoid, Reference.Elementary.Sigmoid), (Elementary.Silu, Reference.Elementary.Silu),
            (Elementary.Softplus, Reference.Elementary.Softplus), (Elementary.Tanh, Reference.Elementary.Tanh),
            (Elementary.Rsqrt, Reference.Elementary.Rsqrt),
        ];
        Assert.All(functions, f => Bits.Equal(f.Reference(x.Value), f.One(x.Value)));
    }

    [Fact]
    public void Lengths_that_disagree_are_refused() =>
        Assert.All(ElementaryFunctions.All, static f => Assert.Throws<ArgumentException>(() => f.Apply(new float[16], new float[17])));

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
