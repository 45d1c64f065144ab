using FsCheck.Xunit;
using PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 100, QuietOnSuccess = true)]
public sealed class PowerTests
{
    private const float Infinity = float.PositiveInfinity;

    [Property]
    public void Fast_pow_equals_the_reference(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] x = new float[length.Value], y = new float[length.Value], z = new float[length.Value];
        bool tame = values.Below(4) != 0;
        for (int i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = tame ? (Math.Abs(values.Tame(6)), values.Tame(3)) : Powers.Pair(values);
            x[i] = values.Below(8) == 0 ? -x[i] : x[i];
        }

        Elementary.Pow(x, y, z);
        Bits.Equal([.. x.Zip(y, Power.Pow)], z);
        Elementary.Pow(x, y, x);
        Bits.Equal(z, x);
    }

    [Property]
    public void The_reference_equals_an_evaluation_of_320_bits(Seed seed)
    {
        var values = new Values(seed.Value);
        for (int i = 0; i < 10; i++)
        {
            (float x, float y) = Powers.Pair(values);
            if (float.IsFinite(x) && float.IsFinite(y) && x > 0 && y != 0)
            {
                Bits.Equal(Powers.Expected(x, y), Power.Pow(x, y));
            }
        }
    }

    [MpfrFact]
    public void The_reference_equals_mpfr()
    {
        var values = new Values(1);
        for (int i = 0; i < 20_000; i++)
        {
            (float x, float y) = Powers.Pair(values);
            Bits.Equal(Mpfr.Pow(x, y, 400), Power.Pow(x, y));
            Bits.Equal(Mpfr.Pow(-x, y, 400), Power.Pow(-x, y));
        }
    }

    [Fact]
    public void The_hardest_known_pairs_are_right_by_every_way()
    {
        foreach ((uint xBits, uint yBits) in HardPowers.Pairs)
        {
            float x = BitConverter.UInt32BitsToSingle(xBits), y = BitConverter.UInt32BitsToSingle(yBits);
            float expected = Powers.Expected(x, y);
            Bits.Equal(expected, Power.Pow(x, y));
            Bits.Equal(expected, Elementary.Pow(x, y));
            Bits.Equal(expected, PrecisePower.Pow(x, y));
        }
    }

    [Fact]
    public void The_approximation_of_pow_keeps_its_bound()
    {
        var values = new Values(7);
        for (int i = 0; i < 5_000; i++)
        {
            float x = Math.Abs(values.Tame(values.Below(2) == 0 ? 1 : 40));
            float y = (float)(((values.Below(2001) - 1000) / 1000.0 * 60) / Math.Log2(x));
            Approximation.KeepsItsBound(x, y);
        }
    }

    [Theory]
    [InlineData(1.5f, 2, 2.25f)]
    [InlineData(3, 5, 243)]
    [InlineData(-3, 5, -243)]
    [InlineData(-3, 4, 81)]
    [InlineData(6.25f, 0.5f, 2.5f)]
    [InlineData(6.25f, 1.5f, 15.625f)]
    [InlineData(1679616, 0.125f, 6)]
    [InlineData(8, -1, 0.125f)]
    [InlineData(3, -1, 0.33333334f)]
    [InlineData(4097, 2, 16785408)] // 16785409, a tie
    [InlineData(4099, 2, 16801800)] // 16801801 likewise
    [InlineData(257, 3, 16974592)] // 16974593 likewise
    [InlineData(2, -149, 1.401298464324817e-45f)]
    [InlineData(2, -150, 0)] // midway between zero and the least subnormal
    [InlineData(-2, -149, -1.401298464324817e-45f)]
    [InlineData(4, -74.5f, 1.401298464324817e-45f)]
    [InlineData(3.6734198e-40f, 0.5f, 1.9166168e-20f)] // a subnormal square: 2^-131
    [InlineData(2, 128, Infinity)]
    [InlineData(float.MaxValue, 1, float.MaxValue)]
    public void Exact_powers_and_ties_are_rounded_as_they_must(float x, float y, float z)
    {
        Bits.Equal(z, Power.Pow(x, y));
        Bits.Equal(z, Elementary.Pow(x, y));
    }

    [Theory]
    [InlineData(float.NaN, 0, 1)] // x^±0 = 1 for any x
    [InlineData(Infinity, -0f, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(1, float.NaN, 1)] // 1^y = 1 for any y
    [InlineData(1, Infinity, 1)]
    [InlineData(-1, Infinity, 1)]
    [InlineData(-1, -Infinity, 1)]
    [InlineData(float.NaN, 1, float.NaN)]
    [InlineData(2, float.NaN, float.NaN)]
    [InlineData(0, -3, Infinity)] // odd integers keep the sign of zero
    [InlineData(-0f, -3, -Infinity)]
    [InlineData(-0f, 3, -0f)]
    [InlineData(0, 3, 0)]
    [InlineData(-0f, -2, Infinity)]
    [InlineData(-0f, -2.5f, Infinity)]
    [InlineData(-0f, 2, 0)]
    [InlineData(-0f, 0.5f, 0)]
    [InlineData(-0f, -Infinity, Infinity)]
    [InlineData(0, Infinity, 0)]
    [InlineData(0.5f, -Infinity, Infinity)]
    [InlineData(-0.5f, Infinity, 0)]
    [InlineData(2, -Infinity, 0)]
    [InlineData(-2, Infinity, Infinity)]
    [InlineData(-Infinity, -3, -0f)]
    [InlineData(-Infinity, -2, 0)]
    [InlineData(-Infinity, 3, -Infinity)]
    [InlineData(-Infinity, 2.5f, Infinity)]
    [InlineData(Infinity, -0.5f, 0)]
    [InlineData(Infinity, 0.5f, Infinity)]
    [InlineData(-2, 0.5f, float.NaN)] // finite x below zero, finite y that is no integer
    [InlineData(-1, 1.5f, float.NaN)]
    [InlineData(-1, 16777215, -1)]
    [InlineData(-1, 33554432, 1)]
    [InlineData(-1.0000001f, 3.4028235e38f, Infinity)]
    [InlineData(-2, -16777215, -0f)]
    public void Special_cases_are_those_of_IEEE_754(float x, float y, float z)
    {
        z = float.IsNaN(z) ? BitConverter.UInt32BitsToSingle(Lanes.CanonicalNaN) : z;
        Bits.Equal(z, Power.Pow(x, y));
        Bits.Equal(z, Elementary.Pow(x, y));
    }
}
