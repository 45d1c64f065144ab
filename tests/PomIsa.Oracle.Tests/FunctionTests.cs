using PomIsa.Exhaustive.MultiPrecision;
using PomIsa.Oracle.Elementary;
using PomIsa.Oracle.Families;
using PomIsa.Oracle.Numbers;
using Independent = PomIsa.Exhaustive.Oracles.Oracle;

namespace PomIsa.Oracle.Tests;

/// <summary>Elementary functions: what spec/numerics.md publishes of them, and what MPFR gives where it is there.</summary>
public sealed class FunctionTests
{
    private const int Drawn = 1500;

    public static TheoryData<string> Names => [.. Functions.All.Keys];

    // The tables and thresholds of spec/numerics.md, chapter 4.
    [Theory]
    [InlineData("exp", "ff800000 00000000 80000000 3f800000 00000000 3f800000 7f800000 7f800000 42b17217 7f7fff84 42b17218 7f800000 c2cff1b4 00000001 c2cff1b5 00000000")]
    [InlineData("exp2", "ff800000 00000000 43000000 7f800000 c3160000 00000000 c315ffff 00000001 41200000 44800000")]
    [InlineData("log", "ff800000 7fc00000 80000000 ff800000 00000000 ff800000 7f800000 7f800000 3f800000 00000000 bf800000 7fc00000")]
    [InlineData("log2", "ff800000 7fc00000 80000000 ff800000 3f800000 00000000 41000000 40400000 00000001 c3150000")]
    [InlineData("sigmoid", "ff800000 00000000 80000000 3f000000 7f800000 3f800000 418aa122 3f7fffff 418aa123 3f800000 c2cff1b4 00000001 c2cff1b5 00000000")]
    [InlineData("silu", "ff800000 80000000 80000000 80000000 7f800000 7f800000 00000003 00000002 80000003 80000001 c2d95213 80000001 c2d95214 80000000")]
    [InlineData("softplus", "ff800000 00000000 80000000 3f317218 00000000 3f317218 7f800000 7f800000 c2cff1b4 00000001 c2cff1b5 00000000")]
    [InlineData("tanh", "ff800000 bf800000 80000000 80000000 7f800000 3f800000 41102cb3 3f7fffff 41102cb4 3f800000 c1102cb4 bf800000")]
    [InlineData("rsqrt", "ff800000 7fc00000 80000000 ff800000 00000000 7f800000 7f800000 00000000 40800000 3f000000")]
    [InlineData("erf", "ff800000 bf800000 80000000 80000000 7f800000 3f800000 407ad444 3f7fffff 407ad445 3f800000 c07ad445 bf800000")]
    [InlineData("gelu", "ff800000 80000000 80000000 80000000 7f800000 7f800000 00000001 00000001 80000001 80000000 c165b274 80000001 c165b275 80000000")]
    [InlineData("gelu.tanh", "ff800000 80000000 80000000 80000000 7f800000 7f800000 00000001 00000001 80000001 80000000 c12c5579 80000001 c12c557a 80000000")]
    [InlineData("sin", "ff800000 7fc00000 80000000 80000000 7f800000 7fc00000")]
    [InlineData("cos", "ff800000 7fc00000 80000000 3f800000 7f800000 7fc00000")]
    public void Limits_and_thresholds_are_those_of_the_page(string name, string pairs)
    {
        foreach (string[] pair in pairs.Split(' ').Chunk(2))
        {
            Assert.Equal((pair[0], pair[1]), (pair[0], Functions.All[name](new F32(Convert.ToUInt32(pair[0], 16))).Bits.ToString("x8")));
        }

        Assert.All(Values.NaNs, nan => Assert.Equal(F32.NaN, Functions.All[name](nan)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_are_those_of_MPFR(string name)
    {
        if (MpfrLibrary.Missing is not null)
        {
            return;
        }

        var draw = new Draw(Seeds.Of(name));
        Independent mpfr = Independent.Of(name);
        IEnumerable<F32> inputs = HardInputs.Of(name).Select(static bits => new F32(bits))
            .Concat(Enumerable.Range(0, Drawn).Select(_ => draw.Spread(-24, 6))).Concat(Enumerable.Range(0, Drawn / 3).Select(_ => draw.Spread(-126, 127)));
        foreach (F32 x in inputs.Where(static x => x.IsFinite && !x.IsZero && !x.IsNaN))
        {
            float value = BitConverter.UInt32BitsToSingle(x.Bits);
            uint expected = mpfr.Settle(value) is 0x7fc00000 ? 0x7fc00000 : mpfr.Decide(value);
            uint got = Functions.All[name](x).Bits;
            Assert.True(expected == got, $"{name}({x.Bits:x8}): {expected:x8}, got {got:x8}");
        }
    }

    [Theory]
    [InlineData("257", "3", "16974592")]
    [InlineData("2", "-150", "0")]
    [InlineData("2", "-149", "tiny")]
    [InlineData("-2", "3", "-8")]
    [InlineData("4", "0.5", "2")]
    [InlineData("81", "0.75", "27")]
    [InlineData("0.0625", "-0.25", "2")]
    [InlineData("-0", "-3", "-inf")]
    [InlineData("-0", "-2", "inf")]
    [InlineData("-1", "inf", "1")]
    [InlineData("0.5", "-inf", "inf")]
    [InlineData("2", "-inf", "0")]
    [InlineData("-inf", "3", "-inf")]
    [InlineData("-inf", "-3", "-0")]
    [InlineData("1", "1e30", "1")]
    [InlineData("10", "38", "1e38")]
    [InlineData("10", "39", "inf")]
    [InlineData("1.0000001", "1e38", "inf")]
    [InlineData("0.99999994", "1e38", "0")]
    [InlineData("-1.0000001", "16777215", "-7.3890543")]
    public void Powers_are_exact_where_they_can_be_and_keep_the_special_cases(string x, string y, string power) =>
        Assert.Equal(Values.Number(power), Power.Pow(Values.Number(x), Values.Number(y)));

    [Fact]
    public void Powers_of_one_half_are_square_roots_and_squares_are_products()
    {
        var draw = new Draw(7);
        for (int i = 0; i < 3000; i++)
        {
            F32 x = draw.Spread(-60, 60).Abs;
            Assert.Equal(F32.Sqrt(x), Power.Pow(x, F32.Parse("0.5")));
            Assert.Equal(x * x, Power.Pow(x, F32.Of(2)));
            Assert.Equal(F32.One / x, Power.Pow(x, F32.Parse("-1")));
        }
    }
}
