using FsCheck.Xunit;
using PomIsa.Chain.Pressure;

namespace PomIsa.Chain.Tests.Pressure;

public sealed class Q32Tests
{
    [Theory]
    [InlineData(0, 0, 0x0)]
    [InlineData(1, 0, 0x1_0000_0000)]
    [InlineData(0, 7, 0x0)]
    [InlineData(1, 2, 0x8000_0000)]
    [InlineData(1, 3, 0x5555_5555)]
    [InlineData(2, 3, 0xaaaa_aaaa)]
    [InlineData(3, 3, 0x1_0000_0000)]
    [InlineData(4, 3, 0x1_0000_0000)]
    [InlineData(long.MaxValue - 1, long.MaxValue, 0xffff_ffff)]
    [InlineData(1, long.MaxValue, 0x0)]
    public void A_share_is_cut_to_32_bits_after_the_point(long part, long whole, long raw) =>
        Assert.Equal(raw, Q32.Share(part, whole).Raw);

    [Theory]
    [InlineData(0x1_8000_0000, 0x2_0000_0000, 0x3_0000_0000)]
    [InlineData(1, 1, 0)]
    [InlineData(-1, 1, -1)]
    [InlineData(-0x1_8000_0000, 0x8000_0000, -0xc000_0000)]
    [InlineData(0x5555_5555, 0x3_0000_0000, 0xffff_ffff)]
    public void A_product_rounds_towards_minus_infinity(long left, long right, long raw) =>
        Assert.Equal(raw, (new Q32(left) * new Q32(right)).Raw);

    [Fact]
    public void Whatever_leaves_the_range_throws()
    {
        var most = new Q32(long.MaxValue);
        var least = new Q32(long.MinValue);
        Assert.Throws<OverflowException>(() => most + new Q32(1));
        Assert.Throws<OverflowException>(() => least - new Q32(1));
        Assert.Throws<OverflowException>(() => most * new Q32(0x1_0000_0001));
        Assert.Throws<OverflowException>(() => least * least);
        Assert.Throws<ArgumentOutOfRangeException>(() => Q32.Share(-1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Q32.Share(1, -3));
    }

    [Theory]
    [InlineData(300, "0.3000", 300)]
    [InlineData(1000, "1.0000", 1000)]
    [InlineData(2500, "2.5000", 2500)]
    [InlineData(0, "0.0000", 0)]
    [InlineData(int.MaxValue, "2147483.6470", int.MaxValue)]
    public void Thousandths_come_back(int permille, string text, long back)
    {
        Assert.Equal(text, Q32.Permille(permille).ToString());
        Assert.Equal(back, Q32.Permille(permille).InPermille);
    }

    [Fact]
    public void Negative_values_print_with_their_sign() => Assert.Equal("-1.5000", new Q32(-0x1_8000_0000).ToString());

    [Property(MaxTest = 500)]
    public void A_share_is_the_exact_quotient_rounded_down(ulong seed)
    {
        long part = Wide(ref seed), whole = Wide(ref seed);
        System.Numerics.BigInteger exact = whole == 0
            ? (part == 0 ? 0 : 1L << 32)
            : System.Numerics.BigInteger.Min(((System.Numerics.BigInteger)part << 32) / whole, 1L << 32);
        Assert.Equal(exact, (System.Numerics.BigInteger)Q32.Share(part, whole).Raw);
    }

    // Exponents spread over the whole range: plain random numbers would all be huge.
    internal static long Wide(ref ulong seed)
    {
        int shift = 1 + (int)(SampleStream.Mix(ref seed) % 63);
        return (long)(SampleStream.Mix(ref seed) >> shift);
    }
}
