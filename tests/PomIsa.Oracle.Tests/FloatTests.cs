using System.Numerics;
using PomIsa.Oracle.Families;
using PomIsa.Oracle.Numbers;

namespace PomIsa.Oracle.Tests;

/// <summary>Arithmetic on whole numbers gives what IEEE 754 gives, here by the processor's own instructions.</summary>
public sealed class FloatTests
{
    private const int Drawn = 200_000;

    [Fact]
    public void Sums_products_quotients_and_fused_ones_round_as_the_processor_rounds()
    {
        foreach ((F32 a, F32 b, F32 c) in Triples())
        {
            (float x, float y, float z) = (Of(a), Of(b), Of(c));
            Same(x + y, a + b, a, b);
            Same(x - y, a - b, a, b);
            Same(x * y, a * b, a, b);
            Same(x / y, a / b, a, b);
            Same(MathF.FusedMultiplyAdd(x, y, z), F32.Fma(a, b, c), a, b, c);
            Same(MathF.Sqrt(x), F32.Sqrt(a), a);
            Same(x % y, Whole.Remainder(a, b), a, b);
        }
    }

    [Fact]
    public void Whole_numbers_come_from_f32_and_go_there_as_the_processor_converts()
    {
        var draw = new Draw(3);
        for (int i = 0; i < Drawn; i++)
        {
            F32 x = draw.Spread(-4, 70);
            long whole = (long)draw.Next() >> draw.Below(64);
            Same(MathF.Floor(Of(x)), Whole.Round(x, Whole.Mode.Down), x);
            Same(MathF.Ceiling(Of(x)), Whole.Round(x, Whole.Mode.Up), x);
            Same(MathF.Truncate(Of(x)), Whole.Round(x, Whole.Mode.ToZero), x);
            Same(MathF.Round(Of(x), MidpointRounding.ToEven), Whole.Round(x, Whole.Mode.NearestEven), x);
            Assert.Equal((long)Int128.Clamp((Int128)Of(x), long.MinValue, long.MaxValue), Whole.Clamp(x, 64));
            Assert.Equal((long)Int128.Clamp((Int128)Of(x), int.MinValue, int.MaxValue), Whole.Clamp(x, 32));
            Assert.Equal(BitConverter.SingleToUInt32Bits((float)whole), F32.Of(whole).Bits);
        }
    }

    [Fact]
    public void Halves_are_exact_and_round_once()
    {
        for (uint bits = 0; bits <= ushort.MaxValue; bits++)
        {
            float half = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            Assert.Equal(Canonical(half), Halves.FromF16(bits).Canonical.Bits);
        }

        var draw = new Draw(4);
        for (int i = 0; i < Drawn; i++)
        {
            F32 x = draw.Spread(-30, 20);
            Assert.Equal(BitConverter.HalfToUInt16Bits((Half)Of(x)), Halves.ToF16(x));
            uint nearest = (x.Bits + 0x7fff + ((x.Bits >> 16) & 1)) >> 16;
            Assert.Equal(nearest, Halves.ToBF16(x));
        }
    }

    [Fact]
    public void Long_significands_round_as_short_ones_do()
    {
        var draw = new Draw(5);
        for (int i = 0; i < 20_000; i++)
        {
            UInt128 magnitude = new(draw.Next() >> 1, draw.Next());
            int exponent = draw.Below(320) - 290;
            uint wide = FloatFormat.Binary32.Round((BigInteger)magnitude << 200, exponent - 200);
            Assert.Equal(FloatFormat.Binary32.Round(magnitude, exponent), wide);
        }
    }

    [Theory]
    [InlineData("0.1", 0x3dcccccdu)]
    [InlineData("-1e-45", 0x80000001u)]
    [InlineData("16777217", 0x4b800000u)]
    [InlineData("3.4028235e38", 0x7f7fffffu)]
    [InlineData("1e39", 0x7f800000u)]
    public void Decimal_numbers_round_once(string text, uint bits) => Assert.Equal(bits, F32.Parse(text).Bits);

    private static IEnumerable<(F32 A, F32 B, F32 C)> Triples()
    {
        foreach (F32 a in Values.Special)
        {
            foreach (F32 b in Values.Special)
            {
                foreach (F32 c in Values.Special)
                {
                    yield return (a, b, c);
                }
            }
        }

        var draw = new Draw(2);
        for (int i = 0; i < Drawn; i++)
        {
            F32 a = draw.Spread(-126, 127), b = draw.Spread(-126, 127), near = new(a.Bits + (uint)draw.Below(64) - 32);
            yield return (a, b, draw.Spread(-126, 127));
            yield return (a, near, new F32((a * b).Bits ^ 0x80000000));
            yield return (draw.Spread(-3, 3), draw.Spread(-3, 3), draw.Spread(-60, 60));
            yield return (new F32((uint)draw.Next() & 0x80ffffff), draw.Spread(-24, 1), new F32((uint)draw.Next() & 0x80ffffff));
        }
    }

    private static void Same(float expected, F32 got, params F32[] operands) =>
        Assert.True(Canonical(expected) == got.Canonical.Bits, $"{string.Join(", ", operands.Select(o => o.Bits.ToString("x8")))}: {Canonical(expected):x8}, got {got.Bits:x8}");

    private static float Of(F32 x) => BitConverter.UInt32BitsToSingle(x.Bits);

    private static uint Canonical(float x) => float.IsNaN(x) ? F32.NaN.Bits : BitConverter.SingleToUInt32Bits(x);
}
