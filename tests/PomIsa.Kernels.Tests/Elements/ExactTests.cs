using System.Numerics;
using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference.Exact;

namespace PomIsa.Kernels.Tests;

/// <summary>Exact operations, remainders, comparisons of f32, against whole numbers of units of 2^-149.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 150, QuietOnSuccess = true)]
public sealed class ExactTests
{
    private static readonly BigInteger One = BigInteger.One << 149;

    private delegate void Map(ReadOnlySpan<float> x, Span<float> y);

    private delegate void Compares(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<byte> y);

    private delegate void ComparesOne(ReadOnlySpan<float> a, float b, Span<byte> y);

    [Property]
    public void Operations_of_one_operand_equal_the_reference(Length length, Seed seed)
    {
        float[] x = new Values(seed.Value).Mixed(length.Value);
        x = (seed.Value & 1) == 0 ? x : Array.ConvertAll(x, static v => MathF.Round(v * 8) / 2);
        Check(x, Exact.Neg, static v => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(v) ^ int.MinValue));
        Check(x, Exact.Abs, static v => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(v) & int.MaxValue));
        Check(x, Exact.Floor, static v => Ref.Whole(v, static (_, _) => false));
        Check(x, Exact.Ceil, static v => Ref.Whole(v, static (_, twice) => !twice.IsZero));
        Check(x, Exact.Round, static v => Ref.Whole(v, static (floor, twice) => twice > One || (twice == One && !floor.IsEven)));
        Check(x, Exact.Trunc, static v => Ref.Whole(v, (floor, twice) => v < 0 && !twice.IsZero));
        Check(x, Exact.Sign, static v => float.IsNaN(v) ? v : v > 0 ? 1 : v < 0 ? -1 : 0);
    }

    [Property]
    public void A_root_is_the_nearest_f32(Wild wild)
    {
        float x = wild.Value, y = Of(Exact.Sqrt, x);
        if (float.IsNaN(x) || x < 0)
        {
            Bits.Equal(Lanes.Canonical(float.NaN), y);
            return;
        }

        if (x == 0 || float.IsInfinity(x))
        {
            Bits.Equal(x, y);
            return;
        }

        // The midpoints on either side, squared: roots are never on one.
        BigInteger square = 4 * Ref.Units(x) << 149;
        BigInteger below = Ref.Units(MathF.BitDecrement(y)) + Ref.Units(y), above = Ref.Units(MathF.BitIncrement(y)) + Ref.Units(y);
        Assert.InRange(square, below * below, above * above);
    }

    [Property]
    public void Remainders_are_exact(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] a = values.Mixed(length.Value), b = values.Mixed(length.Value), y = new float[a.Length];
        float[] expected = [.. a.Zip(b, Ref.Remainder)];
        Quotients.Rem(a, b, y);
        Bits.Equal(expected, y);
        if (a.Length > 0)
        {
            Quotients.Rem(a, b[0], y);
            Bits.Equal(Array.ConvertAll(a, l => Ref.Remainder(l, b[0])), y);
        }
    }

    [Property]
    public void Remainders_beside_a_whole_quotient_are_exact(Seed seed)
    {
        var values = new Values(seed.Value);
        float b = Math.Abs(values.Tame(120));
        int times = 1 + values.Below(1 << 24);
        foreach (float product in new[] { b * times, b * times * 16, b * (float)Math.Pow(2, 26) })
        {
            foreach (float a in new[] { product, MathF.BitDecrement(product), MathF.BitIncrement(product), -product })
            {
                var y = new float[1];
                Quotients.Rem([a], b, y);
                Bits.Equal(Ref.Remainder(a, b), y[0]);
            }
        }
    }

    [Theory]
    [InlineData(5.5f, 2f, 1.5f)]
    [InlineData(-5.5f, 2f, -1.5f)]
    [InlineData(5.5f, -2f, 1.5f)]
    [InlineData(-4f, 2f, -0f)]
    [InlineData(float.MaxValue, float.Epsilon, 0f)]
    [InlineData(-0f, 3f, -0f)]
    [InlineData(7f, float.NegativeInfinity, 7f)]
    [InlineData(7f, 0f, float.NaN)]
    [InlineData(float.PositiveInfinity, 2f, float.NaN)]
    [InlineData(7f, float.NaN, float.NaN)]
    public void Remainders_have_the_sign_of_the_first(float a, float b, float expected)
    {
        var y = new float[1];
        Quotients.Rem([a], [b], y);
        Bits.Equal(Lanes.Canonical(expected), y[0]);
    }

    [Property]
    public void Comparisons_hold_for_numbers_and_not_for_NaN(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        float[] few = [0f, -0f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon];
        float[] a = Pick(few, values, length.Value), b = Pick(few, values, length.Value);
        Check(a, b, Comparison.Equal, Comparison.Equal, static order => order == 0);
        Check(a, b, Comparison.NotEqual, Comparison.NotEqual, static order => order != 0);
        Check(a, b, Comparison.Less, Comparison.Less, static order => order == -1);
        Check(a, b, Comparison.LessOrEqual, Comparison.LessOrEqual, static order => order is -1 or 0);
        Check(a, b, Comparison.Greater, Comparison.Greater, static order => order == 1);
        Check(a, b, Comparison.GreaterOrEqual, Comparison.GreaterOrEqual, static order => order is 1 or 0);
    }

    private static float[] Pick(float[] few, Values values, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => values.Below(2) == 0 ? few[values.Below(few.Length)] : values.Any())];

    private static void Check(float[] a, float[] b, Compares vectors, ComparesOne withOne, Func<int, bool> rule)
    {
        static int Order(float l, float r) => float.IsNaN(l) || float.IsNaN(r) ? 2 : Value(l).CompareTo(Value(r));
        static BigInteger Value(float v) => float.IsInfinity(v) ? (v > 0 ? 1 : -1) * (One << 200) : Ref.Units(v);
        byte[] y = new byte[a.Length];
        vectors(a, b, y);
        Assert.Equal([.. a.Zip(b, (l, r) => (byte)(rule(Order(l, r)) ? 1 : 0))], y);
        if (a.Length > 0)
        {
            withOne(a, b[0], y);
            Assert.Equal([.. a.Select(l => (byte)(rule(Order(l, b[0])) ? 1 : 0))], y);
        }
    }

    private static float Of(Map map, float x)
    {
        var y = new float[1];
        map([x], y);
        return y[0];
    }

    private static void Check(float[] x, Map map, Func<float, float> rule)
    {
        float[] expected = [.. x.Select(v => Lanes.Canonical(rule(v)))], y = new float[x.Length], place = [.. x];
        map(x, y);
        Bits.Equal(expected, y);
        map(place, place);
        Bits.Equal(expected, place);
    }
}
